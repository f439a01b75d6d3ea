"""How SQLite answers: through an index, without sorting, in one statement. What holds at ten rows then holds at a million."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from lib.periods import Month
from lib.records import Filters
from selfhost.sql.store import SQLStore
from tests.contract.samples import budget, document, expense, user

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def store(tmp_path, empty_database):
    (tmp_path / "store.db").write_bytes(empty_database.read_bytes())
    store = SQLStore(f"sqlite:///{tmp_path}/store.db")
    store.create_user(user("alice"))
    store.add_expenses([expense(n, payee=f"Shop {n}") for n in range(20)])
    store.save_budget(budget())
    store.put_document(document())
    yield store
    store.close()


def asked(store, read) -> list[tuple[str, object]]:
    """The statements that `read` sends."""
    sent: list[tuple[str, object]] = []

    def keep(connection, cursor, statement, parameters, context, many) -> None:
        sent.append((statement, parameters))

    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", keep)
    read(store)
    event.remove(engine, "before_cursor_execute", keep)
    return sent


def plans(store, read) -> list[str]:
    found = []
    for statement, parameters in asked(store, read):
        with store._database.read() as connection:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        found += [row[3] for row in rows]
    return found


def lists(**filters):
    return lambda store: store.list_expenses("id-of-alice", Filters(**filters))


READS = {
    "session": lambda store: store.get_document("id-of-alice", "note", "1"),
    "pauses": lambda store: store.get_documents("id-of-alice", "note", ["1", "2"]),
    "documents": lambda store: store.list_documents("id-of-alice", "note"),
    "user": lambda store: store.get_user("id-of-alice"),
    "username": lambda store: store.find_user_by_username("alice"),
    "email": lambda store: store.find_user_by_email("alice@example.com"),
    "totals": lambda store: store.month_totals("id-of-alice", Month(2025, 11), Month(2026, 12)),
    "budgets": lambda store: store.list_budgets("id-of-alice"),
    "expense": lambda store: store.get_expense("id-of-alice", expense(1).expense_id),
    "newest": lists(),
    "oldest": lists(sort="oldest"),
    "month": lists(since=NOVEMBER, until=DECEMBER),
    "category": lists(categories=("Groceries",)),
    "trash": lists(removed=True),
    "import": lists(import_id="run-1"),
    "category in a month": lists(categories=("Groceries",), since=NOVEMBER, until=DECEMBER),
}


@pytest.mark.parametrize("name", READS)
def test_a_page_asks_once_and_neither_scans_nor_sorts(store, name):
    assert len(asked(store, READS[name])) == 1
    assert not [step for step in plans(store, READS[name]) if "SCAN" in step or "TEMP B-TREE" in step]


@pytest.mark.parametrize(("sort", "sign"), [("newest", "<"), ("oldest", ">")])
def test_a_next_page_starts_where_the_last_ended(store, sort, sign):
    filters = Filters(sort=sort)
    cursor = store.list_expenses("id-of-alice", filters, limit=5).cursor
    [step] = plans(store, lambda store: store.list_expenses("id-of-alice", filters, cursor, limit=5))
    assert "expenses_by_day" in step
    assert f"spent_on,created_at,expense_id){sign}" in step


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(since=NOVEMBER, until=DECEMBER),
        Filters(categories=("Travel",)),
        Filters(currency="EUR"),
    ],
)
def test_the_sum_of_whole_months_never_looks_at_expenses(store, filters):
    [(statement, _)] = asked(store, lambda store: store.sum_expenses("id-of-alice", filters))
    assert "expenses" not in statement


@pytest.mark.parametrize(
    "filters",
    [
        Filters(text="shop"),
        Filters(least=Decimal(1)),
        Filters(since=date(2026, 11, 2)),
        Filters(removed=True),
        Filters(tag="x"),
    ],
)
def test_other_sums_do(store, filters):
    sent = asked(store, lambda store: store.sum_expenses("id-of-alice", filters))
    assert "FROM expenses" in sent[-1][0]


def test_a_tag_is_looked_for_through_the_search_index(store):
    assert any("expenses_text" in step for step in plans(store, lists(tag="no such tag")))


@pytest.mark.parametrize("text", ["shop 1", "nothing", "shop nothing zq", "op"])
def test_a_search_goes_through_the_index_and_reads_what_it_found_by_number(store, text):
    for read in (lists(text=text), lambda store: store.sum_expenses("id-of-alice", Filters(text=text))):
        steps = plans(store, read)
        assert any("VIRTUAL TABLE" in step and "expenses_text" in step for step in steps)
        assert any("USING INTEGER PRIMARY KEY" in step for step in steps)
        assert not any("expenses_by" in step for step in steps)


def test_a_frequent_word_is_found_by_walking_the_list(store):
    store.add_expenses([expense(n, payee="everywhere") for n in range(100, 1200)])
    *_, last = asked(store, lists(text="everywhere"))
    assert "expenses_text" not in last[0]
    assert any("expenses_by_day" in step for step in plans(store, lists(text="everywhere")))
