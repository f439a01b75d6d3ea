"""How often pages ask the store. Times differ from machine to machine; counts do not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app import create_app
from lib.demo import fill
from lib.expenses import ExpenseDraft
from lib.records import User
from lib.services import Services
from tests.conftest import signed_in
from tests.pages import PageClient

MOST_OF_OVERVIEW = 5  # session, user, totals, budgets, latest expenses


class Counting:
    """A store that notes what it is asked."""

    def __init__(self, store: Any) -> None:
        self.store, self.calls = store, list[str]()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            return getattr(self.store, name)(*args, **kwargs)

        return call


@pytest.fixture
def store(services: Services) -> Counting:
    return Counting(services.store)


@pytest.fixture
def client(settings, services, store, alice) -> PageClient:
    """alice, with three years of expenses, back on a page she has seen before."""
    fill(services.store, alice, services.now())
    app = create_app(settings, replace(services, store=store))
    app.test_client_class = PageClient
    client = signed_in(app, alice)
    client.page("/dashboard")  # greets
    client.page("/dashboard")
    return client


def change(services: Services, user: User) -> None:
    """Something new, so that nothing that was kept is good any more."""
    draft = ExpenseDraft(Decimal("3.20"), "EUR", "Groceries", date(2026, 11, 20))
    services.expenses.add_expense(user, draft, "change")


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to any database meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


def test_the_overview_asks_the_store_five_times_at_most(client, services, store, alice):
    change(services, alice)
    store.calls.clear()
    client.page("/dashboard")
    assert len(store.calls) <= MOST_OF_OVERVIEW, store.calls


def test_a_past_month_asks_no_more(client, store):
    store.calls.clear()
    client.page("/dashboard?month=2025-02")
    assert len(store.calls) <= MOST_OF_OVERVIEW, store.calls


def test_an_overview_that_nothing_has_changed_asks_who_it_is_for(client, store):
    store.calls.clear()
    client.page("/dashboard")
    assert store.calls == ["get_document", "get_user"]


def test_each_question_is_one_statement(client, services, alice):
    change(services, alice)
    with statements() as sent:
        client.page("/dashboard")
    assert len(sent) <= MOST_OF_OVERVIEW, sent


def test_looking_begins_no_transaction(client):
    with statements() as sent:
        for address in ("/dashboard", "/expenses", "/budget", "/settings"):
            client.page(address)
    assert not [statement for statement in sent if not statement.lstrip().upper().startswith("SELECT")]


@pytest.mark.parametrize(("address", "most"), [("/expenses", 7), ("/expenses?q=rewe", 6), ("/budget", 6)])
def test_other_pages_ask_a_handful_of_times(client, services, store, alice, address, most):
    change(services, alice)
    store.calls.clear()
    client.page(address)
    assert len(store.calls) <= most, store.calls


def add_one(client, key: str) -> None:
    token = client.page("/expenses/new").find("input", {"name": "csrf_token"})["value"]
    form = {"csrf_token": token, "amount": "4.20", "category": "Groceries", "day": "today", "key": key}
    assert client.post("/expenses/new", data=form).status_code == 303


def test_adding_an_expense_is_one_transaction(client, store):
    add_one(client, "once")  # after which there is nothing new to tell
    with statements() as sent:
        add_one(client, "twice")
    assert sum(statement.startswith("BEGIN") for statement in sent) == 1
    store.calls.clear()
    add_one(client, "thrice")
    assert set(store.calls[store.calls.index("add_expenses") :]) <= {
        *(
            "add_expenses",
            "list_budgets",
            "month_totals",
            "get_document",
        )  # which alerts look at, and no expenses
    }
