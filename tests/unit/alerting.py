"""Short ways to spend, to look at what was told, and to have a world that fails, for tests of alerts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lib.alerting import kinds, preferences
from lib.alerting.words import Words
from lib.expenses import ExpenseDraft
from lib.ids import new_id
from lib.periods import Month, today_in
from lib.records import Budget, Expense, Notification, Step, User
from lib.services import Services


def confirmed(services: Services, user: User, **more: Any) -> User:
    """With an address, and a phone, that alerts may go to."""
    user = services.store.save_user(replace(services.store.get_user(user.user_id), phone="+4915112345678"))  # type: ignore[type-var]
    preferences.change(
        services.store,
        user.user_id,
        confirmed_email=user.email,
        confirmed_phone=user.phone,
        **more,
    )
    return user


def budget(
    services: Services,
    user: User,
    amount: object,
    category: str = "Groceries",
    levels: tuple[int, ...] = (80,),
) -> Budget:
    """A budget that was there before anyone watched."""
    step = Step(Month(2026, 1), Decimal(str(amount)))
    return services.store.save_budget(
        Budget(user.user_id, new_id(), category, (step,), services.now(), alert_thresholds=levels)
    )


def spend(
    services: Services,
    user: User,
    amount: object,
    category: str = "Groceries",
    on: date | None = None,
    **more: Any,
) -> Expense:
    day = on or today_in(user.time_zone, services.now())
    draft = ExpenseDraft(Decimal(str(amount)), user.currency, category, day, **more)
    return services.expenses.add_expense(user, draft, new_id())


def rows(services: Services, user: User) -> list[Notification]:
    """All that was ever told, oldest first."""
    page = services.store.list_notifications(user.user_id, "", 1000)
    return sorted(page.items, key=lambda row: (row.created_at, row.subject))


def told(services: Services, user: User, *kinds: str) -> list[tuple[str, str]]:
    """Kind and subject of what was told, oldest first; of those kinds only, where some are named."""
    return [(row.kind, row.subject) for row in rows(services, user) if not kinds or row.kind in kinds]


def states(row: Notification) -> dict[str, str]:
    return {way.channel: way.status for way in row.deliveries}


def work_off(services: Services) -> None:
    """The worker, until there is nothing left to do."""
    services.queue.run(services)  # type: ignore[attr-defined]


class Fails:
    """A function that fails with `error` as long as that is set."""

    def __init__(self, does: Callable[..., Any]) -> None:
        self.does, self.error, self.calls = does, None, 0

    def __call__(self, *args: Any, **more: Any) -> Any:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return self.does(*args, **more)


def tell(services, user, kind=kinds.THRESHOLD, name="a", **more):
    """One notification, queued, by e-mail unless other channels are named."""
    given = {"channels": frozenset({"app", "email"}), **more}
    chosen = preferences.load(services.store, user.user_id)
    words = Words(f"About {name}", "€90 of €100.", {"link": "/budget"})
    services.outbox.publish_notification(user, chosen, kind, name * 32, words, **given)
    return services.store.get_notification(user.user_id, name * 32)


def row_of(services, user, name="a"):
    return services.store.get_notification(user.user_id, name * 32)


def state_of(services, user, name="a", channel="email"):
    return states(row_of(services, user, name))[channel]


def letters(services):
    return [mail.subject for mail in services.messenger.sent]


def spend_row(services, user, number):
    return Expense(
        user.user_id, new_id(), date(2026, 11, 1), Decimal(120 + number), "EUR", "Groceries", services.now()
    )
