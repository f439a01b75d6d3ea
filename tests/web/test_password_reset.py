"""A forgotten password, from asking to signing in with a new one."""

import re

import pytest
from bs4 import BeautifulSoup

from lib.records import User
from lib.services import Services
from tests.conftest import PASSWORD, Clock
from tests.pages import PageClient


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(
    client: PageClient, as_alice: PageClient, alice: User, services: Services
) -> None:
    link = _asked(client, services, "alice")
    page = client.page(link)
    assert "alice" in page.find("main").get_text()  # type: ignore[union-attr]
    response = client.post_form(link, {"new": "a wholly different one"})
    assert (response.status_code, response.location) == (303, "/login")
    assert as_alice.get("/settings").status_code == 302, "sessions from before the change still work"
    assert client.post_form("/login", {"login": "alice", "password": PASSWORD}).status_code == 401
    assert (
        client.post_form("/login", {"login": "alice", "password": "a wholly different one"}).status_code
        == 303
    )


def test_the_link_works_once(client: PageClient, alice: User, services: Services) -> None:
    link = _asked(client, services, "alice@example.com")
    page = client.page(link)
    token = _value(page, "csrf_token")
    assert client.post(link, data={"csrf_token": token, "new": "a wholly different one"}).status_code == 303
    page = client.page(link, 404)
    assert "used or is too old" in page.get_text()


def test_the_link_works_for_an_hour(
    client: PageClient, alice: User, services: Services, clock: Clock
) -> None:
    link = _asked(client, services, "alice")
    clock.turn(minutes=59)
    client.page(link)
    clock.turn(minutes=1, seconds=1)
    client.page(link, 404)


def test_a_newer_link_ends_the_older_one(
    client: PageClient, alice: User, services: Services, clock: Clock
) -> None:
    first, second = _asked(client, services, "alice"), _asked(client, services, "alice")
    client.page(first, 404)
    client.page(second)


def test_a_weak_new_password_does_not_use_the_link_up(
    client: PageClient, alice: User, services: Services
) -> None:
    link = _asked(client, services, "alice")
    page = client.look(client.post_form(link, {"new": "alice alice"}), 400)
    assert "Leave your name" in page.get_text()
    assert client.post_form(link, {"new": "a wholly different one"}).status_code == 303


def test_asking_gives_the_same_answer_and_work_for_everyone(
    client: PageClient, alice: User, services: Services
) -> None:
    answers, jobs = [], []
    for login in ("alice", "nobody", "nobody@example.com", "?", "x" * 3000, "a\x00b", "<script>"):
        answer = client.post_form("/password/forgot", {"login": login})
        answers.append((answer.status_code, answer.location))
        jobs.append(len(services.store.list_documents("-jobs", "job")))
    assert set(answers) == {(303, "/password/forgot/sent")}
    assert jobs == [1, 2, 3, 4, 5, 6, 7]
    _work(services)
    assert [mail.to for mail in services.messenger.sent] == ["alice@example.com"]  # type: ignore[attr-defined]


def test_asking_for_nobody_needs_a_name(client: PageClient) -> None:
    page = client.look(client.post_form("/password/forgot", {"login": " "}), 400)
    assert "Fill this in" in page.get_text()


@pytest.mark.parametrize("login", ["alice", "nobody"])
def test_asking_again_and_again_is_slowed_down(client: PageClient, alice: User, login: str) -> None:
    codes = [client.post_form("/password/forgot", {"login": login}).status_code for _ in range(4)]
    assert codes == [303, 303, 303, 429]


@pytest.mark.parametrize("token", ["x", ".", "a.b", "a" * 5000, "%00.%00", "alice.%F0%9F%8E%89"])
def test_a_made_up_link_is_an_old_link(client: PageClient, token: str) -> None:
    client.page(f"/password/reset/{token}", 404)
    client.page(f"/email/confirm/{token}", 404)


def test_links_and_passwords_are_in_no_log(
    client: PageClient, alice: User, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    link = _asked(client, services, "alice")
    client.get(link)
    client.post_form(link, {"new": "a wholly different one"})
    secret = link.rpartition(".")[2]
    assert len(secret) == 43
    assert secret not in caplog.text
    assert "wholly different" not in caplog.text


def _asked(client: PageClient, services: Services, login: str) -> str:
    """The path of the link that comes by e-mail."""
    client.post_form("/password/forgot", {"login": login})
    _work(services)
    found = re.search(r"http://localhost:5000(/password/reset/\S+)", services.messenger.sent[-1].text)  # type: ignore[attr-defined]
    assert found is not None
    return found[1]


def _work(services: Services) -> None:
    services.queue.run(services)  # type: ignore[attr-defined]


def _value(page: BeautifulSoup, name: str) -> str:
    control = page.find("input", {"name": name})
    assert control is not None
    return str(control.get("value") or "")
