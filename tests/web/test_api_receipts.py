"""Receipts through the API: what the documents promise, and nothing that is not one's own."""

import io

import pytest

from lib.receipts.arriving import MOST
from tests import hostile
from tests.conftest import signed_in
from tests.pages import form_body
from tests.papers import pdf, photo
from tests.web.programs import examine

LUNCH = {"amount": "12.50", "category": "Groceries"}


def file(data: bytes | None = None, name: str = "rewe.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(photo(200, 300) if data is None else data), name


@pytest.fixture
def lunch(program):
    return program.add(payee="REWE")["id"]


@pytest.fixture
def upload(program):
    def upload(status: int = 201, **fields):
        body = form_body({"receipt": file(), **fields})
        return program.ask("POST", "/api/receipts/upload", status, **body)

    return upload


def seen(program, url: str) -> bytes:
    answer = program.client.get(url, buffered=True)
    assert answer.status_code == 200
    return answer.data


def test_an_expense_that_is_there_has_its_receipt_at_once(program, lunch, upload, alice):
    answer = upload(expense_id=lunch)
    assert answer["attached"] is True
    assert answer["key"] == f"receipts/{alice.user_id}/{lunch}-{answer['receipt']['id']}.jpg"
    assert seen(program, answer["url"]).startswith(b"\xff\xd8\xff")
    assert seen(program, answer["thumbnail_url"]).startswith(b"\xff\xd8\xff")
    expense = program.ask("GET", f"/api/expenses/{lunch}")
    assert expense["receipt_url"] == answer["key"]
    assert expense["receipts"] == [answer["receipt"]]
    assert answer["receipt"]["content_type"] == "image/jpeg"
    found = program.ask("GET", f"/api/receipts/{lunch}")
    assert (found["expires_in"], found["version"], len(found["receipts"])) == (3600, 2, 1)
    assert seen(program, found["url"]) == seen(program, answer["url"])


def test_the_field_may_be_called_file(program, lunch):
    data = {"file": file(pdf("Total"), "bill.pdf"), "expense_id": lunch}
    answer = program.ask("POST", "/api/receipts/upload", 201, data=data)
    assert (answer["receipt"]["pages"], answer["thumbnail_url"]) == (1, None)
    assert answer["receipt"]["name"] == "bill.pdf"


def test_an_expense_without_receipts_has_no_address(program, lunch):
    found = program.ask("GET", f"/api/receipts/{lunch}")
    assert (found["url"], found["receipts"]) == (None, [])


def test_a_form_can_have_it_wait(program, lunch, upload):
    answer = upload(expense_id=lunch, wait="true")
    assert answer["attached"] is False
    assert program.ask("GET", f"/api/receipts/{lunch}")["receipts"] == []
    attached = program.ask("POST", "/api/receipts/attach", json={"expense_id": lunch, "key": answer["key"]})
    assert [each["id"] for each in attached["receipts"]] == [answer["receipt"]["id"]]


def test_first_the_receipt_then_the_expense(program, upload):
    answer = upload()
    assert answer["attached"] is False
    asked = LUNCH | {"receipt_url": answer["key"]}
    key = {"Idempotency-Key": "once"}
    expense = program.ask("POST", "/api/expenses", 201, json=asked, headers=key)
    assert len(expense["receipts"]) == 1
    assert expense["receipt_url"].startswith("receipts/")
    again = program.ask("POST", "/api/expenses", 201, json=asked, headers=key)
    assert again == expense, "sent twice, it is added once"


def test_an_expense_brings_its_receipt_in_a_form(program):
    form = {**LUNCH, "tags": ["a", "b"], "money_in": "true", "receipt": file(), "date": "2026-11-03"}
    expense = program.ask("POST", "/api/expenses", 201, data=form)
    assert (expense["amount"], expense["tags"], expense["money_in"]) == ("12.50", ["a", "b"], True)
    assert [each["name"] for each in expense["receipts"]] == ["rewe.jpg"]
    assert (expense["receipt_url"], "url" in expense) == (expense["receipts"][0]["key"], False)
    found = program.ask("GET", f"/api/receipts/{expense['id']}")
    assert found["url"] == found["receipts"][0]["url"]
    assert found["url"].startswith("/files/"), "at home it is a path, as docs/api.md says"
    assert seen(program, found["url"]).startswith(b"\xff\xd8\xff")
    plain = program.ask("POST", "/api/expenses", 201, data=LUNCH, content_type="multipart/form-data")
    assert plain["receipts"] == []


def test_a_receipt_that_is_none_brings_no_expense(program):
    form = {**LUNCH, "receipt": file(b"<svg/>")}
    problem = program.ask("POST", "/api/expenses", 400, data=form)
    assert problem["errors"][0]["field"] == "receipt"
    assert program.ask("GET", "/api/expenses")["expenses"] == []


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "empty.jpg", 400),
        (b"MZ\x90" + bytes(1000), "program.png", 400),
        (b"<html><script>alert(1)</script>", "photo.jpg", 400),
        (b"<svg onload='alert(1)'/>", "drawing.svg", 400),
        (photo()[:3000], "cut.jpg", 400),
        (hostile.pixel_bomb(), "bomb.png", 400),
        (hostile.locked_pdf(), "locked.pdf", 400),
        (bytes(MOST + 1), "large.jpg", 413),
        (bytes(MOST + 200_000), "larger.jpg", 413),
    ],
)
def test_what_is_no_receipt_is_refused(program, services, lunch, upload, data, name, status):
    problem = upload(status, receipt=file(data, name), expense_id=lunch)
    words = problem["detail"]
    assert "10 MB" in words if status == 413 else words.startswith("receipt: ")
    assert services.files.list("receipts/") == []


