"""The pages that bring a bank's file in, without JavaScript, from the file to the result and back."""

from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from lib.errors import Unavailable
from lib.ids import new_id
from lib.jobs import GIVE_UP
from lib.records import Filters, User
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient

GERMAN = (
    "Kontoauszug\n\nBuchungstag;Empfänger;Verwendungszweck;Betrag (€);Kategorie\n"
    "03.11.2026;REWE;Einkauf;-12,50;Groceries\n03.11.2026;<b>Bäcker</b>;Brötchen;-3,20;Ausgehen\n"
    "31.11.2026;Kaputt;kein Tag;-1,00;\n30.10.2026;Firma;Gehalt;2.000,00;\n29.10.2026;Bank;Info;0,00;\n"
)


def upload(
    client: PageClient, data: bytes | str = GERMAN, name: str = "Umsätze.csv", key: str = ""
) -> TestResponse:
    content = data.encode("cp1252") if isinstance(data, str) else data
    sent = {"file": (BytesIO(content), name), "key": key or new_id()}
    return client.post_form("/import", sent, content_type="multipart/form-data")


def uploaded(client: PageClient, data: bytes | str = GERMAN) -> str:
    """The address of the run that an upload started."""
    answer = upload(client, data)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removesuffix("/columns")


def fields(page: BeautifulSoup, action: str) -> dict[str, Any]:
    """What a browser would send with the form as it stands."""
    form = page.find("form", {"action": action})
    assert form is not None
    sent = {
        i["name"]: i.get("value", "on")
        for i in form.find_all("input")
        if i.get("type") not in ("checkbox", "radio")
    }
    sent |= {
        i["name"]: i["value"] for i in form.find_all("input", {"type": "radio"}) if i.has_attr("checked")
    }
    for select in form.find_all("select"):
        options = select.find_all("option")
        chosen = next((o for o in options if o.has_attr("selected")), options[0])
        sent[select["name"]] = chosen.get("value", chosen.get_text())
    return sent


def send(client: PageClient, address: str, form_at: str = "", **changes: Any) -> TestResponse:
    """Send the form of that address as it stands on its page, with some fields changed."""
    page = client.page(form_at or address)
    return client.post(address, data=fields(page, address) | changes)


def confirmed(client: PageClient, data: bytes | str = GERMAN) -> str:
    run = uploaded(client, data)
    assert send(client, f"{run}/columns").headers["Location"] == f"{run}/check"
    assert send(client, f"{run}/check").headers["Location"] == run
    return run


