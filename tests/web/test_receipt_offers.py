"""What a receipt says is offered: beside the form, by its buttons, and to programs. It is never saved unasked."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import parse_qs

import pytest

from app import create_app
from lib.errors import Unavailable
from lib.ids import id_for
from lib.receipts.reading.paper import Paper
from lib.records import Filters
from tests.conftest import signed_in
from tests.pages import PageClient
from tests.papers import pdf, photo

BILL = pdf("Stadtwerke Musterstadt GmbH", "Rechnungsdatum 18.11.2026", "Gesamtbetrag EUR 58,00")
KEY = "0" * 32


def bill() -> tuple[BytesIO, str]:
    return BytesIO(BILL), "bill.pdf"


def sent(client: Any, **typed: Any) -> Any:
    """The page that comes back for a form with a bill and without an amount or a category."""
    return client.look(client.post_form("/expenses/new", {"key": KEY, "receipt": bill(), **typed}), 400)


def buttons(page: Any) -> dict[str, dict[str, list[str]]]:
    """What each button says and would fill in."""
    found = page.select(".rc-offer button")
    return {button.get_text(): parse_qs(button["value"]) for button in found}


def test_all_of_it_is_offered_to_an_empty_form(as_alice):
    ((words, values),) = buttons(sent(as_alice)).items()
    assert words.startswith("Use €58.00, Nov 18, 2026, Stadtwerke Musterstadt")
    assert (values["amount"], values["currency"], values["spent_on"]) == (["58.00"], ["EUR"], ["2026-11-18"])


def test_what_was_typed_stays_unless_it_is_to_be_replaced(as_alice):
    found = buttons(sent(as_alice, amount="50", payee="Power"))
    assert [words for words in found if words.startswith("Use Nov 18, 2026")]
    assert "Use €58.00 instead" in found
    assert found["Use €58.00 instead"] == {"amount": ["58.00"], "currency": ["EUR"]}
    assert any(words.startswith("Use Stadtwerke") and words.endswith(" instead") for words in found)


def test_what_is_typed_already_is_not_offered(as_alice):
    found = buttons(sent(as_alice, amount="50+8", spent_on="2026-11-18", payee="stadtwerke musterstadt"))
    assert found == {}


def test_a_button_fills_in_and_saves_nothing(services, as_alice, alice):
    page = sent(as_alice, description="Power")
    query = page.select_one(".rc-offer button")["value"]
    given = {"key": KEY, "description": "Power", "use": query, "day": "today"}
    page = as_alice.look(as_alice.post_form("/expenses/new", given))
    assert page.find(id="amount")["value"] == "58.00"
    assert page.find(id="spent_on")["value"] == "2026-11-18"
    assert page.find(id="description")["value"] == "Power"
    assert page.find("input", {"name": "receipt_id", "disabled": False})["value"]
    assert services.store.list_expenses(alice.user_id, Filters()).items == []


def test_enter_saves_where_buttons_offer(as_alice):
    first = sent(as_alice).select_one("form[enctype] button[type=submit]")
    assert first.get_text() == "Save"


@pytest.mark.parametrize(
    "query", ["", "amount", "user_id=x&version=3", "spent_on=%00", "amount=" + "9" * 5000]
)
def test_a_button_that_nobody_offered_does_no_harm(as_alice, query):
    as_alice.look(as_alice.post_form("/expenses/new", {"key": KEY, "use": query}))


def test_a_script_gets_the_same_buttons(services, as_alice, alice):
    expense_id = id_for(alice.user_id, KEY)
    receipt = services.receipts.upload_receipt(alice, expense_id, *reversed(bill()))
    address = f"/receipts/{expense_id}/{receipt.receipt_id}/reading"
    answer = as_alice.post_form(address, {"amount": "58.00", "day": "today"}, form_at="/expenses/new")
    assert "Use Nov 18, 2026, Stadtwerke" in answer.text
    assert "58.00" not in answer.text


class Busy:
    """Reads others' pictures for now."""

    def looks(self, picture: BinaryIO, locale: str) -> Iterator[Paper]:
        raise Unavailable("others' receipts are being read", "pictures")


class Nothing:
    """Sees nothing in any picture."""

    def looks(self, picture: BinaryIO, locale: str) -> Iterator[Paper]:
        yield Paper(("",))


def test_what_nobody_could_look_at_is_to_be_read_later_and_what_says_nothing_is_not(
    settings, services, alice
):
    for pictures, count in ((Busy(), 1), (Nothing(), 0)):
        app = create_app(settings, replace(services, pictures=pictures))
        app.test_client_class = PageClient
        client, expense_id = signed_in(app, alice), id_for(alice.user_id, KEY)
        receipt = services.receipts.upload_receipt(alice, expense_id, "a.jpg", BytesIO(photo()))
        address = f"/receipts/{expense_id}/{receipt.receipt_id}/reading"
        for _ in range(2):
            answer = client.post_form(address, {"amount": ""}, form_at="/expenses/new")
            assert (answer.status_code, answer.text.count("Read it")) == (200, count)


def test_programs_are_told_how_sure_it_is_and_where_it_stands(services, alice, program):
    expense_id = id_for(alice.user_id, KEY)
    receipt = services.receipts.upload_receipt(alice, expense_id, *reversed(bill()))
    said = program.ask("GET", f"/api/receipts/{expense_id}/{receipt.receipt_id}/reading")
    assert said["total"]["value"] == str(Decimal("58.00"))
    assert (said["total"]["currency"], said["date"]["value"]) == ("EUR", "2026-11-18")
    assert "58,00" in said["total"]["line"]
    assert 50 <= said["total"]["sure"] <= 100


def test_a_page_that_only_says_what_is_wrong_reads_nothing(as_alice):
    other = BytesIO(b"MZ"), "bill.exe"
    assert buttons(sent(as_alice, receipt=[bill(), other])) == {}
    assert buttons(sent(as_alice, receipt=[])) == {}, "a script asks for what it brought"
    assert buttons(sent(as_alice, receipt=bill())), "which it was not before"
