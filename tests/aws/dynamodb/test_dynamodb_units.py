"""What people's actions cost on DynamoDB: requests and units, the same whatever the history's length."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lib.periods import Month
from lib.records import Document, Filters
from tests.contract.samples import NOON, budget, delivery, expense, ids, notification

pytestmark = pytest.mark.aws

CATEGORIES = (
    "Groceries",
    "Transport",
    "Housing",
    "Utilities",
    "Health",
    "Travel",
    "Shopping",
    "Food & Dining",
)


def history(count: int):
    """Expenses as a household has them, over three years."""
    return [
        expense(
            n,
            spent_on=date(2026, 11, 20) - timedelta(days=n % 1095),
            category=CATEGORIES[n % len(CATEGORIES)],
            payee=f"Shop {n % 40}",
            description="The week's groceries and a bit more",
        )
        for n in range(count)
    ]


@pytest.fixture
def household(store, alice, clock):
    store.put_document(Document("id-of-alice", "session", "0" * 64, {"seen_at": "2026-11-21T12:00"}))
    for category in CATEGORIES:
        store.save_budget(budget(category))
    store.add_expenses(history(100))
    clock.turn(minutes=5)  # nothing was written just now
    return store


def overview(store) -> None:
    """What the overview page reads: lib/budgeting/overview.py and lib/identity/sessions.py."""
    assert store.get_document("id-of-alice", "session", "0" * 64) is not None
    assert store.get_user("id-of-alice") is not None
    assert store.month_totals("id-of-alice", Month(2025, 11), Month(2026, 12))
    assert len(store.list_budgets("id-of-alice")) == len(CATEGORIES)
    assert len(store.list_expenses("id-of-alice", Filters(), limit=5).items) == 5


def test_an_overview_is_five_requests_and_six_units_at_any_history(household, meter, clock):
    overview(household)
    first = (meter.operations, meter.read_units)
    assert len(meter.sent) <= 6
    assert meter.read_units <= 6
    household.add_expenses(history(5100))
    clock.turn(minutes=5)
    meter.start()
    overview(household)
    assert (meter.operations, meter.read_units) == first


def test_an_overview_right_after_adding_is_one_request_more(household, meter):
    household.add_expenses([expense(9999)])
    meter.start()
    overview(household)
    assert len(meter.sent) <= 6
    assert meter.read_units <= 7


def test_adding_is_one_transaction_at_any_history(household, meter):
    meter.start()
    household.add_expenses([expense(9999)])
    assert meter.operations == ["TransactWriteItems"]
    [sent] = meter.sent
    assert len(sent.arguments["TransactItems"]) == 3  # the user, the expense, its month
    few = meter.write_units
    household.add_expenses(history(3000))
    meter.start()
    household.add_expenses([expense(99_999)])
    assert (meter.operations, meter.write_units) == (["TransactWriteItems"], few)


WRITES = {
    "save": lambda store: store.save_expenses([expense(1, version=1, payee="x")]),
    "remove": lambda store: store.remove_expenses("id-of-alice", ids([expense(1)]), NOON),
    "budget": lambda store: store.save_budget(budget("Other")),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_change_is_at_most_one_look_and_one_transaction(household, meter, name):
    household.add_expenses([expense(1)])
    meter.start()
    WRITES[name](household)
    assert meter.operations[-1] == "TransactWriteItems"
    assert len(meter.operations) <= 2


REQUESTS = {
    "page": lambda store: store.list_expenses("id-of-alice", Filters()),
    "search": lambda store: store.list_expenses("id-of-alice", Filters(text="nowhere")),
    "trash": lambda store: store.list_expenses("id-of-alice", Filters(removed=True)),
    "largest": lambda store: store.list_expenses("id-of-alice", Filters(sort="largest")),
    "sum": lambda store: store.sum_expenses("id-of-alice", Filters(text="shop")),
    "sum of months": lambda store: store.sum_expenses("id-of-alice", Filters()),
    "sign in": lambda store: store.find_user_by_username("alice"),
    "sign in with the address": lambda store: store.find_user_by_email("alice@example.com"),
    "unknown": lambda store: store.find_user_by_username("nobody"),
    "hit": lambda store: store.count_hit("key", timedelta(minutes=1)),
    "documents": lambda store: store.list_documents("id-of-alice", "session"),
    "profile": lambda store: store.save_user(replace(store.get_user("id-of-alice"), theme="dark")),
    "notifications": lambda store: store.list_notifications("id-of-alice"),
    "reading them": lambda store: store.read_notifications("id-of-alice", ["n1"]),
    "what is due": lambda store: store.due_notifications(NOON),
    "empty trash": lambda store: store.purge_expenses(NOON, "id-of-alice"),
    "goodbye": lambda store: store.erase_user("id-of-alice"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_no_request_of_a_person_walks_a_table(household, meter, name):
    REQUESTS[name](household)
    assert meter.sent
    assert "Scan" not in meter.operations


def test_the_sum_of_whole_months_reads_no_expense(household, meter):
    household.sum_expenses("id-of-alice", Filters(since=date(2026, 1, 1)))
    tables = {sent.arguments["TableName"].rpartition("-")[2] for sent in meter.sent}
    assert tables == {"summaries"}


def test_a_sum_is_said_as_long_as_it_reads_little(household, meter, clock):
    """Of 20,000 expenses, which take 9 MB: those of some months, or of any whole ones; no search in all of them."""
    household.add_expenses(history(20_000))
    clock.turn(minutes=5)
    household.get_user("id-of-alice")
    one_month = {"since": date(2026, 11, 1), "until": date(2026, 12, 1)}
    meter.start()
    assert household.sum_expenses("id-of-alice", Filters(text="nowhere")) is None
    assert 512 <= meter.read_units < 512 + 130  # the last answer may go beyond by 1 MB
    meter.start()
    assert household.sum_expenses("id-of-alice", Filters(text="nowhere", **one_month)) == []
    [row] = household.sum_expenses("id-of-alice", Filters(text="shop 1", **one_month))
    assert row.count > 100
    assert meter.read_units < 100
    meter.start()
    [row] = household.sum_expenses("id-of-alice", Filters(since=date(2000, 1, 1)))
    assert (row.count, meter.read_units < 10) == (20_000, True)


def test_a_page_reads_little_more_than_it_shows(household, meter):
    household.add_expenses(history(3000))
    household.get_user("id-of-alice")
    meter.start()
    page = household.list_expenses("id-of-alice", Filters(), limit=50)
    assert (len(page.items), len(meter.sent)) == (50, 1)
    assert meter.read_units <= 5
    household.list_expenses("id-of-alice", Filters(), page.cursor, limit=50)
    assert meter.read_units <= 10


def test_a_search_that_finds_nothing_stops_and_offers_to_go_on(household, meter, clock):
    long = "a long note about nothing in particular " * 45
    household.add_expenses([replace(one, note=long) for one in history(1600)])
    clock.turn(minutes=5)
    meter.start()
    page = household.list_expenses("id-of-alice", Filters(text="needle"))
    assert page.items == []
    assert page.cursor
    assert 512 <= meter.read_units < 700
    seen = 1
    while page.cursor:
        page, seen = household.list_expenses("id-of-alice", Filters(text="needle"), page.cursor), seen + 1
    assert seen >= 2


def test_how_many_are_unread_comes_with_the_user(household, meter):
    for number in range(3):
        household.add_notification(notification(f"n{number}"))
    meter.start()
    assert household.get_user("id-of-alice").unread == 3
    assert (meter.operations, meter.read_units) == (["GetItem"], 1)


def test_a_notification_is_a_look_and_one_transaction_of_two_things_and_again_only_a_look(household, meter):
    meter.start()
    household.add_notification(notification(deliveries=(delivery(due_at=NOON),)))
    assert meter.operations == ["GetItem", "TransactWriteItems"]
    assert [next(iter(part)) for part in meter.sent[1].arguments["TransactItems"]] == ["Update", "Put"]
    meter.start()
    assert household.add_notification(notification()) is False
    assert (meter.operations, meter.write_units) == (["GetItem"], 0)


def test_saving_one_and_reading_a_page_are_one_transaction_each(household, meter):
    for number in range(25):
        household.add_notification(notification(f"n{number}"))
    first = household.get_notification("id-of-alice", "n1")
    meter.start()
    household.save_notification(replace(first, deliveries=(delivery(status="sent"),)))
    assert meter.operations == ["TransactWriteItems"]
    meter.start()
    assert household.read_notifications("id-of-alice", [f"n{number}" for number in range(25)]) == 25
    assert meter.operations == ["BatchGetItem", "TransactWriteItems"]


def test_a_page_of_notifications_is_one_query_however_many_there_are(household, meter, clock):
    for number in range(120):
        household.add_notification(notification(f"n{number:03}", created_at=NOON + timedelta(minutes=number)))
    clock.turn(minutes=5)
    household.get_user("id-of-alice")
    meter.start()
    page = household.list_notifications("id-of-alice")
    assert (len(page.items), meter.operations) == (50, ["Query"])
    assert meter.read_units <= 3


def test_what_is_due_is_found_among_what_is_not_in_four_small_queries(household, meter):
    for number in range(120):
        household.add_notification(notification(f"n{number}"))
    household.add_notification(notification("due", deliveries=(delivery(due_at=NOON),)))
    meter.start()
    assert household.due_notifications(NOON) == [("id-of-alice", "due")]
    assert meter.operations == ["Query"] * 4
    assert meter.read_units <= 2
