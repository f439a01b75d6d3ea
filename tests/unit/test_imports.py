"""An import from the file to its expenses, on a real store and real files."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from lib.errors import Changed, Invalid, NotFound, TooLarge
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.importing import runs
from lib.importing.imports import MAX_WAITING
from tests.unit.import_steps import HEAD, THREE, bring, confirm, done, expenses, many, work


def test_nothing_is_stored_before_it_is_confirmed(services, alice):
    bring(services, alice)
    assert expenses(services, alice) == []


def test_a_file_comes_in_as_it_was_shown(services, alice):
    run = done(services, alice)
    assert (run.state, run.done, run.first, run.last) == (runs.DONE, 3, date(2026, 10, 30), date(2026, 11, 3))
    assert run.sums["EUR"] == runs.Sums(3, Decimal("15.70"), Decimal("2000.00"))
    assert [str(month) for month in run.months] == ["2026-11", "2026-10"]
    rewe, bakery, salary = expenses(services, alice, import_id=run.run_id)
    assert (rewe.payee, rewe.description, rewe.amount, rewe.money_in) == (
        "Rewe",
        "Food",
        Decimal("12.50"),
        False,
    )
    assert (bakery.payee, bakery.category, bakery.filing.category) == ("Bakery", "Groceries", "Groceries")
    assert (salary.money_in, salary.category) == (True, "Income")
    assert services.store.repair_totals(alice.user_id) == []


def test_within_a_day_what_the_bank_lists_as_later_comes_first(services, alice):
    oldest_first = HEAD + "2026-11-02,a,,-1.00\n2026-11-03,b,,-1.00\n2026-11-03,c,,-1.00\n"
    done(services, alice, oldest_first)
    assert [e.payee for e in expenses(services, alice)] == ["c", "b", "a"]
    newest_first = HEAD + "2026-10-03,c,,-1.00\n2026-10-03,b,,-1.00\n2026-10-02,a,,-1.00\n"
    done(services, alice, newest_first)
    assert [e.payee for e in expenses(services, alice, until=date(2026, 11, 1))] == ["c", "b", "a"]


def test_a_double_click_starts_one_run(services, alice):
    key = new_id()
    first, second = (services.imports.start(alice, "a.csv", BytesIO(THREE.encode()), key) for _ in range(2))
    assert first == second
    assert len(services.imports.list_runs(alice)) == 1


def test_a_form_sent_twice_at_once_starts_one_run(services, alice):
    key, first = new_id(), []

    class Overtaken(BytesIO):
        def seek(self, *place: int) -> int:
            if not first:
                first.append(services.imports.start(alice, "a.csv", BytesIO(THREE.encode()), key))
            return super().seek(*place)

    second = services.imports.start(alice, "a.csv", Overtaken(THREE.encode()), key)
    assert services.imports.list_runs(alice) == [second] == first


def test_a_double_click_confirms_once(services, alice):
    run = bring(services, alice)
    confirm(services, alice, run)
    with pytest.raises(Changed):
        confirm(services, alice, run)
    work(services)
    assert len(expenses(services, alice)) == 3


def test_a_run_is_its_owners(services, alice, bob):
    run = bring(services, alice)
    for ask in (
        services.imports.get_run,
        services.imports.check,
        services.imports.revert,
        services.imports.forget,
    ):
        with pytest.raises(NotFound):
            ask(bob, run.run_id)


def test_the_same_file_again_adds_nothing(services, alice):
    done(services, alice, many(1_200))
    run = bring(services, alice, many(1_200))
    assert (run.expected, run.left_out["duplicate"]) == (0, 1_200)
    with pytest.raises(Invalid, match="nothing to bring in"):
        confirm(services, alice, run)


def test_an_overlapping_file_adds_what_is_new(services, alice):
    done(services, alice, many(800))
    run = done(services, alice, many(1_000))
    assert (run.done, len(expenses(services, alice))) == (200, 1_000)


def test_the_person_decides_about_each_duplicate(services, alice):
    done(services, alice)
    hand = ExpenseDraft(Decimal("7.00"), "EUR", "Groceries", date(2026, 11, 9), payee="Market")
    services.expenses.add_expense(alice, hand, "1")
    run = bring(services, alice, THREE + "2026-11-09,Kiosk,Paper,-7.00\n")
    found = services.imports.result(run)
    assert (found.skip, found.perhaps) == ([2, 3, 4], [5])
    run = confirm(services, alice, run, keep=[3, 99], leave=[5])
    work(services)
    assert [e.payee for e in expenses(services, alice, import_id=run.run_id)] == ["Bakery"]


def test_the_next_file_of_the_same_bank_is_mapped_as_the_last_one(services, alice):
    run = services.imports.start(alice, "a.csv", BytesIO(b"When,Who,Sum\n2026-11-03,Rewe,12.50\n"), new_id())
    run = services.imports.set_columns(
        alice, run.run_id, replace(run.reading.columns, positive="in"), run.version
    )
    run = services.imports.check(alice, run.run_id)
    confirm(services, alice, run)
    again = services.imports.start(alice, "b.csv", BytesIO(b"When,Who,Sum\n2026-11-04,Rewe,9.50\n"), new_id())
    assert again.reading.columns == run.reading.columns
    assert set(again.reading.reasons) == {"as you chose last time"}


def test_other_columns_and_another_layout_are_taken_up(services, alice):
    run = services.imports.start(
        alice, "a.csv", BytesIO("Date;Käse;Amount\n2026-11-03;Käse;-1,00\n".encode("cp1252")), new_id()
    )
    wrong = services.imports.set_layout(
        alice, run.run_id, replace(run.reading.layout, encoding="cp850"), run.version
    )
    assert wrong.reading.header[1] == "Kõse"
    with pytest.raises(Changed):
        services.imports.set_layout(alice, run.run_id, run.reading.layout, run.version)
    with pytest.raises(Invalid):
        services.imports.set_layout(
            alice, run.run_id, replace(run.reading.layout, encoding="rot13"), wrong.version
        )


def test_a_column_that_is_missing_stops_the_check(services, alice):
    run = services.imports.start(alice, "a.csv", BytesIO(b"a,b\n1,2\n"), new_id())
    with pytest.raises(Invalid, match="Choose the column that holds the date"):
        services.imports.check(alice, run.run_id)


def test_what_changed_since_the_person_looked_is_shown_again(services, alice):
    run = bring(services, alice)
    hand = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 3), payee="Rewe")
    services.expenses.add_expense(alice, hand, "1")
    with pytest.raises(Changed, match="Look again"):
        confirm(services, alice, run)
    run = services.imports.get_run(alice, run.run_id)
    assert (run.state, run.expected) == (runs.CHECK, 2)
    confirm(services, alice, run)
    work(services)
    assert len(expenses(services, alice)) == 3


def test_a_change_that_touches_no_duplicate_is_no_matter(services, alice):
    run = bring(services, alice)
    other = ExpenseDraft(Decimal("99.00"), "EUR", "Groceries", date(2026, 5, 3), payee="Rewe")
    services.expenses.add_expense(alice, other, "1")
    assert confirm(services, alice, run).state == runs.QUEUED


def test_the_same_file_confirmed_twice_before_the_worker_came_comes_in_once(services, alice):
    first, second = bring(services, alice), bring(services, alice)
    confirm(services, alice, first)
    confirm(services, alice, second)
    work(services)
    assert len(expenses(services, alice)) == 3
    late = services.imports.get_run(alice, second.run_id)
    assert (late.state, late.done, late.left_out["duplicate"]) == (runs.DONE, 0, 3)


def test_a_file_is_forgotten_with_its_run(services, alice):
    run = bring(services, alice)
    services.imports.forget(alice, run.run_id)
    assert (services.imports.list_runs(alice), services.files.list(f"imports/{alice.user_id}/")) == ([], [])


def test_what_has_come_in_cannot_be_forgotten_and_what_has_not_cannot_be_taken_back(services, alice):
    run = bring(services, alice)
    with pytest.raises(Invalid):
        services.imports.revert(alice, run.run_id)
    with pytest.raises(Invalid):
        services.imports.restore(alice, run.run_id)
    confirm(services, alice, run)
    with pytest.raises(Invalid):
        services.imports.forget(alice, run.run_id)


def test_files_are_kept_for_thirty_days(services, alice, clock):
    finished, waiting = done(services, alice), bring(services, alice, many(3))
    clock.turn(days=29)
    services.import_work.tidy()
    assert len(services.files.list(f"imports/{alice.user_id}/")) == 4
    clock.turn(days=2)
    services.import_work.tidy()
    assert services.files.list(f"imports/{alice.user_id}/") == []
    assert [run.run_id for run in services.imports.list_runs(alice)] == [finished.run_id], "its story stays"
    with pytest.raises(NotFound):
        services.imports.get_run(alice, waiting.run_id)


def test_so_many_files_may_wait(services, alice):
    for number in range(MAX_WAITING):
        bring(services, alice, THREE, f"{number}.csv")
    with pytest.raises(Invalid, match="waiting already"):
        bring(services, alice)


def test_a_refused_file_leaves_nothing_behind(services, alice):
    for data, error in ((b"%PDF-1.7", Invalid), (b"a,b\n" * 5_000_001, TooLarge)):
        with pytest.raises(error):
            services.imports.start(alice, "a.csv", BytesIO(data), new_id())
    assert (services.imports.list_runs(alice), services.files.list("imports/")) == ([], [])


def test_a_files_name_is_shown_without_folders_and_tricks(services, alice):
    run = bring(services, alice, THREE, "C:\\Users\\alice\\<b>Umsätze\x00 (1).csv")
    assert run.file_name == "bUmsätze (1).csv"


def test_an_erased_account_leaves_no_import_and_no_job_goes_on(services, alice):
    run = confirm(services, alice, bring(services, alice))
    services.accounts.erase(alice.user_id)
    work(services)
    assert services.imports.find_run(alice.user_id, run.run_id) is None
