"""Adding, changing and deleting one expense."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from lib.records import Expense, Filters

LUNCH = {"amount": "12.50", "category": "Groceries", "payee": "REWE"}


def saved(services: Any, user: Any, **filters: Any) -> list[Expense]:
    return services.store.list_expenses(user.user_id, Filters(**filters), limit=200).items


def add(client: Any, **changes: Any) -> Any:
    return client.post_form("/expenses/new", {**LUNCH, "key": "", **changes})


def wrong_at(page: Any, field: str) -> str:
    """What the form says at a field; empty if nothing."""
    place = page.find(id=f"{field}-help")
    invalid = place and place.find(class_="invalid")
    return invalid.get_text(strip=True) if invalid else ""


def test_an_expense_is_added_with_today_as_its_day(services, as_alice, alice):
    add(as_alice, day="today", description="Milk", tags="food, home", note="n")
    (lunch,) = saved(services, alice)
    assert (lunch.amount, lunch.currency, lunch.category, lunch.spent_on) == (
        Decimal("12.50"),
        "EUR",
        "Groceries",
        date(2026, 11, 21),
    )
    assert (lunch.payee, lunch.description, lunch.tags, lunch.note) == ("REWE", "Milk", ("food", "home"), "n")


def test_the_answer_to_adding_is_the_list_and_a_way_to_take_it_back(services, as_alice, alice):
    response = as_alice.post_form("/expenses/new", LUNCH)
    assert response.status_code == 303
    page = as_alice.page(response.location)
    toast = page.find(class_="toast-note")
    assert "Added €12.50 at REWE" in toast.get_text()
    undo = toast.find("form")
    fields = {field["name"]: field["value"] for field in undo.find_all("input")}
    as_alice.post(undo["action"], data=fields)
    assert saved(services, alice) == []
    assert len(saved(services, alice, removed=True)) == 1


def test_save_and_add_another_leads_to_an_empty_form(as_alice):
    response = as_alice.post_form("/expenses/new", {**LUNCH, "another": "1"})
    assert response.location == "/expenses/new"
    assert as_alice.page("/expenses/new").find("input", {"name": "amount"}).get("value", "") == ""


def test_the_same_form_sent_twice_adds_one_expense(services, as_alice, alice):
    for _ in range(2):
        assert as_alice.post_form("/expenses/new", {**LUNCH, "key": "the same"}).status_code == 303
    assert len(saved(services, alice)) == 1


def test_a_form_that_was_saved_and_then_changed_is_asked_about(services, as_alice, alice):
    add(as_alice, key="the same")
    page = as_alice.look(add(as_alice, key="the same", amount="20"), 409)
    assert "It was saved as €12.50 at REWE" in page.find("main").get_text()
    assert [expense.amount for expense in saved(services, alice)] == [Decimal("12.50")]
    key = page.find("input", {"name": "key"})["value"]
    assert add(as_alice, key=key, amount="20").status_code == 303
    assert len(saved(services, alice)) == 2


def test_each_page_has_a_key_of_its_own(as_alice):
    keys = {as_alice.page(address).find("input", {"name": "key"})["value"] for address in ["/expenses"] * 3 + ["/expenses/new"] * 2}  # fmt: skip
    assert len(keys) == 5
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ({"day": "yesterday"}, date(2026, 11, 20)),
        ({"day": "other", "spent_on": "2026-10-03"}, date(2026, 10, 3)),
        ({"spent_on": "2026-10-03"}, date(2026, 10, 3)),
        ({"day": "today", "spent_on": "2026-11-21"}, date(2026, 11, 21)),
        ({}, date(2026, 11, 21)),
    ],
)
def test_a_day_is_chosen_or_typed(services, as_alice, alice, typed, day):
    add(as_alice, **typed)
    assert saved(services, alice)[0].spent_on == day


def test_today_is_the_day_where_the_person_is(services, as_alice, alice, clock):
    services.store.save_user(replace_user(services, alice, time_zone="Pacific/Auckland"))
    clock.moment = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    add(as_alice, day="today")
    assert saved(services, alice)[0].spent_on == date(2026, 11, 22)


def replace_user(services: Any, user: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(services.store.get_user(user.user_id), **changes)


def test_amounts_and_days_are_read_as_the_person_writes_them(services, as_alice, alice):
    services.store.save_user(replace_user(services, alice, locale="de_DE"))
    add(as_alice, amount="1.250,50+3", spent_on="3.10.2026")
    (lunch,) = saved(services, alice)
    assert (lunch.amount, lunch.spent_on) == (Decimal("1253.50"), date(2026, 10, 3))


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"amount": ""}, "amount", "such as"),
        ({"amount": "0"}, "amount", "above zero"),
        ({"amount": "-5"}, "amount", "without a minus"),
        ({"amount": "NaN"}, "amount", "such as"),
        ({"amount": "Infinity"}, "amount", "such as"),
        ({"amount": "1e9"}, "amount", "such as"),
        ({"amount": "99999999999"}, "amount", "up to"),
        ({"amount": "1.005"}, "amount", "decimals"),
        ({"amount": "1" * 5000}, "amount", "characters"),
        ({"amount": "\0"}, "amount", ""),
        ({"category": ""}, "category", "Not sure yet"),
        ({"category": "Nonsense"}, "category", "one of your categories"),
        ({"category": "*"}, "category", "one of your categories"),
        ({"category": "Groceries", "other_category": "Travel"}, "category", "Keep one"),
        ({"day": "other", "spent_on": ""}, "spent_on", "2026-11-21"),
        ({"day": "never"}, "spent_on", "2026-11-21"),
        ({"spent_on": "0001-01-01"}, "spent_on", "1970-01-01"),
        ({"spent_on": "9999-12-31"}, "spent_on", "2199-12-31"),
        ({"spent_on": "2026-02-30"}, "spent_on", "2026-11-21"),
        ({"spent_on": "soon"}, "spent_on", "2026-11-21"),
        ({"day": "today", "spent_on": "2026-10-03"}, "spent_on", "Keep one"),
        ({"payee": "x" * 101}, "payee", "100 characters"),
        ({"description": "x" * 501}, "description", "500 characters"),
        ({"description": "a\0b"}, "description", "cannot be shown"),
        ({"note": "x" * 2001}, "note", "2000 characters"),
        ({"tags": "x" * 41}, "tags", "40 characters"),
        ({"tags": ",".join(map(str, range(11)))}, "tags", "10 tags"),
        ({"currency": "EURO"}, "currency", "from the list"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_nothing_typed_is_lost(
    services, as_alice, alice, typed, field, words
):
    response = add(as_alice, **{"description": "kept", **typed})
    page = as_alice.look(response, 400)
    assert words in wrong_at(page, field)
    assert wrong_at(page, field)
    assert saved(services, alice) == []
    if "description" not in typed:
        assert page.find("input", {"name": "description"})["value"] == "kept"


def test_everything_missing_is_said_at_once(as_alice):
    page = as_alice.look(as_alice.post_form("/expenses/new", {}), 400)
    assert wrong_at(page, "amount")
    assert wrong_at(page, "category")


@pytest.mark.parametrize(("day", "words"), [("2027-12-03", "in the future"), ("1999-01-01", "long ago")])
def test_an_odd_day_is_kept_and_pointed_out(services, as_alice, alice, day, words):
    page = as_alice.page(add(as_alice, spent_on=day).location)
    assert words in page.find(class_="toast-note").get_text()
    assert saved(services, alice)[0].spent_on == date.fromisoformat(day)


def test_not_sure_yet_is_an_answer(services, as_alice, alice):
    add(as_alice, category="", other_category="Uncategorised")
    assert saved(services, alice)[0].category == "Uncategorised"


def test_the_likeliest_categories_stand_before_the_list_and_payees_know_theirs(as_alice):
    for _ in range(2):
        add(as_alice, category="Travel", payee="Bahn")
    page = as_alice.page("/expenses/new")
    assert [radio["value"] for radio in page.find_all("input", {"name": "category"})][0] == "Travel"
    assert page.find("option", {"value": "Bahn"})["data-category"] == "Travel"
    assert page.find("option", string="Bahn") is None
    short = as_alice.page("/expenses")
    assert short.find("option", string="Bahn")["data-category"] == "Travel"


def test_a_form_like_another_expense_is_dated_today(services, as_alice, alice):
    add(as_alice, spent_on="2026-10-03", note="again")
    (lunch,) = saved(services, alice)
    page = as_alice.page(f"/expenses/new?from={lunch.expense_id}")
    values = {
        name: page.find("input", {"name": name}).get("value") for name in ("amount", "payee", "spent_on")
    }
    assert values == {"amount": "12.50", "payee": "REWE", "spent_on": "2026-11-21"}
    assert page.find("textarea", {"name": "note"}).get_text(strip=True) == "again"


def edited(client: Any, expense: Expense, **changes: Any) -> Any:
    """What the form of an expense gives when some of it is changed."""
    address = f"/expenses/{expense.expense_id}"
    page = client.page(address)
    form = page.find("form", {"action": address})
    values = {
        field["name"]: field.get("value", "")
        for field in form.find_all("input")
        if field.get("type") != "checkbox"
    }
    values |= {field["name"]: "1" for field in form.find_all("input", {"type": "checkbox", "checked": True})}
    values |= {
        field["name"]: field.get_text().removeprefix("\n").removeprefix("\r\n")
        for field in form.find_all("textarea")
    }
    for field in form.find_all("select"):
        chosen = field.find("option", selected=True)
        values[field["name"]] = chosen["value"] if chosen else ""
    return client.post(address, data={**values, **changes})


@pytest.fixture
def lunch(services, as_alice, alice) -> Expense:
    add(as_alice)
    return saved(services, alice)[0]


def test_saving_the_form_as_it_is_changes_nothing(services, as_alice, alice):
    add(as_alice, note="Two\r\nlines", tags="a, b", description="=1+1", money_in="1", spent_on="2026-10-03")
    (before,) = saved(services, alice)
    assert edited(as_alice, before).status_code == 303
    (after,) = saved(services, alice)
    for name in ("amount", "category", "spent_on", "payee", "description", "note", "tags", "money_in"):
        assert getattr(after, name) == getattr(before, name)


def test_a_change_is_saved_and_said(services, as_alice, alice, lunch):
    response = edited(as_alice, lunch, amount="20", other_category="Travel")
    assert "Saved €20.00 at REWE" in as_alice.page(response.location).find(class_="toast-note").get_text()
    (after,) = saved(services, alice)
    assert (after.amount, after.category, after.version) == (Decimal(20), "Travel", 2)


def test_the_second_of_two_tabs_is_told_and_may_save_over_it(services, as_alice, alice, lunch):
    edited(as_alice, lunch, amount="20")
    stale = {"version": str(lunch.version), "amount": "30", "payee": "REWE Süd"}
    page = as_alice.look(edited(as_alice, lunch, **stale), 409)
    rows = [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in page.find_all("tr")]
    assert ["Amount", "€30.00", "€20.00"] in rows
    assert ["Payee", "REWE Süd", "REWE"] in rows
    assert saved(services, alice)[0].amount == Decimal(20)
    assert page.find("input", {"name": "amount"})["value"] == "30"
    version = page.find("input", {"name": "version"})["value"]
    assert edited(as_alice, lunch, **{**stale, "version": version}).status_code == 303
    assert saved(services, alice)[0].amount == Decimal(30)


def test_a_double_click_on_save_is_no_conflict(as_alice, lunch):
    for _ in range(2):
        assert edited(as_alice, lunch, amount="20", version=str(lunch.version)).status_code == 303


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "1.5"])
def test_an_odd_version_is_a_stale_one(as_alice, lunch, version):
    assert edited(as_alice, lunch, amount="20", version=version).status_code == 409


def test_a_wrong_change_keeps_what_was_typed(services, as_alice, alice, lunch):
    page = as_alice.look(edited(as_alice, lunch, amount="nothing", payee="Kept"), 400)
    assert wrong_at(page, "amount")
    assert page.find("input", {"name": "payee"})["value"] == "Kept"
    assert saved(services, alice) == [lunch]


def test_an_income_that_was_taken_back_by_hand_stays_so(services, as_alice, alice):
    add(as_alice, category="Income")
    (salary,) = saved(services, alice)
    assert salary.money_in
    values = {"money_in": ""}
    edited(as_alice, salary, **values)
    assert not saved(services, alice)[0].money_in


def test_an_archived_category_stays_with_its_expense(services, as_alice, alice, lunch):
    user = services.store.get_user(alice.user_id)
    services.store.save_user(replace_user(services, alice, categories=user.categories.archived("Groceries")))
    edited(as_alice, lunch, amount="20")
    assert saved(services, alice)[0].category == "Groceries"
    assert as_alice.page("/expenses/new").find("option", {"value": "Groceries"}) is None


def test_deleting_leads_back_and_can_be_undone(services, as_alice, alice, lunch):
    address = f"/expenses/{lunch.expense_id}"
    response = as_alice.post_form(f"{address}/delete", {"back": "month=2026-11"}, form_at=address)
    assert response.location == "/expenses?month=2026-11"
    assert saved(services, alice) == []
    undo = as_alice.page(response.location).find(class_="toast-note").find("form")
    assert "restored from the trash" in as_alice.page(address, 404).get_text()
    as_alice.post(undo["action"], data={field["name"]: field["value"] for field in undo.find_all("input")})
    assert [expense.expense_id for expense in saved(services, alice)] == [lunch.expense_id]


def test_the_same_again_is_added_once(services, as_alice, alice, lunch):
    address = f"/expenses/{lunch.expense_id}"
    for _ in range(2):
        as_alice.post_form(f"{address}/duplicate", {"key": "again"}, form_at=address)
    assert len(saved(services, alice)) == 2


def test_nobody_sees_or_touches_what_is_anothers(services, as_bob, alice, as_alice, lunch):
    address = f"/expenses/{lunch.expense_id}"
    as_bob.page(address, 404)
    as_bob.page(f"/expenses/new?from={lunch.expense_id}", 404)
    for action in ("", "/delete", "/duplicate"):
        assert as_bob.post_form(address + action, LUNCH, form_at="/expenses/new").status_code == 404
    assert saved(services, alice) == [lunch]


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "\r\nX-Evil: 1", "x" * 9000, "a=\0"]
)
def test_the_way_back_leads_nowhere_else(as_alice, back):
    response = as_alice.post_form("/expenses/new", {**LUNCH, "back": back})
    assert response.status_code == 303
    assert response.location.startswith("/expenses?") or response.location == "/expenses"
    assert "X-Evil" not in response.headers


def test_the_form_leads_back_to_the_list_one_came_from(as_alice):
    page = as_alice.page("/expenses/new", headers={"Referer": "http://localhost/expenses?month=2026-10"})
    assert page.find(attrs={"data-leave": True})["href"] == "/expenses?month=2026-10"
