"""Files by a signed link, as home serves them: to look at or to save, and nothing that could run."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from lib.expenses import ExpenseDraft
from lib.file_links import FileLink
from lib.receipts.arriving import MOST
from tests.pages import form_body
from tests.papers import pdf, photo

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20))


@pytest.fixture
def link(services, alice):
    """Attach a file to an expense of alice's; a link to it."""

    def link(data: bytes, name: str = "my receipt", **how: bool) -> str:
        expense = services.expenses.add_expense(alice, LUNCH, name)
        receipt = services.receipts.upload_receipt(alice, expense.expense_id, name, io.BytesIO(data))
        return services.receipts.get_receipt_url(alice, expense.expense_id, receipt.receipt_id, **how)

    return link


def test_a_picture_is_shown_in_place_and_can_do_nothing_there(client, link):
    answer = client.get(link(photo(), "Bäcker.jpg"), buffered=True)
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "B%C3%A4cker.jpg" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get(link(photo(), "second.jpg", thumbnail=True), buffered=True).content_type == "image/jpeg"


def test_a_pdf_is_only_ever_saved(client, link):
    data = pdf("Total 12.50")
    answer = client.get(link(data, "invoice.pdf"), buffered=True)
    assert (answer.content_type, answer.data) == ("application/pdf", data)
    assert answer.headers["Content-Disposition"] == "attachment; filename=invoice.pdf"


def test_a_link_that_has_ended_leads_there_again(client, as_alice, link, clock):
    old = link(photo())
    clock.turn(minutes=61)
    page = client.look(client.get(old), 410)
    again = page.find("a", string="Open it again")["href"]
    assert again.startswith("/receipts/")
    assert client.get(again).headers["Location"].startswith("/login")
    assert as_alice.get(again, follow_redirects=True, buffered=True).content_type == "image/jpeg"


@pytest.mark.parametrize("token", ["x", "x.y", "a" * 2000, "%00.%ff", "W10.W10"])
def test_a_forged_link_shows_nothing(client, token):
    client.look(client.get(f"/files/{token}"), 403)


def test_a_link_to_one_file_is_none_to_another(client, link):
    good = link(photo())
    content, _, mark = good.removeprefix("/files/").partition(".")
    other = link(pdf(), "other").removeprefix("/files/").partition(".")[0]
    assert client.get(f"/files/{other}.{mark}").status_code == 403
    assert client.get(f"/files/{content}.{mark}", buffered=True).status_code == 200


def test_a_link_whose_file_is_gone_is_not_found(client, link, services, alice):
    good = link(photo())
    for key in services.files.list("receipts/"):
        services.files.remove(key)
    client.look(client.get(good), 404)


@pytest.fixture
def invited(services, alice):
    return services.receipts.generate_presigned_url(alice, "jpg")


def test_a_browser_sends_a_file_without_a_form_of_ours(client, services, invited):
    assert client.put(invited.put.url, data=b"first").status_code == 204
    with services.files.open(invited.put.key) as file:
        assert file.read() == b"first"
    form = {**invited.form.fields, "file": (io.BytesIO(b"second"), "r.jpg")}
    assert client.post(invited.form.url, data=form).status_code == 204
    with services.files.open(invited.put.key) as file:
        assert file.read() == b"second"


def test_a_file_that_is_too_large_is_not_read(client, services, invited):
    for more in (1, 20_000):
        form = {"file": (io.BytesIO(bytes(MOST + more)), "r.jpg")}
        assert client.post(invited.form.url, **form_body(form)).status_code == 413
    assert client.put(invited.put.url, data=bytes(MOST + 1)).status_code == 413
    assert client.post(invited.form.url, data={"other": "x"}).status_code == 400
    assert services.files.list("receipts/") == []


def test_a_link_to_see_takes_no_file_and_one_to_send_shows_none(client, link, invited):
    assert client.put(link(photo()), data=b"x").status_code == 403
    assert client.get(invited.put.url).status_code == 403


def test_an_ended_link_takes_no_file(client, invited, clock):
    clock.turn(hours=1)
    assert client.put(invited.put.url, data=b"x").status_code == 410


def test_what_is_known_by_no_name_is_saved_as_bytes(client, services):
    services.files.put("imports/alice/1", io.BytesIO(b"<script>"))
    token = services.file_links.sign(FileLink("see", "imports/alice/1", "1", inline=True), timedelta(hours=1))
    assert client.get(f"/files/{token}", buffered=True).content_type == "application/octet-stream"