def test_ten_mebibytes_are_taken(upload, lunch):
    data = photo()
    assert upload(receipt=file(data + bytes(MOST - len(data))), expense_id=lunch)["attached"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"receipt": "just words"},
        {"receipt": (io.BytesIO(b"x"), "a.jpg"), "file": (io.BytesIO(b"x"), "b.jpg")},
        {"other": (io.BytesIO(b"x"), "a.jpg")},
        {"receipt": (io.BytesIO(b"x"), "a.jpg"), "expense_id": "../bob"},
        {"receipt": (io.BytesIO(b"x"), "a.jpg"), "wait": "perhaps"},
    ],
)
def test_a_form_without_exactly_one_file_is_refused(program, data):
    program.ask("POST", "/api/receipts/upload", 400, data=data, content_type="multipart/form-data")


def test_only_forms_bring_files(program):
    program.ask("POST", "/api/receipts/upload", 415, json={"receipt": "x"})
    program.ask("POST", "/api/receipts/upload", 415, data=photo(), content_type="image/jpeg")


def test_json_is_as_short_as_before(program):
    problem = program.ask("POST", "/api/expenses", 413, json=LUNCH | {"note": "x" * 200_000})
    assert "100 kB" in problem["detail"]


def test_a_browser_sends_to_where_files_are_and_attaches(program, lunch, services):
    asked = {"extension": "jpg", "expense_id": lunch}
    invited = program.ask("POST", "/api/receipts/presigned-url", json=asked)
    assert (invited["content_type"], invited["max_size"]) == ("image/jpeg", MOST)
    program.client.put(invited["url"], data=photo(200, 300))
    attach = {"expense_id": lunch, "key": invited["key"]}
    found = program.ask("POST", "/api/receipts/attach", json=attach)
    assert found["receipts"][0]["width"] == 200
    assert program.ask("POST", "/api/receipts/attach", json=attach) == found, (
        "an answer that was lost comes again"
    )
    form = program.ask("POST", "/api/receipts/presigned-url", json={"extension": "pdf"})
    program.client.post(
        form["form"]["url"], data={**form["form"]["fields"], "file": file(b"<html>", "x.pdf")}
    )
    wrong = {"expense_id": lunch, "key": form["key"]}
    assert "web page" in program.ask("POST", "/api/receipts/attach", 400, json=wrong)["detail"]
    program.ask("POST", "/api/receipts/presigned-url", 400, json={"extension": "svg"})
    assert len(services.files.list("receipts/")) == 2


