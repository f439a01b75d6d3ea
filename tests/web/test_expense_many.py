"""Many expenses at once, the trash, and the file for the spreadsheet."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.records import Filters

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20), payee="REWE")


@pytest.fixture
def add(services, alice):
    """Add lunches of alice's, with changes; gives the id."""

    def add(**changes: Any) -> str:
        return services.expenses.add_expense(alice, replace(LUNCH, **changes), new_id()).expense_id

    return add


@pytest.fixture
def kept(services, alice):
    """What is not in the trash, by id."""
    return lambda: {
        e.expense_id: e for e in services.store.list_expenses(alice.user_id, Filters(), limit=1000).items
    }


def many(client: Any, action: str, ids: list[str], **more: Any) -> Any:
    return client.post_form("/expenses/bulk", {"do": action, "id": ids, **more}, form_at="/expenses")


def toast(client: Any, address: str = "/expenses") -> Any:
    return client.page(address).find(class_="toast-note")


def press(client: Any, form: Any) -> Any:
    data: dict[str, list[str]] = {}
    for field in form.find_all("input"):
        data.setdefault(field["name"], []).append(field["value"])
    return client.post(form["action"], data=data)


def test_what_is_ticked_gets_a_category(as_alice, add, kept):
    first, second, third = add(), add(), add()
    response = many(as_alice, "category", [first, second], category="Travel", back="month=2026-11")
    assert response.location == "/expenses?month=2026-11"
    assert {id: e.category for id, e in kept().items()} == {
        first: "Travel",
        second: "Travel",
        third: "Groceries",
    }
    assert "2 expenses now in Travel" in toast(as_alice).get_text()


def test_what_is_ticked_gets_tags(as_alice, add, kept):
    lunch = add(tags=("a",))
    many(as_alice, "tag", [lunch], tags="#b, A")
    assert kept()[lunch].tags == ("a", "b")
    assert "1 expense tagged b, A" in toast(as_alice).get_text()


@pytest.mark.parametrize("number", [2, 30])  # few travel in the cookie, many go by a note
def test_what_is_ticked_is_deleted_and_comes_back(as_alice, add, kept, number):
    ids = [add() for _ in range(number)]
    stays = add()
    many(as_alice, "delete", ids)
    assert list(kept()) == [stays]
    note = toast(as_alice)
    assert f"Deleted {number} expenses" in note.get_text()
    press(as_alice, note.find("form"))
    assert len(kept()) == number + 1
    assert f"Restored {number} expenses" in toast(as_alice).get_text()


def test_all_that_match_are_meant_not_only_those_shown(as_alice, add, kept):
    for _ in range(60):
        add()
    other = add(category="Travel")
    page = as_alice.page("/expenses?category=Groceries")
    assert "All 60 that match" in page.find("input", {"name": "all"}).parent.get_text()
    many(as_alice, "delete", [], all="1", back="category=Groceries")
    assert list(kept()) == [other]


def test_all_that_match_an_unusable_filter_are_none(as_alice, add, kept):
    add()
    many(as_alice, "delete", [], all="1", back="category=Nonsense")
    assert len(kept()) == 1


def test_all_of_too_many_are_none(services, alice, as_alice):
    made = [replace(LUNCH).to_expense(alice, new_id(), services.now()) for _ in range(1001)]
    services.store.add_expenses(made)
    many(as_alice, "delete", [], all="1")
    assert "More than 1,000 expenses match" in toast(as_alice).get_text()
    assert [row.count for row in services.expenses.sum_expenses(alice, Filters())] == [1001]


