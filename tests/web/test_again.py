"""The pages that file a history again: what would change, the change, the way back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft
from lib.filing import replay as states
from lib.ids import new_id
from lib.records import Filters, User
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient

DRAFT = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, date(2026, 11, 20))


@pytest.fixture
def client(app: Flask, alice: User) -> PageClient:
    return signed_in(app, alice)


@pytest.fixture
def history(services: Services, alice: User) -> None:
    for payee, category in (("Shell", UNCATEGORISED), ("Shell", UNCATEGORISED), ("Aral", "Travel")):
        services.expenses.add_expense(alice, replace(DRAFT, payee=payee, category=category), new_id())


def press(client: PageClient, page: BeautifulSoup, words: str) -> BeautifulSoup:
    """The button of a form of one button."""
    button = next(each for each in page.select("main form button") if words in each.get_text())
    form = button.find_parent("form")
    sent = {each["name"]: each["value"] for each in form.select("[name]")}
    return client.look(client.post(form["action"], data=sent, follow_redirects=True))


def categories(services: Services, user: User) -> list[str]:
    return sorted(each.category for each in services.expenses.list_expenses(user, Filters()).items)


def test_looked_at_applied_and_taken_back(services, client, alice, history):
    page = press(client, client.page("/settings/rules"), "Look what would change")
    assert page.select_one("[data-progress]")
    services.queue.run(services)
    [run] = services.replays.list_replays(alice)
    address = f"/expenses/again/{run.replay_id}"
    page = client.page(address)
    move = " ".join(page.select_one(".a-move").get_text().split())
    assert move == "Uncategorised becomes Transport 2"
    assert categories(services, alice) == ["Travel", UNCATEGORISED, UNCATEGORISED]
    press(client, page, "Change 2 expenses")
    services.queue.run(services)
    assert categories(services, alice) == ["Transport", "Transport", "Travel"]
    page = client.page(address)
    assert "2 expenses filed anew" in page.get_text()
    press(client, page, "Take it back")
    services.queue.run(services)
    assert categories(services, alice) == ["Travel", UNCATEGORISED, UNCATEGORISED]
    assert "Taken back" in client.page(address).get_text()


def test_where_nothing_would_change_it_says_so(services, client, alice):
    press(client, client.page("/settings/rules"), "Look what would change")
    services.queue.run(services)
    [run] = services.replays.list_replays(alice)
    assert "Nothing would change" in client.page(f"/expenses/again/{run.replay_id}").get_text()


def test_the_script_is_told_how_far_it_is(services, client, alice, history):
    run = services.replays.start(alice, new_id())
    said = client.get(f"/expenses/again/{run.replay_id}/state").json
    assert (said["busy"], said["percent"]) == (True, 0)
    services.queue.run(services)
    assert client.get(f"/expenses/again/{run.replay_id}/state").json["busy"] is False


def test_what_is_not_ready_cannot_be_changed(services, client, alice, history):
    run = services.replays.start(alice, new_id())
    address = f"/expenses/again/{run.replay_id}/apply"
    answer = client.post_form(address, {}, form_at="/settings/rules", follow_redirects=True)
    assert client.look(answer).select_one(".toast-note.is-over")
    assert services.replays.get_replay(alice, run.replay_id).state == states.LOOKING
