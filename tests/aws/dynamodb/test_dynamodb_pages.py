"""Real pages over DynamoDB: how many requests each sends, and that none of them walks a table."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app import create_app
from lib.demo import fill
from tests.conftest import signed_in
from tests.contract.samples import expense
from tests.pages import PageClient

pytestmark = pytest.mark.aws

ADDRESSES = [
    "/dashboard?month=2026-02",
    "/expenses",
    "/expenses?q=rewe",
    "/expenses?sort=largest",
    "/expenses?min=5&max=20",
    "/expenses/trash",
    "/budget",
    "/settings",
]


@pytest.fixture
def services(services, store):
    return replace(services, store=store)


@pytest.fixture
def alice(services):
    return services.accounts.register("alice", "alice@example.com", "correct horse battery")


@pytest.fixture
def client(settings, services, alice, clock) -> PageClient:
    """alice, with a year of expenses and budgets, back on a page she has seen before."""
    fill(services.store, alice, services.now(), months=12)
    services.alerts.look(alice)  # what there is to tell of a month that came as a whole
    app = create_app(settings, services)
    app.test_client_class = PageClient
    client = signed_in(app, alice)
    client.page("/dashboard")
    clock.turn(minutes=5)
    return client


def older(count: int, user_id: str):
    days = (date(2025, 10, 1) - timedelta(days=n % 3000) for n in range(count))
    return [expense(n, user_id=user_id, spent_on=day, payee="Shop") for n, day in enumerate(days)]


def test_the_overview_is_six_requests_and_six_units_at_most_at_any_history(
    client, store, meter, alice, clock
):
    asked = []
    for history in (0, 5000):
        store.add_expenses(older(history, alice.user_id))
        store.save_user(
            replace(store.get_user(alice.user_id), theme="dark")
        )  # no page that was kept is good now
        clock.turn(minutes=5)
        meter.start()
        client.page("/dashboard")
        asked.append((meter.operations, meter.read_units))
    assert asked[0] == asked[1]
    assert len(asked[0][0]) <= 6
    assert asked[0][1] <= 6


def test_an_overview_that_nothing_has_changed_is_two_requests(client, meter):
    client.page("/dashboard")
    meter.start()
    client.page("/dashboard")
    assert meter.operations == ["GetItem", "GetItem"]


def test_an_expense_is_one_transaction_and_on_the_next_page(client, meter):
    token = client.page("/expenses/new").find("input", {"name": "csrf_token"})["value"]
    form = {"csrf_token": token, "amount": "4.20", "category": "Groceries", "day": "today", "key": "once"}
    meter.start()
    assert client.post("/expenses/new", data=form | {"payee": "Zanzibar"}).status_code == 303
    assert meter.operations.count("TransactWriteItems") == 1
    # And to see what there is to tell: her own item again, budgets, totals, what was told, what she wants to be told of.
    assert len(meter.operations) <= 3 + 5
    assert "Zanzibar" in client.page("/expenses").text


def test_no_page_walks_a_table(client, meter):
    for address in ADDRESSES:
        meter.start()
        client.page(address)
        assert meter.operations
        assert set(meter.operations) <= {"GetItem", "BatchGetItem", "Query"}, address
