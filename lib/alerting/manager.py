"""Sees when there is something to tell, after every write and once a day, and what was told to whom."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from lib.alerting import kinds, preferences, rules, told, words
from lib.alerting.outbox import Outbox
from lib.alerting.preferences import Preferences
from lib.alerting.rules import Large, Level
from lib.alerting.told import BELOW, TOLD
from lib.budgeting.budgets import BudgetCalculator
from lib.budgeting.months import BudgetLine
from lib.budgeting.spending import ZERO, Spending
from lib.errors import Changed, PlannerError
from lib.jobs import Jobs
from lib.periods import Month, today_in
from lib.ports import BATCH, Store
from lib.records import Expense, Filters, User
from lib.writing.formats import whole_day

SUBSCRIPTION_HISTORY = timedelta(days=400)
MOST_SUBSCRIPTIONS = 200  # expenses of the category that are looked through
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
        self._surely(user, lambda: self._look_after(user, expenses))

    def removed(self, user: User, expense_ids: Sequence[str]) -> None:
        """Note it in the history where what was told is true no more. Never raises."""
        self._surely(user, lambda: self._withdraw(user, expense_ids))

    def restored(self, user: User, expense_ids: Sequence[str]) -> None:
        """As if they were written anew, which repeats nothing. Never raises."""
        some = list(expense_ids)[:BATCH]
        self._surely(user, lambda: self._bring_back(user, some))

    def changed(self, user: User) -> None:
        """See what there is to tell now that budgets or many expenses changed. Never raises."""
        self._surely(user, lambda: self.look(user))

    def look_later(self, user: User) -> None:
        """Have the worker look, after work that only the worker sees the end of."""
        self.jobs.submit("look", user.user_id)

    def look_now(self, user_id: str) -> None:
        """The worker's part: also at the expenses of the last days, whose own look may not have happened."""
        user = self.store.get_user(user_id)
        if user is not None:
            self._look_after(user, self._latest(user))

    def _latest(self, user: User) -> list[Expense]:
        since = today_in(user.time_zone, self.now()) - timedelta(days=2)
        return self.store.list_expenses(user.user_id, Filters(since=since), limit=SOME).items

    def _surely(self, user: User, look: Callable[[], None]) -> None:
        try:
            look()
        except Exception:  # whatever it is: the expense is saved, and its page is answered
            log.exception("what there is to tell is looked at later")
            try:
                self.look_later(user)
            except PlannerError:
                log.warning("that cannot be noted either: the daily run will look")

    # Budgets

    def look(self, user: User) -> None:
        """Tell of what this month's budgets have come to, each level once.

        Two reads, and a third for the note of what was told; more only where there is news. Only where spending has gone up,
        and reached nothing, the note is not read either.
        """
        self._look_after(user, ())

    def _look_after(self, user: User, expenses: Sequence[Expense], *, wholly: bool = False) -> None:
        look = self._wholly(user) if wholly else self._so_far(user)
        rises = bool(expenses) and all(not (each.version > 1 or each.money_in) for each in expenses)
        if look.lines:
            self._levels(look, rises=rises and not wholly)
        if look.spending:
            over = [line.category for line in look.lines if line.reached == "over"]
            self.send_unusual_alert(user, look.chosen, look.month, look.spending, over)
        if news := [expense for expense in expenses if rules.is_news(expense, look.today)][:SOME]:
            self._singly(look, news)

    def _so_far(self, user: User) -> "_Look":
        today = today_in(user.time_zone, self.now())
        return _Look(self.store, user, today, self.budgets.so_far(user, Month.of(today), today))

    def _wholly(self, user: User) -> "_Look":
        """With what is to come and what was usual, which needs the months before."""
        today = today_in(user.time_zone, self.now())
        sheet, spending = self.budgets.month_and_history(user, Month.of(today), today)
        return _Look(self.store, user, today, [*sheet.lines, *filter(None, [sheet.overall])], spending)

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
            look = self._wholly(user)
        if look.spending:
            for line in look.lines:
                reached = rules.reached(line, month)
                fresh = [level for level in reached if level.id in news]
                self.send_budget_alert(user, look.chosen, fresh or rules.runs_out(line, month), states)
        self._note_below(user, {level.id for level in found}, states)
        told.write(self.store, user, month, known, states)

    def send_budget_alert(
        self, user: User, chosen: Preferences, levels: Sequence[Level], states: dict[str, str]
    ) -> None:
        """Tell of the highest level that a budget has come to; lower ones that it came to at the same time are only kept."""
        for level in levels:
            if states.get(level.id) == told.WARNED:
                continue
            if level.level != rules.OVER and rules.is_usual_bill(level.line):
                states[level.id] = told.settled(level)
                continue
            note = "" if level is levels[-1] else "It went on to the next level at the same time."
            what = words.of_level(user, level)
            new = self.outbox.publish_notification(user, chosen, level.kind, level.id, what, note=note)
            if not new and states.get(level.id) == BELOW:
                self._note(user, level.id, "")
            states[level.id] = told.WARNED if level.level == rules.EARLY else TOLD

    def _note_below(self, user: User, found: set[str], states: dict[str, str]) -> None:
        """Note it where spending has gone below a level since."""
        for level_id, state in states.items():
            if state == TOLD and level_id not in found:
                day = whole_day(today_in(user.time_zone, self.now()), user.locale)
                self._note(user, level_id, f"Spending has gone below this again, on {day}.")
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
        for row_id in _rows_of(list(expense_ids)[:BATCH]):
            self._note(user, row_id, f"The expense was deleted on {day}.")
        self.look(user)

    def _bring_back(self, user: User, expense_ids: Sequence[str]) -> None:
        for row_id in _rows_of(expense_ids):
            self._note(user, row_id, "")
        self._look_after(user, self.store.get_expenses(user.user_id, expense_ids))

    def _note(self, user: User, notification_id: str, note: str) -> None:
        """Say in the history what became of it. Nothing happens where it was never told."""
        for _ in range(5):
            row = self.store.get_notification(user.user_id, notification_id)
            if row is None or row.note == note:
                return
            try:
                self.store.save_notification(replace(row, note=note))
            except Changed:
                continue
            return

    # Every day

    def catch_up(self, user: User) -> None:
        """Once a day: whatever a look after a write did not see, and what only time brings."""
        self._look_after(user, self._latest(user), wholly=True)


@dataclass
class _Look:
    """One look at someone's month."""

    store: Store
    user: User
    today: date
    lines: Sequence[BudgetLine]  # of each budget, and of the limit
    spending: Spending | None = None  # of this month and those before; None in a quick look

    @property
    def month(self) -> Month:
        return Month.of(self.today)

    @cached_property
    def chosen(self) -> Preferences:
        return preferences.load(self.store, self.user.user_id)


def _rows_of(expense_ids: Iterable[str]) -> list[str]:
    """What may have been told of single expenses."""
    return [
        rules.id_of(kind, expense_id)
        for expense_id in expense_ids
        for kind in (kinds.LARGE, kinds.PRICE_RISE)
    ]
