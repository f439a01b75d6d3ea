"""The daily run: what it tells, once, whatever happens to some."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lib.errors import Unavailable
from tests.unit.alerting import budget, rows, spend, spend_row, told


def test_the_daily_run_tells_each_once_and_counts(services, alice, bob, clock):
    budget(services, alice, 100)
    services.store.add_expenses([replace(spend_row(services, alice, 0), spent_on=date(2026, 11, 21))])
    first = services.daily.check([alice, bob])
    assert (first.alerts_sent, first.errors, first.users) == (1, [], 2)
    over, below = sorted(rows(services, alice), key=lambda row: row.note)
    assert (over.kind, over.note) == ("budget_exceeded", "")
    assert below.note  # the percentage it went past is written down, and is no alert
    again = services.daily.check([alice, bob])
    assert (again.alerts_sent, again.errors) == (0, [])


def test_one_persons_trouble_in_the_daily_run_is_nobody_elses(services, alice, bob):
    budget(services, bob, 100)
    services.store.add_expenses([replace(spend_row(services, bob, 0), spent_on=date(2026, 11, 21))])
    looking = services.alerts.budgets.month_and_history

    def month_and_history(user, month, today):
        if user.user_id == alice.user_id:
            raise Unavailable("The store does not answer.", "store")
        return looking(user, month, today)

    services.alerts.budgets.month_and_history = month_and_history
    outcome = services.daily.check([alice, bob])
    assert outcome.alerts_sent == 1
    assert outcome.errors == [f"{alice.user_id}: The store does not answer."]


def test_a_mistake_of_ours_about_one_person_is_nobody_elses_either(services, alice, bob):
    budget(services, bob, 100)
    services.store.add_expenses([replace(spend_row(services, bob, 0), spent_on=date(2026, 11, 21))])
    looking = services.alerts.budgets.month_and_history

    def month_and_history(user, month, today):
        return {}["of alice"] if user.user_id == alice.user_id else looking(user, month, today)

    services.alerts.budgets.month_and_history = month_and_history
    outcome = services.daily.check([alice, bob])
    assert (outcome.alerts_sent, outcome.errors) == (1, [f"{alice.user_id}: KeyError"])


def test_the_last_day_of_a_month_is_told_of_on_the_first_days_of_the_next(services, alice, clock):
    budget(services, alice, 100)
    clock.moment = datetime(2026, 12, 1, 7, tzinfo=UTC)
    spend(services, alice, 120, on=date(2026, 11, 30))
    services.store.add_expenses(
        [replace(spend_row(services, alice, 0), category="Health", spent_on=date(2026, 11, 29))]
    )
    [row] = [row for row in rows(services, alice) if row.kind == "budget_exceeded"]
    assert (row.data["month"], row.message) == ("2026-11", "You have spent €120 of €100 in November 2026.")
    budget(services, alice, 100, "Health")
    services.daily.check([alice])
    services.daily.check([alice])
    assert [row.data["month"] for row in rows(services, alice) if row.kind == "budget_exceeded"] == [
        "2026-11",
        "2026-11",
    ]


def test_the_early_warning_comes_with_the_day_and_once(services, alice):
    budget(services, alice, 500)
    for month, day in itertools.product((8, 9, 10), range(1, 29, 3)):
        spend(services, alice, 60, on=date(2026, month, day))
    for day in range(1, 21, 2):
        spend(services, alice, 39, on=date(2026, 11, day))
    services.daily.check([alice])
    services.daily.check([alice])
    [(_, subject)] = told(services, alice, "early_warning")
    assert subject.startswith("Groceries may run out on Nov 2")


def test_unusual_spending_is_told_once_a_month(services, alice):
    for month in (8, 9, 10):
        spend(services, alice, 60, "Travel", on=date(2026, month, 5))
    spend(services, alice, 260, "Travel")
    services.daily.check([alice])
    services.daily.check([alice])
    assert told(services, alice, "unusual_spending") == [
        ("unusual_spending", "Travel is far above its usual month")
    ]


@pytest.mark.parametrize(("weekday", "monday"), [(0, date(2026, 11, 23)), (6, date(2026, 11, 22))])
def test_the_weekly_summary_comes_on_the_first_day_of_their_week(services, alice, clock, weekday, monday):
    alice = services.store.save_user(replace(services.store.get_user(alice.user_id), first_weekday=weekday))
    spend(services, alice, 20, on=monday - timedelta(days=2), payee="Market")
    spend(services, alice, 10, on=monday - timedelta(days=9))
    clock.moment = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    services.daily.check([alice])
    clock.moment = datetime(monday.year, monday.month, monday.day, 8, 0, tzinfo=UTC)
    for _ in range(3):
        services.daily.check([alice])
        clock.turn(days=1)
    [row] = [row for row in rows(services, alice) if row.kind == "weekly_summary"]
    assert row.subject == "Your week: €20 spent"
    assert "100% more than in the week before" in row.message


def test_the_monthly_summary_comes_on_the_first_and_late_if_it_must(services, alice, clock):
    budget(services, alice, 100)
    spend(services, alice, 120)
    spend(services, alice, 30, "Travel")
    clock.moment = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)  # the machine was off on the first
    services.daily.check([alice])
    services.daily.check([alice])
    [row] = [row for row in rows(services, alice) if row.kind == "monthly_summary"]
    assert row.subject == "November 2026: €150 spent"
    assert row.message == "Your budgets together are €20 over. 1 of 1 budgets was exceeded."
    assert row.data["figures"] == [
        ["Over", "€20"],
        ["Spent", "€150"],
        ["Groceries", "€120"],
        ["Travel", "€30"],
    ]
    assert (row.data["percent"], row.data["state"]) == (120, "over")


def test_a_month_without_anything_needs_no_summary(services, alice, clock):
    clock.moment = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    services.daily.check([alice])
    assert told(services, alice) == []


def test_the_worker_begins_the_daily_run_once_a_day(services, alice, clock):
    clock.moment = datetime(2026, 11, 21, 7, 59, tzinfo=UTC)
    services.daily.begin()
    assert services.queue.tasks == []
    clock.turn(minutes=2)
    for _ in range(3):
        services.daily.begin()
    assert services.queue.tasks == [("daily", "2026-11-21")]
    clock.turn(days=1)
    services.daily.begin()
    assert len(services.queue.tasks) == 2
