"""Receipts in the form of an expense, as browsers without scripts send them; and opened."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from app import create_app
from lib.errors import Unavailable
from lib.records import Expense, Filters
from tests.conftest import signed_in
from tests.pages import PageClient
from tests.papers import pdf, photo

LUNCH = {"amount": "12.50", "category": "Groceries", "payee": "REWE"}


def file(content: bytes, name: str = "lunch.jpg") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def saved(services: Any, user: Any) -> list[Expense]:
    return services.store.list_expenses(user.user_id, Filters(), limit=200).items


def add(client: Any, *files: tuple[BytesIO, str], **changes: Any) -> Any:
    return client.post_form("/expenses/new", {**LUNCH, "key": "one", "receipt": list(files), **changes})


@pytest.fixture
def lunch(services, as_alice, alice) -> Expense:
    add(as_alice, file(photo()))
    (lunch,) = saved(services, alice)
    return lunch


def fields(page: Any) -> dict[str, Any]:
    """What the page's form about the expense would send, its files aside."""
    form = page.find("form", enctype="multipart/form-data")
    given: dict[str, Any] = {}
    for field in form.find_all(["input", "textarea"]):
        chosen = field.get("type") not in ("checkbox", "radio", "file") or field.has_attr("checked")
        if field.get("name") and chosen and not field.has_attr("disabled"):
            given.setdefault(field["name"], []).append(field.get("value", field.get_text()))
    for field in form.find_all("select"):
        option = field.find("option", selected=True) or field.find("option")
        given[field["name"]] = option.get("value", option.get_text())
    return given


def test_a_receipt_is_kept_with_its_expense_and_opens(as_alice, lunch):
    (receipt,) = lunch.receipts
    assert (receipt.name, receipt.extension, receipt.has_thumbnail) == ("lunch.jpg", "jpg", True)
    address = f"/receipts/{lunch.expense_id}/{receipt.receipt_id}"
    for each in (address, f"{address}/thumbnail"):
        answer = as_alice.get(each, follow_redirects=True, buffered=True)
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")


def test_the_list_says_that_there_are_receipts(as_alice, lunch):
    chip = as_alice.page("/expenses").select_one(".x-day i")
    assert (chip["role"], chip["aria-label"]) == ("img", "1 receipt")
    page = as_alice.page(f"/expenses/{lunch.expense_id}")
    as_alice.post(f"/expenses/{lunch.expense_id}", data=fields(page) | {"receipt": file(pdf(), "bill.pdf")})
    chip = as_alice.page("/expenses").select_one(".x-day i")
    assert (chip["aria-label"], chip.get_text()) == ("2 receipts", "2")


def test_what_cannot_be_kept_is_said_at_the_field_and_nothing_else_is_lost(services, as_alice, alice):
    answer = add(as_alice, file(photo(), "good.jpg"), file(b"MZ\x90\x00", "bill.pdf"))
    page = as_alice.look(answer, 400)
    assert "bill.pdf" in page.find(id="receipt-help").find(class_="invalid").get_text()
    assert page.find(id="amount")["value"] == "12.50"
    assert page.find(class_="rc-files").find("img") is not None
    assert saved(services, alice) == []
    as_alice.post("/expenses/new", data=fields(page))
    assert [one.name for one in saved(services, alice)[0].receipts] == ["good.jpg"]


def test_a_receipt_without_an_amount_waits_for_it(services, as_alice, alice):
    page = as_alice.look(add(as_alice, file(photo()), amount=""), 400)
    picture = page.find(class_="rc-files").find("img")["src"]
    assert as_alice.get(picture, follow_redirects=True, buffered=True).content_type == "image/jpeg"
    as_alice.post("/expenses/new", data=fields(page) | {"amount": "3"})
    (expense,) = saved(services, alice)
    assert len(expense.receipts) == 1


def test_one_that_is_struck_out_is_not_kept(services, as_alice, alice):
    page = as_alice.look(add(as_alice, file(photo()), amount=""), 400)
    given = fields(page)
    as_alice.post("/expenses/new", data=given | {"amount": "3", "remove": given["receipt_id"]})
    assert saved(services, alice)[0].receipts == ()