@pytest.mark.parametrize(
    ("action", "more", "words"),
    [
        ("category", {}, "Choose the category"),
        ("category", {"category": "Nonsense"}, "one of your categories"),
        ("tag", {"tags": " ,# "}, "Write the tag"),
        ("tag", {"tags": "x" * 41}, "40 characters"),
        ("dance", {}, "Choose what to do"),
        ("", {}, "Choose what to do"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_changed(as_alice, add, kept, action, more, words):
    add()
    before = kept()
    assert many(as_alice, action, list(before), **more).status_code == 303
    assert words in toast(as_alice).get_text()
    assert kept() == before


def test_without_a_tick_one_is_asked_to_tick(as_alice, add):
    add()
    many(as_alice, "delete", [])
    assert "Tick the expenses first" in toast(as_alice).get_text()


def test_what_is_anothers_stays_as_it_is(as_bob, services, bob, add, kept):
    lunch = add()
    services.expenses.add_expense(bob, LUNCH, new_id())
    before = kept()
    for action, more in (("delete", {}), ("category", {"category": "Travel"}), ("tag", {"tags": "x"})):
        many(as_bob, action, [lunch], **more)
    assert kept() == before


def test_the_trash_shows_what_was_deleted_and_brings_it_back(services, alice, as_alice, add, kept):
    lunch = add()
    services.expenses.delete_expenses(alice, [lunch])
    page = as_alice.page("/expenses/trash")
    assert page.select_one(".x-day li u").get_text() == "REWE"
    form = page.find("form", {"action": "/expenses/restore"})
    token = form.find("input", {"name": "csrf_token"})["value"]
    response = as_alice.post("/expenses/restore", data={"csrf_token": token, "id": lunch, "to": "trash"})
    assert response.location == "/expenses/trash"
    assert list(kept()) == [lunch]


def test_the_trash_is_emptied_for_good(services, alice, as_alice, add, kept):
    services.expenses.delete_expenses(alice, [add(), add()])
    as_alice.post_form("/expenses/trash/empty", form_at="/expenses/trash")
    assert "Deleted 2 expenses for good" in toast(as_alice, "/expenses/trash").get_text()
    assert "The trash is empty" in as_alice.page("/expenses/trash").get_text()


def test_the_trash_goes_on_over_pages(services, alice, as_alice, add):
    services.expenses.delete_expenses(alice, [add() for _ in range(55)])
    first = as_alice.page("/expenses/trash")
    second = as_alice.page(first.find("a", rel="next")["href"])
    assert (len(first.select(".x-day li")), len(second.select(".x-day li"))) == (50, 5)


def test_restoring_what_is_not_there_says_so(as_alice, as_bob, services, alice, add, kept):
    lunch = add()
    services.expenses.delete_expenses(alice, [lunch])
    as_bob.post_form("/expenses/restore", {"id": lunch, "deleted": "nothing"}, form_at="/expenses/new")
    assert "nothing to restore" in toast(as_bob).get_text()
    assert kept() == {}


def downloaded(client: Any, query: str = "") -> list[dict[str, str]]:
    response = client.get("/expenses.csv" + query)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    text = response.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_holds_what_the_list_selects(as_alice, add):
    add(payee="REWE", note='Two\nlines, "quoted"')
    add(payee="Bahn", category="Travel")
    (row,) = downloaded(as_alice, "?category=Groceries")
    assert (row["Payee"], row["Amount"], row["Note"]) == ("REWE", "-12.50", 'Two\nlines, "quoted"')
    assert len(downloaded(as_alice)) == 2


def test_the_file_is_whole_however_long(services, alice, as_alice):
    made = [
        replace(LUNCH, payee=f"No {number}").to_expense(alice, new_id(), services.now())
        for number in range(2500)
    ]
    for start in range(0, 2500, 500):
        services.store.add_expenses(made[start : start + 500])
    assert {row["Payee"] for row in downloaded(as_alice)} == {f"No {number}" for number in range(2500)}


def test_the_file_is_named_after_its_month_and_not_kept_by_browsers(as_alice, add):
    add()
    response = as_alice.get("/expenses.csv?month=2026-11")
    assert response.headers["Content-Disposition"] == 'attachment; filename="expenses-2026-11.csv"'
    assert response.headers["Cache-Control"] == "no-store"


def test_formulas_in_the_file_are_text(as_alice, add):
    add(payee="=1+1", description="@SUM(A1)", tags=("-1",))
    (row,) = downloaded(as_alice)
    assert (row["Payee"], row["Description"], row["Tags"]) == ("'=1+1", "'@SUM(A1)", "'-1")


def test_a_file_of_an_unusable_filter_is_refused_in_words(as_alice, add):
    add()
    page = as_alice.page("/expenses.csv?month=2026-13", 400)
    assert "such as 2026-11" in page.get_text()
    as_alice.page("/expenses.csv?q=" + "+".join(f"w{n}" for n in range(30)), 400)


def test_the_file_of_another_person_is_empty(as_bob, add):
    add()
    assert downloaded(as_bob) == []


def test_strangers_get_none_of_it(client):
    for address in ("/expenses", "/expenses/new", "/expenses/trash", "/expenses.csv", "/expenses/x"):
        assert client.get(address).location.startswith("/login")
