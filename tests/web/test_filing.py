"""Expenses that file themselves, on pages: suggested in the form, explained, corrected, reviewed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft
from lib.filing.asking import purchase_of
from lib.ids import new_id
from lib.records import Expense, Filing, Filters, User
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient
from web.expenses.forms import AUTO

DRAFT = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, date(2026, 11, 20))
TYPED = {"amount": "12.50", "day": "today", "other_category": AUTO}


@pytest.fixture
def client(app: Flask, alice: User) -> PageClient:
    return signed_in(app, alice)


def add(services: Services, user: User, payee: str, **changes: Any) -> Expense:
    return services.expenses.add_expense(user, replace(DRAFT, payee=payee, **changes), new_id())


def everything(services: Services, user: User) -> list[Expense]:
    return services.expenses.list_expenses(user, Filters()).items


def words(page: BeautifulSoup, selector: str) -> str:
    found = page.select_one(selector)
    return " ".join(found.get_text().split()) if found else ""


def send(client: PageClient, address: str, data: dict[str, Any], at: str = "/expenses/new") -> BeautifulSoup:
    return client.look(client.post_form(address, data, form_at=at, follow_redirects=True))


def test_a_suggestion_says_where_and_why(services, client, alice):
    for _ in range(2):
        add(services, alice, "Zorblatt", category="Education")
    piece = client.post_form("/expenses/suggest", {"payee": "ZORBLATT 17"}, form_at="/expenses/new").text
    assert "Education" in piece
    assert "You filed ZORBLATT under Education twice." in piece
    assert 'value="other_category=Education"' in piece


@pytest.mark.parametrize(
    "typed", [{}, {"payee": " "}, {"payee": "Shell", "other_category": "Travel"}, {"payee": "8231"}]
)
def test_nothing_is_suggested_where_nothing_is_known_or_something_else_was_chosen(client, typed):
    assert client.post_form("/expenses/suggest", typed, form_at="/expenses/new").text == ""


def test_without_a_script_a_button_asks_and_another_takes_it(services, client, alice):
    typed = {**TYPED, "payee": "Shell", "other_category": "", "suggest": "1"}
    page = send(client, "/expenses/new", typed)
    assert "Transport?" in words(page, ".f-hint")
    typed["use"] = page.select_one(".f-hint [name=use]")["value"]
    page = send(client, "/expenses/new", typed)
    assert page.select_one("[name=other_category] [selected]")["value"] == "Transport"
    assert everything(services, alice) == []


def test_the_planner_files_at_once_what_the_person_filed_before(services, client, alice):
    for _ in range(4):
        add(services, alice, "Zorblatt", category="Education")
    page = send(client, "/expenses/new", {**TYPED, "payee": "Zorblatt"})
    assert "filed under Education: you filed Zorblatt under Education" in words(page, ".toast-note")
    assert everything(services, alice)[0].filing is not None


def test_what_is_not_sure_follows_in_a_moment(services, client, alice):
    page = send(client, "/expenses/new", {**TYPED, "payee": "Shell"})
    assert "its category follows in a moment" in words(page, ".toast-note")
    assert "Uncategorised" in words(page, ".x-day li p")
    services.queue.run(services)
    page = client.page("/expenses")
    assert words(page, ".x-day li p") == "Transport why?"


def test_the_same_form_sent_twice_is_one_expense(services, client, alice):
    for _ in range(2):
        send(client, "/expenses/new", {**TYPED, "payee": "Shell", "key": "twice"})
        services.queue.run(services)
    assert len(everything(services, alice)) == 1


def test_the_page_of_an_expense_says_why_and_takes_the_answer(services, client, alice):
    added = add(services, alice, "Shell", auto=True)
    services.queue.run(services)
    address = f"/expenses/{added.expense_id}"
    why = words(client.page(address), "#why")
    assert "Filed by itself under Transport" in why
    assert "Shell" in why
    send(client, f"{address}/category", {"category": "Transport"}, address)
    assert everything(services, alice)[0].filing is None
    assert client.page(address).select_one("#why") is None


def test_a_correction_is_learned_at_once_and_offered_for_its_likes(services, client, alice):
    first, second = (add(services, alice, payee) for payee in ("ZORBLATT 1", "Zorblatt 2"))
    page = send(client, f"/expenses/{first.expense_id}/category", {"category": "Education"}, "/expenses/new")
    assert "1 expense more looks like it" in page.get_text()
    assert services.filing.suggest(alice, purchase_of(second)).category == "Education"
    form = page.select_one("form[action='/expenses/alike']")
    fields = {each["name"]: each["value"] for each in form.select("[name]")}
    page = send(client, "/expenses/alike", fields)
    assert {each.category for each in everything(services, alice)} == {"Education"}


def test_saving_an_expense_as_it_is_keeps_what_the_planner_chose(services, client, alice):
    added = add(services, alice, "Shell", auto=True)
    services.queue.run(services)
    saved = services.expenses.get_expense(alice, added.expense_id)
    typed = {"amount": "13", "other_category": "Transport", "payee": "Shell", "spent_on": "2026-11-20"}
    send(client, f"/expenses/{added.expense_id}", {**typed, "version": saved.version})
    assert everything(services, alice)[0].filing == saved.filing


@pytest.mark.parametrize("category", ["", UNCATEGORISED, "Nonsense"])
def test_an_answer_has_to_be_a_category(services, client, alice, category):
    added = add(services, alice, "Zorblatt")
    page = send(client, f"/expenses/{added.expense_id}/category", {"category": category}, "/expenses/new")
    assert "Choose" in words(page, ".toast-note.is-over")
    assert everything(services, alice)[0].category == UNCATEGORISED


def test_the_list_says_how_many_have_no_category(services, client, alice):
    assert "Review" not in words(client.page("/expenses"), ".page-actions > a")
    add(services, alice, "Zorblatt")
    assert words(client.page("/expenses"), ".page-actions > a") == "Review 1"


def test_a_guess_that_is_not_sure_enough_stands_in_the_list(services, client, alice):
    guessed = add(services, alice, "Zorblatt")
    filing = Filing("Travel", 31, "general", "it sounded so")
    services.store.save_expenses([replace(guessed, filing=filing)])
    page = client.page("/expenses")
    assert words(page, ".x-day li p") == "Uncategorised perhaps Travel?"
    assert page.select_one(".x-day li p a")["title"] == "It sounded so."
    assert "Perhaps Travel?" in words(client.page(f"/expenses/{guessed.expense_id}"), "#why")