def test_a_kept_one_is_replaced_by_another(services, as_alice, lunch):
    (old,) = lunch.receipts
    page = as_alice.page(f"/expenses/{lunch.expense_id}")
    changes = {"remove": old.receipt_id, "receipt": file(pdf(), "bill.pdf")}
    answer = as_alice.post(f"/expenses/{lunch.expense_id}", data=fields(page) | changes)
    assert answer.status_code == 303
    (new,) = services.store.get_expense(lunch.user_id, lunch.expense_id).receipts
    assert (new.name, new.extension) == ("bill.pdf", "pdf")
    assert as_alice.get(f"/receipts/{lunch.expense_id}/{old.receipt_id}").status_code == 404


def test_one_that_was_taken_away_is_brought_back(services, as_alice, lunch):
    (old,) = lunch.receipts
    address = f"/expenses/{lunch.expense_id}"
    answer = as_alice.post(address, data=fields(as_alice.page(address)) | {"remove": old.receipt_id})
    assert services.store.get_expense(lunch.user_id, lunch.expense_id).receipts == ()
    toast = as_alice.page(answer.location).find(class_="toast-note")
    assert "without 1 receipt" in toast.get_text()
    given = {field["name"]: field["value"] for field in toast.find_all("input")}
    page = as_alice.look(as_alice.post(toast.form["action"], data=given, follow_redirects=True))
    assert page.find(class_="rc-files").find("img") is not None


def test_a_pdf_is_downloaded_never_shown_in_our_place(as_alice, services, alice):
    add(as_alice, file(pdf(), "bill.pdf"))
    (expense,) = saved(services, alice)
    answer = as_alice.get(f"/receipts/{expense.expense_id}/{expense.receipts[0].receipt_id}", follow_redirects=True, buffered=True)  # fmt: skip
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_form_that_is_sent_twice_has_its_receipt_once(services, as_alice, alice):
    for _ in range(2):
        assert add(as_alice, file(photo())).status_code == 303
    (expense,) = saved(services, alice)
    assert len(expense.receipts) == 1


def test_far_too_much_is_refused_before_it_is_read(as_alice):
    said = {"CONTENT_LENGTH": str(40 * 2**20)}
    answer = as_alice.post("/expenses/new", content_type="multipart/form-data; boundary=x", environ_overrides=said)  # fmt: skip
    page = as_alice.look(answer, 413)
    assert "10 MB" in page.find("main").get_text()


def test_a_link_that_has_ended_leads_to_a_new_one(as_alice, lunch, clock):
    address = f"/receipts/{lunch.expense_id}/{lunch.receipts[0].receipt_id}"
    link = as_alice.get(address).location
    assert as_alice.get(link, buffered=True).status_code == 200
    clock.turn(hours=2)
    page = as_alice.look(as_alice.get(link), 410)
    again = page.find("a", string="Open it again")["href"]
    assert again == address
    assert as_alice.get(again, follow_redirects=True, buffered=True).content_type == "image/jpeg"


def test_another_persons_receipt_is_not_there(as_bob, lunch):
    address = f"/receipts/{lunch.expense_id}/{lunch.receipts[0].receipt_id}"
    for each in (address, f"{address}/thumbnail"):
        assert as_bob.get(each).status_code == 404


def test_a_receipt_that_is_gone_is_said_and_the_others_are_kept(services, as_alice, alice):
    answer = add(as_alice, file(photo()), receipt_id="0" * 32)
    (expense,) = saved(services, alice)
    assert [receipt.name for receipt in expense.receipts] == ["lunch.jpg"]
    page = as_alice.page(answer.location)
    assert "not there any more" in page.find(class_="toast-note").get_text()


class FullDisk:
    """Files that cannot be written right now."""

    def __init__(self, files: Any) -> None:
        self.files = files

    def __getattr__(self, name: str) -> Any:
        return getattr(self.files, name)

    def put(self, *_: Any, **__: Any) -> None:
        raise Unavailable("Files cannot be kept right now.", part="files")


def test_without_room_for_files_the_expense_is_saved_and_its_receipt_asked_for_again(
    settings, services, alice
):
    app = create_app(settings, replace(services, files=FullDisk(services.files)))
    app.test_client_class = PageClient
    client = signed_in(app, alice)
    answer = add(client, file(photo()))
    (expense,) = saved(services, alice)
    assert answer.location == f"/expenses/{expense.expense_id}#receipts"
    page = client.page(answer.location)
    assert "“lunch.jpg” could not be kept" in page.find(class_="toast-note").get_text()
    assert page.find("input", {"name": "receipt", "multiple": True})