def test_a_receipt_is_replaced_deleted_and_restored(program, lunch, upload):
    first = upload(expense_id=lunch)["receipt"]["id"]
    address = f"/api/receipts/{lunch}/{first}"
    second = program.ask("PUT", address, data={"file": file(pdf(), "bill.pdf")})["receipt"]["id"]
    assert [each["id"] for each in program.ask("GET", f"/api/receipts/{lunch}")["receipts"]] == [second]
    program.ask("PUT", address, 404, data={"file": file(pdf(), "bill.pdf")})
    program.ask("DELETE", f"/api/receipts/{lunch}/{second}", 204)
    program.ask("DELETE", f"/api/receipts/{lunch}/{second}", 404)
    assert program.ask("GET", f"/api/expenses/{lunch}")["receipt_url"] is None
    back = program.ask("POST", f"{address}/restore")
    assert [each["id"] for each in back["receipts"]] == [first]


def test_view_finds_ones_own_keys_only(program, bobs_program, upload, lunch, alice, bob):
    key = upload(expense_id=lunch)["key"]
    name = key.rpartition("/")[2]
    for own in (key, name):
        found = program.ask("GET", f"/api/receipts/view/{own}")
        assert seen(program, found["url"]).startswith(b"\xff\xd8\xff")
        bobs_program.ask("GET", f"/api/receipts/view/{own}", 404)
    for other in (
        f"receipts/{bob.user_id}/{name}",
        f"receipts/{alice.user_id}/../{alice.user_id}/{name}",
        f"imports/{alice.user_id}/x",
        "x",
        f"{name}x",
    ):
        program.ask("GET", f"/api/receipts/view/{other}", 404)


def test_what_is_alices_bob_neither_sees_nor_attaches(program, bobs_program, upload, lunch):
    answer = upload(expense_id=lunch, wait="true")
    theirs = bobs_program.add()["id"]
    bobs_program.ask("GET", f"/api/receipts/{lunch}", 404)
    bobs_program.ask("POST", "/api/receipts/attach", 404, json={"expense_id": theirs, "key": answer["key"]})
    refused = bobs_program.ask("POST", "/api/expenses", 409, json=LUNCH | {"receipt_url": answer["key"]})
    assert refused["errors"][0]["field"] == "receipt_url"
    bobs_program.ask(
        "POST", "/api/receipts/presigned-url", 404, json={"extension": "jpg", "expense_id": lunch}
    )
    same_id = bobs_program.ask(
        "POST", "/api/receipts/upload", 201, data={"receipt": file(), "expense_id": lunch}
    )
    assert same_id["attached"] is False, "under the same id bob has nothing"
    assert program.ask("GET", f"/api/receipts/{lunch}")["receipts"] == []


def test_an_expense_in_the_trash_takes_no_receipt(program, upload, lunch):
    program.ask("DELETE", f"/api/expenses/{lunch}", 204)
    upload(404, expense_id=lunch)


def test_a_browser_needs_its_csrf_token(app, alice):
    client = signed_in(app, alice)
    refused = client.post("/api/receipts/upload", data={"receipt": file()})
    assert refused.status_code == 400
    examine(refused)
    token = client.page("/settings").find("input", {"name": "csrf_token"})["value"]
    for how in ({"headers": {"X-CSRFToken": token}}, {}):
        data = {"receipt": file(), **({} if how else {"csrf_token": token})}
        assert client.post("/api/receipts/upload", data=data, **how).status_code == 201


def test_where_files_are_away_nothing_is_added(program, services, tmp_path):
    (tmp_path / "files").mkdir(exist_ok=True)
    (tmp_path / "files" / "receipts").write_bytes(b"no folder")
    problem = program.ask("POST", "/api/expenses", 503, data={**LUNCH, "receipt": file()})
    assert "try again" in problem["detail"]
    assert program.ask("GET", "/api/expenses")["expenses"] == []
