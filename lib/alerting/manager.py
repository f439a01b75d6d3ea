"""Sees when there is something to tell, after every write and once a day, and what was told to whom."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from lib.alerting import kinds, preferences, rows, rules, told, words
from lib.alerting.outbox import Outbox
from lib.alerting.preferences import Preferences
from lib.alerting.rules import Large, Level
from lib.alerting.told import BELOW, TOLD
from lib.budgeting.budgets import BudgetCalculator
from lib.budgeting.months import BudgetLine
from lib.budgeting.spending import ZERO, Spending
from lib.errors import PlannerError
from lib.ids import new_id
from lib.jobs import Jobs
from lib.periods import Month, today_in
from lib.ports import BATCH, Store
from lib.records import Expense, Filters, User
from lib.writing.formats import whole_day

SUBSCRIPTION_HISTORY = timedelta(days=400)
MOST_SUBSCRIPTIONS = 200  # expenses of the category that are looked through
NEW_MONTH = 3  # days on which the month before may still bring news
MOST_IDS = 100  # of expenses, in one job
LARGEST = 5  # expenses that an import is told of singly
SOME = 50  # of an import's expenses that are looked at one by one; its totals count them all
log = logging.getLogger(__name__)


class NotificationManager:
    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        budgets: BudgetCalculator,
        jobs: Jobs,
        now: Callable[[], datetime],
    ) -> None:
        self.store, self.outbox, self.budgets, self.jobs, self.now = store, outbox, budgets, jobs, now

    # After a write

    def written(self, user: User, expenses: Sequence[Expense]) -> None:
        """See what there is to tell now that `expenses` are added or changed.

        Never raises: they are saved, whatever becomes of what is told of them. What fails is done by the worker.
        """
        ids = [expense.expense_id for expense in expenses]
        self._surely(user, lambda: self._look_after(user, expenses), "look", ids)

    def removed(self, user: User, expense_ids: Sequence[str]) -> None:
        """Note it in the history where what was told is true no more. Never raises."""
        self._surely(user, lambda: self._withdraw(user, expense_ids[:BATCH]), "withdraw", expense_ids)
        if len(expense_ids) > BATCH:
            self._later(user, "withdraw", expense_ids[BATCH:])

    def restored(self, user: User, expense_ids: Sequence[str]) -> None:
        """As if they were written anew, which repeats nothing. Never raises."""
        self._surely(user, lambda: self._bring_back(user, expense_ids[:BATCH]), "bring-back", expense_ids)
        if len(expense_ids) > BATCH:
            self._later(user, "bring-back", expense_ids[BATCH:])

    def changed(self, user: User) -> None:
        """See what there is to tell now that budgets or many expenses changed. Never raises."""
        self._surely(user, lambda: self.look(user), "look", ())

    def _surely(self, user: User, do: Callable[[], None], task: str, ids: Sequence[str]) -> None:
        try:
            do()
        except Exception:  # whatever it is: the expense is saved, and its page is answered
            log.exception("what there is to tell is looked at later")
            self._later(user, task, ids)

    def _later(self, user: User, task: str, ids: Sequence[str]) -> None:
        try:
            for start in range(0, len(ids) or 1, MOST_IDS):
                self.jobs.submit(task, user.user_id, ",".join(ids[start : start + MOST_IDS]), new_id())
        except PlannerError:
            log.warning("that cannot be noted either: the daily run will look")

    # The worker's part, by tasks: ids with commas between them, and what makes each job one of its own

    def look_now(self, user_id: str, ids: str = "", _: str = "") -> None:
        """Look at these expenses; after an import, which names none, at those of the last days."""
        user = self.store.get_user(user_id)
        if user is not None:
            some = self.store.get_expenses(user_id, ids.split(",")) if ids else self._latest(user)
            self._look_after(user, [each for each in some if each.removed_at is None], late=True)

    def withdraw_now(self, user_id: str, ids: str, _: str = "") -> None:
        user = self.store.get_user(user_id)
        if user is not None:
            self._withdraw(user, ids.split(","))

    def bring_back_now(self, user_id: str, ids: str, _: str = "") -> None:
        user = self.store.get_user(user_id)
        if user is not None:
            self._bring_back(user, ids.split(","))

    def _latest(self, user: User) -> list[Expense]:
        """The largest of the last days: an import may bring fifty large ones at once, and nobody wants as many messages."""
        since = today_in(user.time_zone, self.now()) - timedelta(days=2)
        found = self.store.list_expenses(user.user_id, Filters(since=since), limit=SOME).items
        return sorted(found, key=lambda expense: expense.amount, reverse=True)[:LARGEST]

    # Budgets

    def look(self, user: User) -> None:
        """Tell of what this month's budgets have come to, each level once.

        Two reads, and a third for the note of what was told; more only where there is news. Only where spending has gone up,
        and reached nothing, the note is not read either.
        """
        self._look_after(user, ())

    def _look_after(
        self, user: User, expenses: Sequence[Expense], *, wholly: bool = False, late: bool = False
    ) -> None:
        """`late`: it should have been looked at before, perhaps in the month before."""
        today = today_in(user.time_zone, self.now())
        month, before = Month.of(today), Month.of(today).plus(-1)
        rises = bool(expenses) and all(not (each.version > 1 or each.money_in) for each in expenses)
        is_new = today.day <= NEW_MONTH
        if is_new and (late or wholly or any(each.month == before for each in expenses)):
            self._levels(self._so_far(user, before, today), rises=False)
        look = (self._wholly if wholly else self._so_far)(user, month, today)
        self._levels(look, rises=rises and not wholly)
        if look.spending:
            over = [line.category for line in look.lines if line.reached == "over"]
            self.send_unusual_alert(user, look.chosen, month, look.spending, over)
        if news := [expense for expense in expenses if rules.is_news(expense, today)][:SOME]:
            self._singly(look, news)

    def _so_far(self, user: User, month: Month, today: date) -> "_Look":
        return _Look(self.store, user, month, today, self.budgets.so_far(user, month, today))

    def _wholly(self, user: User, month: Month, today: date) -> "_Look":
        """With what is to come and what was usual, which needs the months before."""
        sheet, spending = self.budgets.month_and_history(user, month, today)
        lines = [*sheet.lines, *filter(None, [sheet.overall])]
        return _Look(self.store, user, month, today, lines, spending)

    def _levels(self, look: "_Look", *, rises: bool) -> None:
        """`rises`: spending has gone up, so that it has gone below nothing."""
        user, month = look.user, look.month
        found = [level for line in look.lines for level in rules.reached(line, month)]
        if rises and not found:
            return
        known = told.read(self.store, user, month)
        states = dict(known.states)
        news = {level.id for level in found if known.is_news(level)}
        if news and not look.spending:
            look = self._wholly(user, month, look.today)
        if look.spending:
            for line in look.lines:
                fresh = [level for level in rules.reached(line, month) if level.id in news]
                self.send_budget_alert(user, look.chosen, fresh or rules.runs_out(line, month), states)
        self._note_below(look, {level.id for level in found}, states)
        told.write(self.store, user, month, known, states)

    def send_budget_alert(
        self, user: User, chosen: Preferences, levels: Sequence[Level], states: dict[str, str]
    ) -> None:
        """Tell of the levels that a budget has come to at once, on each way of the highest that is wanted there.

        What is left without a way is only written down.
        """
        told_on: frozenset[str] = frozenset()
        for level in reversed(levels):
            if level.level != rules.OVER and rules.is_usual_bill(level.line):
                states[level.id] = told.settled(level)
            elif states.get(level.id) != told.WARNED:
                wanted = chosen.channels(level.kind)
                states[level.id] = self._tell(user, chosen, level, wanted - told_on, states.get(level.id, ""))
                told_on |= wanted

    def _tell(self, user: User, chosen: Preferences, level: Level, ways: frozenset[str], state: str) -> str:
        """Tell of one level, or write it down where no way is left. Returns its state."""
        what = words.of_level(user, level)
        if not ways and chosen.channels(level.kind):
            note = "It went on to the next level at the same time."
            self.outbox.publish_notification(user, chosen, level.kind, level.id, what, note=note)
            return told.KEPT
        new = self.outbox.publish_notification(user, chosen, level.kind, level.id, what, channels=ways)
        if not new and state == BELOW:
            self.outbox.tell_again(user, chosen, level.kind, level.id, ways)
        return told.WARNED if level.level == rules.EARLY else TOLD

    def _note_below(self, look: "_Look", found: set[str], states: dict[str, str]) -> None:
        """Note it where spending has gone below a level since, or where the budget is another by now."""
        ids = {level.id for line in look.lines for level in rules.possible(line, look.month)}
        day = whole_day(look.today, look.user.locale)
        for level_id, state in states.items():
            if level_id in found or state not in (TOLD, told.KEPT):
                continue
            if state == TOLD:
                why = "Spending has gone below this again" if level_id in ids else "The budget was changed"
                self._note(look.user, level_id, f"{why}, on {day}.")
            states[level_id] = BELOW

    def send_unusual_alert(
        self, user: User, chosen: Preferences, month: Month, spending: Spending, told_of: Sequence[str]
    ) -> None:
        """Tell of categories far above their usual month, but for those in `told_of`."""
        for found in rules.unusual(spending, month, chosen, told_of):
            what = words.of_unusual(user, found)
            self.outbox.publish_notification(user, chosen, kinds.UNUSUAL, found.id, what)

    # Expenses

    def _singly(self, look: "_Look", news: Sequence[Expense]) -> None:
        user, chosen = look.user, look.chosen
        budgeted = {line.category: line.amount for line in look.lines}
        for expense in news:
            amount = budgeted.get(user.categories[expense.category].key, ZERO)
            if found := rules.large(user, expense, amount, chosen, look.today):
                self.send_large_expense_alert(user, chosen, found, amount)
            if chosen.channels(kinds.CONFIRMATION) and expense.version <= 1:  # added, not changed
                self.send_expense_confirmation(user, chosen, expense)
        if new := [each for each in news if user.categories[each.category].key == rules.SUBSCRIPTIONS]:
            self.send_price_alerts(user, chosen, new, look.today)

    def send_large_expense_alert(
        self, user: User, chosen: Preferences, found: Large, budgeted: Decimal
    ) -> None:
        what = words.of_large(user, found, budgeted)
        self.outbox.publish_notification(user, chosen, kinds.LARGE, found.id, what)

    def send_expense_confirmation(self, user: User, chosen: Preferences, expense: Expense) -> None:
        row_id = rules.id_of(kinds.CONFIRMATION, expense.expense_id)
        what = words.of_expense(user, expense)
        self.outbox.publish_notification(user, chosen, kinds.CONFIRMATION, row_id, what)

    def send_price_alerts(self, user: User, chosen: Preferences, new: Sequence[Expense], today: date) -> None:
        """Tell of subscriptions among `new` that cost more; one read of those of the last year."""
        keys = tuple(user.categories.keys_counting_as(rules.SUBSCRIPTIONS))
        filters = Filters(categories=keys, since=today - SUBSCRIPTION_HISTORY)
        earlier = self.store.list_expenses(user.user_id, filters, limit=MOST_SUBSCRIPTIONS).items
        for expense in new:
            if found := rules.price_rise(user, expense, earlier, today):
                what = words.of_price_rise(user, found)
                self.outbox.publish_notification(user, chosen, kinds.PRICE_RISE, found.id, what)

    def _withdraw(self, user: User, expense_ids: Sequence[str]) -> None:
        day = whole_day(today_in(user.time_zone, self.now()), user.locale)
        for row_id in _rows_of(expense_ids):
            self._note(user, row_id, f"The expense was deleted on {day}.")
        self.look(user)

    def _bring_back(self, user: User, expense_ids: Sequence[str]) -> None:
        for row_id in _rows_of(expense_ids):
            self._note(user, row_id, "")
        self._look_after(user, self.store.get_expenses(user.user_id, expense_ids))

    def _note(self, user: User, notification_id: str, note: str) -> None:
        """Say in the history what became of it. Nothing happens where it was never told."""
        row = self.store.get_notification(user.user_id, notification_id)
        if row is not None:
            rows.change(self.store, row, lambda now: replace(now, note=note))

    # Every day

    def catch_up(self, user: User) -> None:
        """Once a day: whatever looks after writes did not see of budgets, and what only time brings. No expense is read."""
        self._look_after(user, (), wholly=True)


@dataclass
class _Look:
    """One look at someone's month."""

    store: Store
    user: User
    month: Month
    today: date
    lines: Sequence[BudgetLine]  # of each budget, and of the limit
    spending: Spending | None = None  # of this month and those before; None in a quick look

    @cached_property
    def chosen(self) -> Preferences:
        return preferences.load(self.store, self.user.user_id)


def _rows_of(expense_ids: Iterable[str]) -> list[str]:
    """What may have been told of single expenses."""
    return [
        rules.id_of(kind, expense_id)
        for expense_id in expense_ids
        for kind in (kinds.LARGE, kinds.PRICE_RISE, kinds.CONFIRMATION)
    ]
