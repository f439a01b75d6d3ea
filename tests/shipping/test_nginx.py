"""nginx with our configuration in front: what fits gets through, what does not is refused by a page of ours, ids agree."""

from collections.abc import Iterator

import pytest
from requests import Response

from lib.importing.table import MAX_BYTES
from lib.records import Filters
from tests.live import Visitor, wait_until
from tests.papers import photo
from tests.shipping.proxied import Proxied
from tests.shipping.test_smoke import smoke
from tests.shipping.under_load import under_load

LINE = (
    b"2026-11-02,A shop in the town," + b"words of a bank " * 20 + b",-12.50\n"
)  # so that there are not too many


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    planner = Proxied(tmp_path_factory.mktemp("nginx") / "data").start()
    yield planner
    planner.kill()


@pytest.fixture(scope="module")
def anna(planner: Proxied) -> Visitor:
    return Visitor(planner.address).register("anna")


def statement(size: int) -> bytes:
    """A bank's file of just that many bytes."""
    start = b"Date,Payee,Description,Amount\n"
    lines = LINE * ((size - len(start)) // len(LINE))
    return start + lines + b"\n" * (size - len(start) - len(lines))


def test_nginx_takes_it_without_a_word(planner: Proxied):
    assert planner.check() == ""


def test_the_smoke_test_passes_through_it(planner: Proxied):
    assert smoke(planner.address).returncode == 0


@pytest.mark.parametrize("size", [10 * 2**20, MAX_BYTES])
def test_what_fits_gets_through(anna: Visitor, size: int):
    answer = anna.submit("/import", "/import", file=("bank.csv", statement(size), "text/csv"))
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/columns")


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 24_000_000])
def test_what_does_not_fit_is_refused_by_a_page_of_ours(anna: Visitor, size: int):
    answer = anna.submit("/import", "/import", file=("bank.csv", statement(size), "text/csv"))
    assert answer.status_code == 413
    assert "20 MB" in answer.text
    assert "X-Request-ID" in answer.headers


def photographed(anna: Visitor, size: int) -> Response:
    """Add an expense with a receipt of just that many bytes."""
    picture = photo()
    receipt = ("lunch.jpg", picture + bytes(size - len(picture)), "image/jpeg")
    given = {"amount": "12.50", "category": "Groceries", "payee": "REWE"}
    return anna.submit("/expenses/new", "/expenses/new", **given, receipt=receipt)


def test_a_receipt_of_ten_mebibytes_gets_through(planner: Proxied, anna: Visitor):
    answer = photographed(anna, 10 * 2**20)
    assert answer.status_code == 303, answer.text[:2000]
    store = planner.services().store
    user = store.find_user_by_username("anna")
    assert user is not None
    (lunch,) = store.list_expenses(user.user_id, Filters(), limit=10).items
    assert [receipt.name for receipt in lunch.receipts] == ["lunch.jpg"]


@pytest.mark.parametrize("size", [10 * 2**20 + 1, 11 * 2**20])
def test_a_receipt_of_eleven_is_refused_in_words_and_what_was_typed_stays(anna: Visitor, size: int):
    answer = photographed(anna, size)
    assert answer.status_code in (400, 413)
    assert "larger than 10 MB" in answer.text
    assert 'value="12.50"' in answer.text
    assert "X-Request-ID" in answer.headers


def test_what_is_far_too_large_never_reaches_the_planner(planner: Proxied, anna: Visitor):
    answer = anna.submit("/import", "/import", file=("bank.csv", b"x" * 26 * 2**20, "text/csv"))
    assert answer.status_code == 413
    assert "X-Request-ID" not in answer.headers
    assert "nginx/" not in answer.text + answer.headers["Server"]


def test_its_log_has_the_planners_id_and_no_address(planner: Proxied, anna: Visitor):
    answer = anna.http.get(f"{planner.address}/expenses?q=secretword", timeout=30)
    request_id = answer.headers["X-Request-ID"]
    log = planner.nginx / "access.log"
    wait_until(lambda: request_id in log.read_text(), "the line")
    assert "secretword" not in log.read_text()
    assert request_id in planner.log


def test_what_is_compressed_stays_so_and_what_holds_secrets_is_not(planner: Proxied, anna: Visitor):
    style = str(anna.page("/login").find("link", rel="stylesheet")["href"])
    asked = {"Accept-Encoding": "br, gzip"}
    assert (
        anna.http.get(planner.address + style, headers=asked, timeout=30).headers["Content-Encoding"] == "br"
    )
    assert (
        "Content-Encoding"
        not in anna.http.get(f"{planner.address}/settings", headers=asked, timeout=30).headers
    )


def test_who_comes_is_who_came_to_nginx(planner: Proxied, anna: Visitor):
    """With PROXIES=1, what a visitor claims of itself does not count."""
    forged = {"X-Forwarded-For": "203.0.113.9"}
    stranger = Visitor(planner.address)
    stranger.http.headers.update(forged)
    stranger.register("forger")
    text = stranger.page("/settings/security").get_text()
    assert "203.0.113.9" not in text


def test_no_request_is_lost_while_workers_are_replaced(tmp_path):
    told = under_load(tmp_path, seconds=12)
    assert told.lost == 0, told
    assert told.replaced >= 2
    assert told.rate > 20, told  # fifty on a machine that has nothing else to do