def words_of(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ", strip=True).split())


def work(services: Services) -> None:
    services.queue.run(services)  # type: ignore[attr-defined]


def test_a_bank_file_comes_in_step_by_step(as_alice: PageClient, services: Services, alice: User):
    run = uploaded(as_alice)
    columns = as_alice.page(f"{run}/columns")
    chosen = [o.get_text() for o in columns.select("thead select option[selected]")]
    assert chosen == ["Date", "Payee", "Description", "Amount", "Category"]
    assert "5 rows, 5 columns named in line 3, separated by semicolon" in words_of(columns)
    assert "guessed from its name" in words_of(columns)
    assert len(columns.select(".i-raw tbody tr")) == 5
    check = as_alice.page(send(as_alice, f"{run}/columns").headers["Location"])
    shown = words_of(check)
    assert "3 expenses" in shown
    assert "“31.11.2026” is not a date such as 21.11.2026." in shown
    assert "1 row with a problem" in shown
    assert "1 row without an amount" in shown
    assert "Ausgehen 1" in shown
    assert check.find("button", string="Import 3 expenses")
    assert send(as_alice, f"{run}/check").headers["Location"] == run
    waiting = as_alice.page(run)
    assert "Waiting for the worker" in words_of(waiting)
    assert waiting.find("meta", {"http-equiv": "refresh"}), "without a script the page looks again by itself"
    work(services)
    done = words_of(as_alice.page(run))
    assert "€15.70" in done
    assert "€2,000.00" in done
    assert "November 2026 2 €15.70 out" in done
    shown = words_of(as_alice.page(f"/expenses?import={run.removeprefix('/import/')}"))
    assert "<b>Bäcker</b>" in shown, "as text"


def test_an_import_is_taken_back_and_brought_back(as_alice, services, alice):
    run = confirmed(as_alice)
    work(services)
    assert send(as_alice, f"{run}/revert", form_at=run).status_code == 303
    assert "Being taken back" in words_of(as_alice.page(run))
    work(services)
    assert "Taken back" in words_of(as_alice.page(run))
    assert services.store.list_expenses(alice.user_id, Filters()).items == []
    assert send(as_alice, f"{run}/restore", form_at=run).status_code == 303
    work(services)
    assert "Came in 3 expenses" in words_of(as_alice.page(run))


def test_what_has_been_deleted_for_good_is_not_offered_again(app, as_alice, services, alice, clock):
    run = confirmed(as_alice)
    work(services)
    send(as_alice, f"{run}/revert", form_at=run)
    work(services)
    assert "Bring it back" in words_of(as_alice.page(run))
    clock.turn(days=31)
    later = words_of(signed_in(app, alice).page(run))
    assert "Bring it back" not in later
    assert "deleted for good" in later


def test_duplicates_are_shown_beside_their_twins(as_alice, services, alice):
    confirmed(as_alice)
    work(services)
    run = uploaded(as_alice, GERMAN + "01.11.2026;Neu;Neues;-9,00;\n")
    check = as_alice.page(send(as_alice, f"{run}/columns").headers["Location"])
    twins = check.select(".i-twin")
    assert len(twins) == 3
    assert "The same day, amount and text." in words_of(twins[0])
    assert words_of(twins[0]).count("REWE") == 2, "the row and its twin"
    assert check.find("button", string="Import 1 expense")
    assert send(as_alice, f"{run}/check", keep=["4"]).status_code == 303
    work(services)
    found = services.store.list_expenses(alice.user_id, Filters(import_id=run.removeprefix("/import/"))).items
    assert [e.payee for e in found] == ["REWE", "Neu"]


def test_all_duplicates_may_come_in_at_once(as_alice, services, alice):
    confirmed(as_alice)
    work(services)
    run = uploaded(as_alice)
    check = as_alice.page(send(as_alice, f"{run}/columns").headers["Location"])
    assert check.find("button", string="Import the chosen rows")
    assert send(as_alice, f"{run}/check").status_code == 400, "nothing is chosen"
    assert send(as_alice, f"{run}/check", duplicates="keep").status_code == 303
    work(services)
    assert len(services.store.list_expenses(alice.user_id, Filters()).items) == 6


def test_a_single_duplicate_has_one_box(as_alice, services):
    confirmed(as_alice)
    work(services)
    run = uploaded(as_alice, "\n".join(GERMAN.splitlines()[:4]) + "\n")
    check = as_alice.page(send(as_alice, f"{run}/columns").headers["Location"])
    assert len(check.select(".i-twin")) == 1
    assert not check.select("[name=duplicates]")


def test_look_again_shows_what_a_choice_does(as_alice):
    run = uploaded(as_alice, "Date,Text,Amount\n2026-11-03,Cinema,24.00\n")
    before = as_alice.page(f"{run}/columns")
    assert "a guess" in words_of(before)
    assert "€24.00" in words_of(before)
    answer = send(as_alice, f"{run}/columns", positive="in", look="1")
    assert answer.headers["Location"] == f"{run}/columns"
    after = as_alice.page(f"{run}/columns")
    assert "+€24.00" in words_of(after)
    assert "a guess" not in words_of(after)


def test_missing_columns_are_asked_for_and_what_was_chosen_stays(as_alice):
    run = uploaded(as_alice, "a,b,c\n1,2,3\n4,5,6\n")
    answer = send(as_alice, f"{run}/columns", **{"role-1": "note"})
    page = PageClient.look(answer, 400)
    assert "Choose the column that holds the date." in words_of(page)
    assert page.select_one("#role-1 option[selected]")["value"] == "note"


def test_the_file_is_read_in_another_way(as_alice):
    run = uploaded(as_alice)
    answer = send(as_alice, f"{run}/layout", form_at=f"{run}/columns", encoding="cp850")
    assert answer.headers["Location"] == f"{run}/columns"
    assert "Western European (DOS 850)" in words_of(as_alice.page(f"{run}/columns"))
    for wrong in (
        {"encoding": "rot13"},
        {"encoding": "utf-16"},
        {"separator": "x"},
        {"header": "-1"},
        {"header": "many"},
        {"header": "9" * 9},
    ):
        assert send(as_alice, f"{run}/layout", form_at=f"{run}/columns", **wrong).status_code == 400


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty."),
        (b"%PDF-1.7", "This is a PDF document."),
        (b"PK\x03\x04xl/workbook", "This is an Excel workbook."),
        (b"a,b\n1,\x00\n", "This is not a text file"),
        (b"Date,Amount\n", "nothing under them"),
        (b"2026-01-01,1.00," + b"x" * 10_001, "more than 10,000 characters"),
        (b"2026-01-01,1.00," + b"x" * 131_073, "more than 10,000 characters"),
    ],
)
def test_a_bad_file_brings_the_form_back_with_the_reason(as_alice, services, alice, data, words):
    answer = upload(as_alice, data)
    page = PageClient.look(answer, answer.status_code)
    assert answer.status_code in (400, 413)
    assert words in words_of(page.find("form", {"action": "/import"}))
    assert services.imports.list_runs(alice) == []


