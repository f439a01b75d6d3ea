"""What is told, when, and that it is told once: on a real store, whatever happens in between."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.alerting import preferences
from lib.errors import Unavailable
from lib.expenses import ExpenseDraft, ExpenseProcessor, draft_of
from lib.ids import new_id
from lib.periods import Month
from lib.records import Filters
from tests.unit.alerting import Fails, budget, confirmed, rows, spend, spend_row, states, told, work_off


def test_a_budget_that_is_exceeded_is_told_once(services, alice):
    budget(services, alice, 50)
    spend(services, alice, 40)
    spend(services, alice, 5)
    spend(services, alice, "15.50")
    spend(services, alice, 3)
    assert alerts(services, alice) == [
        "Groceries is €10.50 over budget",
        "Groceries: 80% of the budget is spent",
    ]
    assert len(told(services, alice, "large_expense")) == 3  # 10 % of the budget and more


def alerts(services, user):
    return [
        subject for _, subject in told(services, user, "budget_alert", "budget_exceeded", "overall_limit")
    ]


def test_a_level_jumped_over_is_kept_and_not_sent(services, alice):
    alice = confirmed(services, alice)
    budget(services, alice, 100)
    spend(services, alice, 90 + 30)
    lower, higher = sorted(
        (row for row in rows(services, alice) if row.kind.startswith("budget")), key=lambda row: row.kind
    )
    assert (lower.kind, states(lower), lower.unread) == ("budget_alert", {}, False)
    assert lower.note
    assert (higher.kind, states(higher), higher.unread) == (
        "budget_exceeded",
        {"email": "queued", "sms": "queued"},
        True,
    )


def test_below_and_above_again_is_told_once_and_noted(services, alice):
    budget(services, alice, 100)
    spend(services, alice, 50)
    added = spend(services, alice, 40)
    services.expenses.update_expense(alice, added.expense_id, replace(draft_of(added), amount=Decimal(5)), 1)
    [row] = [row for row in rows(services, alice) if row.kind == "budget_alert"]
    assert row.note == "Spending has gone below this again, on Nov 21, 2026."
    services.expenses.update_expense(alice, added.expense_id, draft_of(added), 2)
    [row] = [row for row in rows(services, alice) if row.kind == "budget_alert"]
    assert row.note == ""
    assert services.store.get_user(alice.user_id).unread == len(rows(services, alice))


def test_a_level_that_was_only_kept_is_told_of_when_it_comes_again(services, alice):
    """A slip of 900 for 90: what is true in the end is told."""
    alice = confirmed(services, alice)
    budget(services, alice, 500)
    added = spend(services, alice, 900)
    services.expenses.update_expense(alice, added.expense_id, replace(draft_of(added), amount=Decimal(90)), 1)
    spend(services, alice, 330)
    [row] = [row for row in rows(services, alice) if row.kind == "budget_alert"]
    assert (states(row), row.note) == ({"email": "queued"}, "")
    spend(services, alice, -330 + 331)
    work_off(services)
    letters = [mail.subject for mail in services.messenger.sent if "budget" in mail.subject]
    assert len(letters) == len(set(letters)) == 2
    assert services.outbox.told == len(services.messenger.sent)


def test_what_only_another_way_hears_of_the_higher_level_does_not_silence_the_lower(services, alice):
    alice = confirmed(services, alice, chosen={"budget_exceeded": frozenset({"sms"})})
    budget(services, alice, 100)
    spend(services, alice, 130)
    lower, higher = sorted(
        (row for row in rows(services, alice) if row.kind.startswith("budget")), key=lambda row: row.kind
    )
    assert (states(lower), states(higher)) == ({"email": "queued"}, {"sms": "queued"})


def test_a_budget_of_another_amount_is_another_promise(services, alice):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 11))
    spend(services, alice, 120)
    services.budgets.set_budget(alice, "Groceries", Decimal(200), Month(2026, 11))
    notes = {row.note for row in rows(services, alice) if row.kind == "budget_exceeded"}
    assert notes == {"The budget was changed, on Nov 21, 2026."}
    spend(services, alice, 98)
    assert "Groceries is €18 over budget" in alerts(services, alice)


def test_what_earlier_months_overspent_is_no_alarm_before_anything_is_spent(services, alice):
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 10), rollover=True)
    services.store.add_expenses([replace(spend_row(services, alice, 130), spent_on=date(2026, 10, 5))])
    services.daily.check([alice])
    assert alerts(services, alice) == []
    spend(services, alice, 5)
    [row] = [row for row in rows(services, alice) if row.kind == "budget_exceeded"]
    assert row.message.startswith("You have spent €5 in November 2026. You are €55 over: earlier months")


def test_many_deleted_at_once_are_all_noted(services, alice):
    added = [spend(services, alice, 100 + n, "Shopping").expense_id for n in range(30)]
    services.expenses.delete_expenses(alice, added)
    work_off(services)
    assert all(row.note.startswith("The expense was deleted") for row in rows(services, alice))


def test_who_sends_the_same_again_is_told_what_was_not_told_before(services, alice):
    """The process was killed after the expense was saved, and before anyone looked."""
    draft = ExpenseDraft(Decimal(250), "EUR", "Shopping", date(2026, 11, 21))
    lost = ExpenseProcessor(services.store, services.now)
    lost.add_expense(alice, draft, "key")
    assert told(services, alice) == []
    services.expenses.add_expense(alice, draft, "key")
    assert told(services, alice) == [("large_expense", "Large expense: €250")]


def test_deleting_a_large_expense_is_noted_and_restoring_it_too(services, alice):
    added = spend(services, alice, 250, "Shopping", payee="Nordstoff")
    services.expenses.delete_expenses(alice, [added.expense_id])
    [row] = rows(services, alice)
    assert (row.subject, row.note) == (
        "Large expense: €250 at Nordstoff",
        "The expense was deleted on Nov 21, 2026.",
    )
    services.expenses.restore_expenses(alice, [added.expense_id])
    [row] = rows(services, alice)
    assert row.note == ""


def test_the_next_month_begins_anew(services, alice, clock):
    budget(services, alice, 100)
    spend(services, alice, 90)
    clock.turn(days=10)
    spend(services, alice, 95)
    assert alerts(services, alice) == [
        "Groceries: 90% of the budget is spent",
        "Groceries: 95% of the budget is spent",
    ]


def test_what_is_dated_in_another_month_is_no_alert_of_this_one(services, alice):
    budget(services, alice, 100)
    spend(services, alice, 500, on=date(2026, 10, 31))
    spend(services, alice, 500, on=date(2026, 12, 1))
    assert alerts(services, alice) == []


def test_setting_a_budget_below_what_is_spent_tells(services, alice):
    spend(services, alice, 90)
    services.budgets.set_budget(alice, "Groceries", Decimal(100), Month(2026, 11))
    assert alerts(services, alice) == ["Groceries: 90% of the budget is spent"]


def test_the_limit_for_everything(services, alice):
    budget(services, alice, 1000, "*")
    spend(services, alice, 90, "Health")
    spend(services, alice, 720, "Housing")
    spend(services, alice, 300, "Travel")
    assert alerts(services, alice) == [
        "81% of your limit for the month is spent",
        "You are €110 over your limit for the month",
    ]


def test_bills_that_are_in_are_no_alarm(services, alice):
    budget(services, alice, 1000, "Housing")
    for month in (8, 9, 10, 11):
        spend(services, alice, 980, "Housing", date(2026, month, 1))
    assert alerts(services, alice) == []
    spend(services, alice, 40, "Housing")
    assert alerts(services, alice) == ["Housing is €20 over budget"]


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Asia/Kolkata", "Europe/Berlin", "America/St_Johns", "Pacific/Niue"]
)
@pytest.mark.parametrize("last", [True, False])
def test_a_month_is_its_owners_to_the_second(services, alice, clock, zone, last):
    from zoneinfo import ZoneInfo

    alice = services.store.save_user(replace(services.store.get_user(alice.user_id), time_zone=zone))
    budget(services, alice, 100)
    turn = datetime(2026, 12, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    clock.moment = turn - timedelta(seconds=1) if last else turn
    spend(services, alice, 85)
    [row] = [row for row in rows(services, alice) if row.kind == "budget_alert"]
    assert row.data["month"] == ("2026-11" if last else "2026-12")


@pytest.mark.parametrize(
    ("zone", "day"), [("Europe/Berlin", date(2027, 3, 28)), ("America/New_York", date(2026, 11, 1))]
)
def test_days_on_which_clocks_change(services, alice, clock, zone, day):
    from zoneinfo import ZoneInfo

    alice = services.store.save_user(replace(services.store.get_user(alice.user_id), time_zone=zone))
    budget(services, alice, 100)
    for hour in (0, 1, 2, 3, 23):
        clock.moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        spend(services, alice, 17)
    [row] = [row for row in rows(services, alice) if row.kind == "budget_alert"]
    assert row.data["month"] == str(Month.of(day))


def test_a_confirmation_of_each_expense_is_off_until_it_is_wanted(services, alice):
    spend(services, alice, 5)
    assert told(services, alice) == []
    preferences.change(services.store, alice.user_id, chosen={"expense_confirmation": frozenset({"app"})})
    spend(services, alice, 6, payee="Kiosk")
    older = services.expenses.list_expenses(alice, Filters(sort="smallest")).items[0]
    services.expenses.update_expense(alice, older.expense_id, draft_of(older), older.version)
    assert told(services, alice) == [("expense_confirmation", "Added: €6 at Kiosk")]


def test_a_kind_that_is_turned_off_is_not_even_kept(services, alice):
    preferences.change(services.store, alice.user_id, chosen={"budget_alert": frozenset()})
    budget(services, alice, 1000)
    spend(services, alice, 90)
    spend(services, alice, 90)
    spend(services, alice, 90)
    assert alerts(services, alice) == []


def test_a_price_that_rose(services, alice):
    spend(services, alice, "12.99", "Subscriptions", date(2026, 10, 21), payee="Filmnight")
    spend(services, alice, "15.99", "Subscriptions", payee="filmnight")
    assert told(services, alice) == [("price_rise", "filmnight now costs €15.99, before €12.99")]


def test_ten_thousand_imported_rows_tell_of_the_month_and_of_the_last_days_only(services, alice):
    budget(services, alice, 1000)
    services.store.add_expenses(
        [
            replace(spend_row(services, alice, n), spent_on=date(2026, 11, 21) - timedelta(days=n))
            for n in range(500)
        ]
    )
    services.alerts.look_now(alice.user_id)
    kinds = [row.kind for row in rows(services, alice)]
    assert sorted(kinds) == ["budget_alert", "budget_exceeded", *["large_expense"] * 3]


# Nothing an alert meets is in the way of the expense


def test_a_store_that_fails_after_the_expense_leaves_the_look_to_the_worker(services, alice):
    budget(services, alice, 100)
    store = services.alerts.store
    failing = Fails(store.month_totals)
    services.alerts.budgets.store = type("Store", (), {})()
    services.alerts.budgets.store.list_budgets = store.list_budgets
    services.alerts.budgets.store.month_totals = failing
    failing.error = Unavailable(part="store")
    assert spend(services, alice, 90).version == 1
    assert alerts(services, alice) == []
    failing.error = None
    work_off(services)
    assert alerts(services, alice) == ["Groceries: 90% of the budget is spent"]


def test_a_queue_that_is_down_loses_nothing(services, alice, clock):
    alice = confirmed(services, alice)
    budget(services, alice, 100)
    sending = services.queue.send_notification = Fails(services.queue.send_notification)
    sending.error = Unavailable(part="queue")
    spend(services, alice, 90)
    sending.error = None
    assert services.queue.tasks == []
    clock.turn(minutes=2)
    services.deliveries.sweep()
    work_off(services)
    assert [mail.subject for mail in services.messenger.sent] == [
        "Groceries: 90% of the budget is spent",
        "Large expense: €90",
    ] or len(services.messenger.sent) == 2


def test_many_at_once_tell_once(services, alice):
    budget(services, alice, 1000)
    threads = [Thread(target=spend, args=(services, alice, 95)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kinds = sorted(row.kind for row in rows(services, alice) if row.kind != "large_expense")
    assert kinds == ["budget_alert", "budget_exceeded"]


ACTIONS = st.lists(
    st.sampled_from(["add", "edit", "delete", "restore", "look", "again", "daily", "worker"]), max_size=14
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(actions=ACTIONS, seed=st.integers(0, 10_000))
def test_any_order_and_repetition_of_events_gives_each_alert_exactly_once(services, actions, seed):
    """What was told is what was ever reached, each once, whatever came between and however often anyone looked."""
    user = services.accounts.register(f"u{new_id()}", f"{new_id()}@example.com", "correct horse battery")
    user = confirmed(services, user)
    chance, amounts, gone, reached = random.Random(seed), {}, [], set()  # noqa: S311
    budget(services, user, 100, levels=(50, 80))
    services.queue.tasks.clear()
    services.messenger.sent.clear()
    ids = {}
    for action in ["add", *actions, "worker"]:
        if action == "add":
            added = spend(services, user, chance.choice([5, 20, 45, 60]))
            ids[added.expense_id] = added
            amounts[added.expense_id] = added.amount
        elif action == "edit" and amounts:
            key = chance.choice(sorted(amounts))
            draft = replace(draft_of(ids[key]), amount=Decimal(chance.choice([1, 30, 70])))
            ids[key] = services.expenses.update_expense(user, key, draft, ids[key].version)
            amounts[key] = ids[key].amount
        elif action == "delete" and amounts:
            key = chance.choice(sorted(amounts))
            services.expenses.delete_expenses(user, [key])
            amounts.pop(key)
            gone.append(key)
        elif action == "restore" and gone:
            key = gone.pop()
            services.expenses.restore_expenses(user, [key])
            ids[key] = services.store.get_expense(user.user_id, key)
            amounts[key] = ids[key].amount
        elif action == "look":
            services.alerts.look(user)
        elif action == "again":
            services.queue.tasks += services.queue.tasks
        elif action == "daily":
            services.daily.check([user])
        elif action == "worker":
            work_off(services)
        spent = sum(amounts.values())
        reached |= {
            level for level, bound in (("50", 50), ("80", 80), ("over", Decimal("100.01"))) if spent >= bound
        }
        found = [row for row in rows(services, user) if row.kind in ("budget_alert", "budget_exceeded")]
        assert {row.data["level"] for row in found} == reached
        told_of = [row.data["level"] for row in found if row.deliveries]
        assert len(told_of) == len(set(told_of))
    letters = [mail.subject for mail in services.messenger.sent]
    wanted = [row for row in rows(services, user) if "email" in states(row)]
    assert len(letters) == len(wanted)
    assert all(states(row)["email"] == "sent" for row in wanted)
