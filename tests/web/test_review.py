"""The page on which one answer files a group of look-alikes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.records import Filing, Filters, User
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient
from web.expenses.review import SHOWN

DRAFT = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, date(2026, 11, 20))


@pytest.fixture
def client(app: Flask, alice: User) -> PageClient:
    return signed_in(app, alice)


@pytest.fixture
def four(services: Services, alice: User) -> list[str]:
    """Payees of three groups, the largest first; the last is filed already, but not surely."""
    payees = ["ZORBLATT 1", "Zorblatt 2", "Shell", "Quux"]
    added = [services.expenses.add_expense(alice, replace(DRAFT, payee=each), new_id()) for each in payees]
    filing = Filing("Travel", 55, "general", "it sounded so")
    services.store.save_expenses([replace(added[-1], category="Travel", filing=filing)])
    return payees


def categories(services: Services, user: User) -> dict[str, str]:
    return {each.payee: each.category for each in services.expenses.list_expenses(user, Filters()).items}


def fields(page: BeautifulSoup, **changes: str) -> dict[str, Any]:
    """What the form on the page sends as it stands: the first of each list is chosen."""
    form = page.select_one(".r-form")
    sent = {each["name"]: each.get("value", "") for each in form.select("input")}
    sent |= {each["name"]: each.option["value"] for each in form.select("select")}
    return {**sent, **changes}


def answer(client: PageClient, **changes: str) -> BeautifulSoup:
    sent = fields(client.page("/expenses/review"), **changes)
    return client.look(client.post("/expenses/review", data=sent, follow_redirects=True))


def test_groups_stand_with_their_best_guess_chosen_and_why(client, four):
    page = client.page("/expenses/review")
    titles = [each.get_text() for each in page.select(".r-group h3")]
    assert titles[0] in ("ZORBLATT 1", "Zorblatt 2")
    assert titles[1:] == ["Shell", "Quux"]
    shell = page.select(".r-group")[1]
    assert shell.select_one("option")["value"] == "Transport"
    assert "Shell" in shell.select_one(".r-reason").get_text()
    assert "3 expenses have no category yet, in 2 groups" in page.get_text()


def test_what_the_planner_only_guesses_is_not_chosen_beforehand_and_not_filed_with_the_rest(
    services, client, alice, four
):
    services.expenses.add_expense(alice, replace(DRAFT, payee="42"), new_id())
    page, found = client.page("/expenses/review"), {}
    suggestions = {group.expenses[0].payee: group.suggestion for group in services.review.groups(alice)}
    for group in page.select(".r-group"):
        options = [option["value"] for option in group.select("option")]
        found[group.h3.get_text()] = options[0]
        assert (options.count(""), len(set(options))) == (1, len(options))
    assert found.pop("Quux") == "Travel"  # where it is
    assert "" in found.values()
    for payee, key in found.items():
        assert (key or UNCATEGORISED) == suggestions[payee].category
    before = categories(services, alice)
    answer(client, do="all")
    after = categories(services, alice)
    assert after["Shell"] == "Transport"
    assert all(after[payee] == before[payee] for payee, key in found.items() if not key)


def test_one_answer_files_the_group_is_learned_and_can_be_taken_back(services, client, alice, four):
    page = answer(client, **{"category-0": "Education", "do": "0"})
    assert "Filed 2 expenses under Education" in page.get_text()
    found = categories(services, alice)
    assert (found["ZORBLATT 1"], found["Zorblatt 2"], found["Shell"]) == (
        "Education",
        "Education",
        UNCATEGORISED,
    )
    assert page.select_one(".r-group button[autofocus], .r-group select[autofocus]")
    undo = page.select_one("form[action='/expenses/unfile']")
    note = undo.select_one("[name=noted]")["value"]
    client.post_form("/expenses/unfile", {"noted": note}, form_at="/expenses/review")
    assert categories(services, alice)["ZORBLATT 1"] == UNCATEGORISED
    assert services.filing.memory.learner(alice).total == 0


def test_look_alikes_in_two_sections_are_two_answers_and_undo_brings_both_back(services, client, alice, four):
    services.expenses.add_expense(alice, replace(DRAFT, payee="Quux 7"), new_id())
    before = categories(services, alice)
    page = client.page("/expenses/review")
    titles = [each.get_text() for each in page.select(".r-group h3")]
    chosen = {f"category-{titles.index('Quux 7')}": "Health", f"category-{titles.index('Quux')}": "Education"}
    page = answer(client, **{f"category-{n}": "" for n in range(4)} | chosen | {"do": "all"})
    found = categories(services, alice)
    assert (found["Quux 7"], found["Quux"]) == ("Health", "Education")
    note = page.select_one("form[action='/expenses/unfile'] [name=noted]")["value"]
    page = client.look(
        client.post_form(
            "/expenses/unfile", {"noted": note}, form_at="/expenses/review", follow_redirects=True
        )
    )
    assert "2 expenses back as before" in page.get_text()
    assert categories(services, alice) == before


def test_what_is_filed_stands_as_it_is_unless_something_is_surer_now(services, client, alice):
    for payee, confidence in (("Netflix 1", 50), ("REWE 1", 89)):
        added = services.expenses.add_expense(alice, replace(DRAFT, payee=payee), new_id())
        filing = Filing("Travel", confidence, "general", "the file said so")
        services.store.save_expenses([replace(added, category="Travel", filing=filing)])
    groups = {group.h3.get_text(): group for group in client.page("/expenses/review").select(".r-group")}
    chosen = {title: group.select_one("option")["value"] for title, group in groups.items()}
    assert chosen == {"Netflix 1": "Subscriptions", "REWE 1": "Travel"}
    assert "The file said so." in groups["REWE 1"].get_text()
    assert [option["value"] for option in groups["REWE 1"].select("option")].count("Travel") == 1


def test_all_are_filed_as_chosen_but_those_to_leave(services, client, alice, four):
    page = answer(
        client, **{"category-0": "", "category-1": "Transport", "category-2": "Health", "do": "all"}
    )
    found = categories(services, alice)
    assert (found["ZORBLATT 1"], found["Shell"], found["Quux"]) == (UNCATEGORISED, "Transport", "Health")
    assert "Filed 2 expenses" in page.get_text()


def test_a_group_left_open_is_no_answer(client, four):
    page = answer(client, **{"category-0": "", "do": "0"})
    assert "Choose a category first" in page.get_text()


@pytest.mark.parametrize("category", [UNCATEGORISED, "Nonsense"])
def test_an_answer_has_to_be_one_of_the_persons_categories(services, client, alice, four, category):
    page = answer(client, **{"category-0": category, "do": "0"})
    assert "Choose" in page.get_text()
    assert categories(services, alice)["ZORBLATT 1"] == UNCATEGORISED


def test_very_many_groups_come_a_page_at_a_time(services, client, alice):
    names = [f"{chr(97 + n // 26) * 3}{chr(97 + n % 26) * 4} shop" for n in range(SHOWN + 3)]
    for name in names:
        services.expenses.add_expense(alice, replace(DRAFT, payee=name), new_id())
    page = client.page("/expenses/review")
    assert len(page.select(".r-group")) == SHOWN
    rest = client.page(page.select_one(".pager-next")["href"])
    assert len(rest.select(".r-group")) == 3


def test_with_nothing_to_review_it_says_so(client):
    page = client.page("/expenses/review")
    assert "Nothing to review" in page.get_text()
    assert page.select_one(".r-form") is None