def test_a_form_without_a_file_asks_for_one(as_alice):
    answer = as_alice.post_form("/import", {"key": new_id()})
    assert "Choose a file first." in words_of(PageClient.look(answer, 400))


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(as_alice):
    token = fields(as_alice.page("/import"), "/import")["csrf_token"]
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = part.format("csrf_token", "") + token + "\r\n" + part.format("file", '; filename="a.csv"')
    long = body.encode() + b"2026-01-01,1.00\n" * 1_400_000 + b"\r\n--x--\r\n"
    answer = as_alice.post("/import", data=long, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "20 MB" in answer.text


def test_a_double_click_starts_one_import(as_alice, services, alice):
    key = new_id()
    first, second = (upload(as_alice, key=key).headers["Location"] for _ in range(2))
    assert first == second
    assert len(services.imports.list_runs(alice)) == 1


def test_two_windows_do_not_overwrite_each_other(as_alice):
    run = uploaded(as_alice)
    stale = fields(as_alice.page(f"{run}/columns"), f"{run}/columns")
    send(as_alice, f"{run}/columns", look="1", **{"role-2": "note"})
    answer = as_alice.post(f"{run}/columns", data=stale)
    assert answer.headers["Location"] == f"{run}/columns"
    page = as_alice.page(f"{run}/columns")
    assert "Someone changed this" in words_of(page)
    assert page.select_one("#role-2 option[selected]")["value"] == "note"


def test_what_changed_since_the_check_is_shown_before_it_comes_in(as_alice, services, alice):
    run = uploaded(as_alice)
    send(as_alice, f"{run}/columns")
    seen = fields(as_alice.page(f"{run}/check"), f"{run}/check")
    confirmed(as_alice)
    work(services)
    answer = as_alice.post(f"{run}/check", data=seen)
    assert answer.headers["Location"] == f"{run}/check"
    page = as_alice.page(f"{run}/check")
    assert "Your expenses have changed since you looked" in words_of(page)
    assert len(page.select(".i-twin")) == 3


def test_a_confirmed_import_asks_nothing_any_more(as_alice, services):
    run = confirmed(as_alice)
    for step in ("columns", "check"):
        assert as_alice.get(f"{run}/{step}").headers["Location"] == run
    work(services)
    for step in ("columns", "check", "forget"):
        assert as_alice.post_form(f"{run}/{step}", form_at=run).status_code == 303
    assert "Came in 3 expenses" in words_of(as_alice.page(run))


def test_a_file_is_forgotten(as_alice, services, alice):
    run = uploaded(as_alice)
    assert send(as_alice, f"{run}/forget", form_at=f"{run}/columns").headers["Location"] == "/import"
    assert services.imports.list_runs(alice) == []
    assert as_alice.get(run).status_code == 404


def test_earlier_imports_are_listed_and_lead_to_where_they_are(as_alice, services):
    finished, waiting = confirmed(as_alice), uploaded(as_alice)
    work(services)
    page = as_alice.page("/import")
    addresses = [a["href"] for a in page.select(".setting-rows a")]
    assert set(addresses) == {finished, f"{waiting}/columns"}
    assert "3 expenses" in words_of(page)


def test_the_script_is_told_how_far_it_is(as_alice, services):
    run = confirmed(as_alice)
    told = as_alice.get(f"{run}/state").json
    assert (told["state"], told["busy"]) == ("queued", True)
    work(services)
    told = as_alice.get(f"{run}/state").json
    assert (told["state"], told["busy"]) == ("done", False)


@pytest.mark.parametrize("page", ["", "/state"])
def test_looking_at_an_import_whose_job_was_given_up_gets_it_going(as_alice, services, clock, page):
    run = confirmed(as_alice)
    services.queue.tasks.clear()
    clock.turn(seconds=GIVE_UP.total_seconds() + 1)
    assert services.jobs.sweep() == 0
    as_alice.get(run + page)
    work(services)
    assert "Came in 3 expenses" in words_of(as_alice.page(run))


def test_a_queue_that_is_down_leaves_the_import_waiting(app: Flask, as_alice, services, clock, monkeypatch):
    run = uploaded(as_alice)
    send(as_alice, f"{run}/columns")

    def down(*_: str) -> None:
        raise Unavailable(part="queue")

    monkeypatch.setattr(services.queue, "send", down)
    assert send(as_alice, f"{run}/check").headers["Location"] == run
    assert "Waiting for the worker" in words_of(as_alice.page(run))
    monkeypatch.undo()
    clock.turn(seconds=31)
    services.jobs.sweep()
    work(services)
    assert "Came in 3 expenses" in words_of(as_alice.page(run))


def test_what_was_not_offered_is_refused(as_alice):
    run = uploaded(as_alice)
    for wrong in (
        {"role-0": "balance"},
        {"order": "yyy"},
        {"mark": "x"},
        {"positive": "up"},
        {"currency": "XXX"},
    ):
        answer = send(as_alice, f"{run}/columns", **wrong)
        assert answer.status_code == 400, wrong
    assert send(as_alice, f"{run}/columns", version="x").headers["Location"] == f"{run}/columns"


def test_bob_sees_nothing_of_alices_files(app, as_alice, bob):
    run = uploaded(as_alice)
    as_bob = signed_in(app, bob)
    for path in ("", "/columns", "/check", "/state"):
        assert as_bob.get(run + path).status_code == 404
    assert "Umsätze" not in as_bob.get("/import").text
