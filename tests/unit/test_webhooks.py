"""Webhooks: signed, sent where they may go and nowhere else, whatever the address and its server try."""

import json
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
import trustme
from hypothesis import example, given
from hypothesis.strategies import builds, text

from lib.alerting.public_addresses import is_public
from lib.alerting.webhooks import Webhooks, signature
from lib.errors import Invalid, Unavailable, Uncertain
from lib.records import Notification
from tests.receiving import receiver, saying

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "the secret of both"
HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
NOTE = Notification(
    user_id="alice-id",
    notification_id="budget-exceeded-2026-11",
    kind="budget_exceeded",
    subject="Groceries is over its budget",
    message="You've spent 412,00 € of 400,00 €.",
    created_at=NOW,
    expires_at=datetime(2027, 11, 21, tzinfo=UTC),
    data={"category": "Groceries", "spent": "412.00"},
)
UNUSED = ssl.create_default_context()  # reading who is to be trusted takes a moment
# What a name means where there is no internet: whatever the test says.
PUBLIC, PRIVATE = "93.184.215.14", "192.168.1.1"


class Names:
    """A resolver that knows what it is told, and counts how often it is asked."""

    def __init__(self, *answers: str | Sequence[str]) -> None:
        self.answers, self.asked = [[each] if isinstance(each, str) else each for each in answers], 0

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def certified(authority: trustme.CA) -> ssl.SSLContext:
    """What a server has that proves to be receiver.example."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("receiver.example").configure_cert(context)
    return context


def here(trusting: ssl.SSLContext, **more: Any) -> Webhooks:
    """Webhooks for which every name is this machine."""
    how: dict[str, Any] = {"networks": HERE, "resolve": Names("127.0.0.1"), "patience": 20, **more}
    return Webhooks(tls=trusting, **how)


def send(webhooks: Webhooks, url: str) -> None:
    webhooks.send(url, SECRET, NOTE, NOW)


def test_a_notification_arrives_signed_at_the_server_that_was_checked(trusting, certified):
    """No resolver knows receiver.example: what was connected to is the address that was looked at."""
    names = Names("127.0.0.1")
    with receiver(tls=certified) as server:
        send(here(trusting, resolve=names), f"https://receiver.example:{server.port}/alerts?key=a%20b")
    (request,) = server.requests
    assert request.line == "POST /alerts?key=a%20b HTTP/1.1"
    assert request.headers["host"] == f"receiver.example:{server.port}"
    assert request.headers["smart-budget-timestamp"] == "1795262400"
    assert request.headers["smart-budget-signature"] == signature(SECRET, "1795262400", request.body)
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "id": "budget-exceeded-2026-11",
        "kind": "budget_exceeded",
        "subject": "Groceries is over its budget",
        "message": "You've spent 412,00 € of 400,00 €.",
        "created_at": "2026-11-21T12:00:00+00:00",
        "data": {"category": "Groceries", "spent": "412.00"},
    }
    assert names.asked == 1


def test_a_signature_is_an_hmac_of_moment_and_body():
    made_by_openssl = "v1=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224"
    assert signature("key", "1", b"{}") == made_by_openssl
    others = [signature("other", "1", b"{}"), signature("key", "2", b"{}"), signature("key", "1", b"{} ")]
    assert made_by_openssl not in others


def test_a_name_that_means_something_else_a_moment_later_leads_nowhere_else(trusting, certified):
    """Rebinding: public when it is checked, private when it is connected to. It is looked up once, so there is no later."""
    with receiver(tls=certified) as server:
        names = Names("127.0.0.1", PRIVATE)
        for _ in range(2):
            url = f"https://receiver.example:{server.port}/"
            if names.asked:
                with pytest.raises(Invalid, match="private network"):
                    send(here(trusting, resolve=names), url)
            else:
                send(here(trusting, resolve=names), url)
    assert (server.connections, names.asked) == (1, 2)


@pytest.mark.parametrize("order", [(PUBLIC, "127.0.0.1"), ("127.0.0.1", PUBLIC), ("127.0.0.1",)])
def test_one_private_address_of_a_name_is_one_too_many(trusting, order):
    with receiver() as server:
        strict = Webhooks(resolve=Names(order), tls=trusting, patience=1)
        for use in (strict.check_url, lambda url: send(strict, url)):
            with pytest.raises(Invalid, match="private network"):
                use(f"https://receiver.example:{server.port}/")
    assert server.connections == 0


def test_the_next_address_is_tried_where_one_does_not_answer(trusting, certified):
    with receiver(tls=certified) as server:
        names = Names(("127.0.0.2", "127.0.0.1"))
        send(here(trusting, resolve=names), f"https://receiver.example:{server.port}/")
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_taken_is_every_status_of_success(trusting, status):
    with receiver(saying(status)) as server:
        send(here(trusting), f"http://receiver.example:{server.port}/")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, Unavailable) for status in (301, 302, 307, 308, 408, 425, 429, 500, 502, 503, 504, 600)),
        *((status, Invalid) for status in (400, 401, 403, 404, 405, 410, 413, 415, 422, 451)),
    ],
)
def test_what_may_go_away_is_told_from_what_is_for_good(trusting, status, error):
    secret = saying(status, "X-Note: words of the server", "Location: http://127.0.0.1/elsewhere")
    with receiver(secret) as server, pytest.raises(error, match=str(status)) as refused:
        send(here(trusting), f"http://receiver.example:{server.port}/")
    assert server.connections == 1  # and a redirect is not followed
    assert "words" not in refused.value.message
    assert (getattr(refused.value, "field", "") == "gone") == (status == 410)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 20",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 2OO OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Endless: yes\r\n" * 101,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 4_000,
        b"\x00\xff" * 1000,
    ],
    ids=["nothing", "cut", "mail", "letters", "headers", "long", "continue", "noise"],
)
def test_what_is_no_answer_says_nothing_of_the_message(trusting, answer):
    with receiver(answer) as server, pytest.raises(Uncertain):
        send(here(trusting), f"http://receiver.example:{server.port}/")


def test_a_server_that_answers_byte_by_byte_is_given_up(trusting):
    with receiver(saying(200), pause=0.1) as server, pytest.raises(Uncertain):
        send(here(trusting, patience=0.3), f"http://receiver.example:{server.port}/")


def test_a_body_without_end_is_not_waited_for(trusting):
    with receiver(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\nxxxxx\r\n" * 100
    ) as server:
        send(here(trusting), f"http://receiver.example:{server.port}/")


def test_who_cannot_prove_the_name_gets_nothing(trusting, authority, certified):
    with receiver(tls=certified) as server:
        for webhooks, host in (
            (here(trusting), "other.example"),
            (here(ssl.create_default_context()), "receiver.example"),
        ):
            with pytest.raises(Unavailable, match="certificate"):
                send(webhooks, f"https://{host}:{server.port}/")
    assert server.requests == []


def test_nobody_there_may_be_there_later(trusting):
    with receiver() as server:
        port = server.port
    with pytest.raises(Unavailable) as said:
        send(here(trusting), f"http://receiver.example:{port}/")
    assert not isinstance(said.value, Uncertain)


def test_a_name_that_there_is_not_is_said_in_the_form_and_tried_again_later(trusting):
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    webhooks = here(trusting, resolve=unknown)
    with pytest.raises(Invalid, match=r"no server called receiver\.example"):
        webhooks.check_url("https://receiver.example/")
    with pytest.raises(Unavailable):
        send(webhooks, "https://receiver.example/")


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.example",
        "https://receiver.example/a/b?c=d&e=%20",
        "https://RECEIVER.example:443/",
        "  https://receiver.example/  ",
        "https://receiver.example:8443/",
        "https://hooks_1.receiver.example/é?ü=ß",
        "https://bücher.example/",
        f"https://{PUBLIC}/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    ],
)
def test_addresses_that_everyone_can_reach_are_fine(url):
    Webhooks(resolve=Names(PUBLIC)).check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "receiver.example",
        "//receiver.example/",
        "http://receiver.example/",
        "ftp://receiver.example/",
        "file:///etc/passwd",
        "gopher://receiver.example:6379/_FLUSHALL",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user@receiver.example/",
        "https://user:password@receiver.example/",
        "https://receiver.example@127.0.0.1/",
        "https://receiver.example#@127.0.0.1/",
        "https://receiver.example\\@127.0.0.1/",
        "https://receiver.example/#part",
        "https://receiver.example/a b",
        "https://receiver.example/\r\nHost: 127.0.0.1",
        "https://receiver.example%0d%0aX: y/",
        "https://receiver.example\x00.example/",
        "https://receiver.example:0/",
        "https://receiver.example:22/",
        "https://receiver.example:25/",
        "https://receiver.example:80/",
        "https://receiver.example:1023/",
        "https://receiver.example:65536/",
        "https://receiver.example:-1/",
        "https://receiver.example:https/",
        "https://receiver..example/",
        "https://.example/",
        "https://receiver.example./",
        "https://-receiver.example-/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://" + "ü" * 64 + ".example/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1.1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://[::1/",
        "https://[::1%25lo]/",
        "https://[1.2.3.4]/",
        "https://receiver.example/" + "x" * 2000,
    ],
)
def test_what_is_no_web_address_of_a_receiver_is_refused_in_words(url):
    names = Names(PUBLIC)
    for use in (
        Webhooks(resolve=names).check_url,
        lambda url: send(Webhooks(resolve=names, patience=1), url),
    ):
        with pytest.raises(Invalid) as refused:
            use(url)
        assert (refused.value.field, refused.value.message[-1]) == ("webhook_url", ".")


@given(
    text()
    | builds("https://{}".format, text())
    | builds("https://{}.example:{}/{}".format, text(), text(), text())
)
@example("https://\ud800.example/")
@example("https://xn--.example/")
@example("https://[::ffff:1.2.3.4")
def test_whatever_is_typed_is_taken_or_refused_in_words(url):
    with suppress(Invalid):
        Webhooks(resolve=Names(PUBLIC), tls=UNUSED).check_url(url)
        assert url.strip().lower().startswith("https:")


def test_the_name_of_this_machine_is_known_for_what_it_is():
    """By the system's own resolver."""
    with pytest.raises(Invalid, match="private network"):
        Webhooks().check_url("https://localhost/")


NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.1.2.3 169.254.0.1
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1
    198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:93.184.215.14 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::5db8:d70e
    64:ff9b:1::a00:1 100::1 2001::1 2001:0:5ef5:79fb::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:5db8:d70e::1
    3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%1 fec0::1 ff02::1 2606:2800:21f::5efe:7f00:1 2a00::200:5efe:a00:1
    4000::1 localhost receiver.example
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_addresses_of_no_public_server_are_refused(address):
    assert not is_public(address)
    with pytest.raises(Invalid, match="private network"):
        Webhooks(resolve=Names(address)).check_url("https://receiver.example/")


BESIDE = """
    1.1.1.1 9.255.255.255 11.0.0.0 93.184.215.14 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255
    172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
    2001:200::1 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450:4001::200e
"""


@pytest.mark.parametrize("address", BESIDE.split())
def test_addresses_beside_those_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "meant"),
    [("localhost", "127.0.0.1"), ("printer", PRIVATE), ("[::1]", "::1"), ("10.0.0.1", "10.0.0.1")],
)
def test_the_planners_own_surroundings_are_not_for_people(host, meant):
    with pytest.raises(Invalid, match="private network"):
        Webhooks(resolve=Names(meant)).check_url(f"https://{host}/")


@pytest.mark.parametrize("url", ["http://homeassistant:8123/hook", "http://nas.lan/hook", "https://nas.lan/"])
def test_a_network_that_the_operator_opened_is_reached_also_without_tls(url):
    opened = Webhooks(networks=[ip_network("192.168.1.0/24")], resolve=Names(PRIVATE))
    opened.check_url(url)
    for beside in ("192.168.2.1", "127.0.0.1", "::ffff:192.168.1.1"):
        with pytest.raises(Invalid, match="private network"):
            Webhooks(networks=opened.networks, resolve=Names(beside)).check_url(url)


def test_plain_http_goes_into_those_networks_only():
    with pytest.raises(Invalid, match="https"):
        Webhooks(networks=HERE, resolve=Names(PUBLIC)).check_url("http://receiver.example/")


def test_no_name_is_looked_up_of_what_is_no_address():
    names = Names(PUBLIC)
    with pytest.raises(Invalid):
        Webhooks(resolve=names).check_url("https://user@receiver.example/")
    assert names.asked == 0
