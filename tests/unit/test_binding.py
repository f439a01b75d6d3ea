"""The sweep removes nothing that another database, or a newer copy of this one, knows of."""

import io
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib import binding
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.moving import Home, Move
from lib.periods import Month
from lib.reporting.periods import month_period
from lib.reporting.runs import PDF
from lib.work import tidy
from selfhost.sql.store import SQLStore
from tests.aging import aged
from tests.papers import photo

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20))


@pytest.fixture
def attached(services, alice):
    """Attach a receipt to an expense of alice's, whose files look days old."""

    def attached(words: str = "REWE") -> list[str]:
        expense = services.expenses.add_expense(alice, LUNCH, words)
        content = io.BytesIO(photo(90, 90, words))
        receipt = services.receipts.upload_receipt(alice, expense.expense_id, "r.jpg", content)
        services.receipts.attach(alice, expense.expense_id, [receipt.receipt_id])
        aged(services, 60)
        return services.files.list(f"receipts/{alice.user_id}/")

    return attached


@pytest.fixture
def another(services, tmp_path, empty_database, clock):
    """The same installation with an empty database, as after `make run DATABASE_URL=…`."""
    path = tmp_path / "another.db"
    path.write_bytes(empty_database.read_bytes())
    store = SQLStore(f"sqlite:///{path}", now=clock)
    yield replace(services, store=store)
    store.close()


def copy_of(services, path, clock):
    """The same installation with a copy of its database, as it is now."""
    now = services.settings.data_dir / "planner.db"
    with closing(sqlite3.connect(now)) as old, closing(sqlite3.connect(path)) as new:
        old.backup(new)
    return replace(services, store=SQLStore(f"sqlite:///{path}", now=clock))


def litter(services, user) -> None:
    services.files.put(f"receipts/{user.user_id}/{new_id()}.jpg", io.BytesIO(b"x"))
    aged(services, 60)


@pytest.mark.parametrize("was_swept", [True, False])
def test_another_database_in_the_same_folder_removes_nothing(services, another, attached, was_swept, caplog):
    before = attached()
    if was_swept:
        services.receipt_sweep.run()
        aged(services, 60)
    with caplog.at_level(logging.ERROR):
        tidy(another)
    assert "another database" in caplog.text
    assert set(before) <= set(services.files.list("receipts/"))


def test_nor_reports_and_bank_files(services, another, alice):
    report = services.reports.ask(alice, month_period(Month(2026, 11)), (PDF,), "one")
    services.queue.run(services)
    statement = f"imports/{alice.user_id}/{'0' * 12}.csv"  # begun long ago
    services.files.put(statement, io.BytesIO(b"a;b"))
    tidy(another)
    assert services.files.list("imports/") == [statement]
    with services.reports.open(alice, report.report_id, PDF)[1] as file:
        assert file.read(4) == b"%PDF"
    tidy(services)
    assert services.files.list("imports/") == [], "the right one goes on"


def test_an_older_copy_of_the_database_removes_nothing(services, alice, attached, tmp_path, clock):
    attached("before")
    services.receipt_sweep.run()
    copy = copy_of(services, tmp_path / "backup.db", clock)
    before = attached("since then")
    services.receipt_sweep.run()
    litter(services, alice)
    assert copy.receipt_sweep.run() == 0
    copy.store.close()
    assert set(before) <= set(services.files.list("receipts/"))
    assert services.receipt_sweep.run() == 1, "the right one goes on"


def test_who_means_the_older_copy_removes_the_mark(services, alice, attached, tmp_path, clock):
    attached("before")
    services.receipt_sweep.run()
    copy = copy_of(services, tmp_path / "backup.db", clock)
    attached("since then")
    services.receipt_sweep.run()
    services.files.remove(binding.KEY)
    aged(services, 60)
    assert copy.receipt_sweep.run() == 2
    assert services.receipt_sweep.run() == 0, "now they are the copy's"
    copy.store.close()


def test_after_a_move_the_old_home_removes_nothing(services, another, alice, attached, clock):
    attached("before")
    services.receipt_sweep.run()
    homes = Home(services.store, services.files), Home(another.store, services.files)
    assert Move(*homes, clock, lambda _: None, pause=lambda _: None).run() == []
    litter(services, alice)
    assert services.receipt_sweep.run() == 0
    assert another.receipt_sweep.run() == 1


def test_a_sweep_that_was_cut_off_between_the_two_marks_goes_on(services, alice, attached):
    attached()
    services.receipt_sweep.run()
    mark = services.store.get_document("-receipts", "installation", "mark")
    cut = {"id": new_id(), "before": mark.data["id"]}
    services.store.put_document(replace(mark, data=cut))
    litter(services, alice)
    assert services.receipt_sweep.run() == 1


def test_what_is_young_stays_whatever_is_said_of_it(services, alice):
    litter(services, alice)
    aged(services, 1.9)
    assert services.receipt_sweep.run() == 0
    aged(services, 2.1)
    assert services.receipt_sweep.run() == 1
