"""Budgets: read, changed, kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from lib.budgeting import changes, ended
from lib.budgeting.months import BudgetLine, BudgetMonth
from lib.budgeting.projections import median
from lib.budgeting.sheet import (
    RECENT,
    first_needed,
    friendly,
    get_budget_summary,
    grouped,
    lines_so_far,
)
from lib.budgeting.spending import Spending
from lib.categories import OVERALL, UNCATEGORISED
from lib.errors import Changed, Invalid, NotFound
from lib.ids import new_id
from lib.money import MAX_AMOUNT, digits_of, rounded
from lib.periods import Month, utc_now
from lib.ports import Store
from lib.records import Budget, User
from lib.watching import NOBODY, Watch


class BudgetCalculator:
    """Budgets of one person at a time. What a month of them looks like is worked out in lib/budgeting/sheet.py."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] = new_id,
        watch: Watch = NOBODY,
    ) -> None:
        """`watch` is told when budgets changed."""
        self.store, self.now, self.new_id, self.watch = store, now, new_id, watch

    def month(self, user: User, month: Month, today: date) -> BudgetMonth:
        """The month as it stands, with two reads."""
        return self.month_and_history(user, month, today)[0]

    def month_and_history(self, user: User, month: Month, today: date) -> tuple[BudgetMonth, Spending]:
        """The same, with what was spent in it and in the months before."""
        budgets = self.store.list_budgets(user.user_id)
        since = first_needed(user, budgets, month)
        spending = Spending(user, self.store.month_totals(user.user_id, since, month.plus(1)))
        return get_budget_summary(user, budgets, spending, month, today), spending

    def so_far(self, user: User, month: Month, today: date) -> list[BudgetLine]:
        """What is spent of each budget, the limit for all spending among them; also two reads, of that month alone."""
        budgets = self.store.list_budgets(user.user_id)
        if not budgets:
            return []
        since = first_needed(user, budgets, month, history=0)
        totals = self.store.month_totals(user.user_id, since, month.plus(1))
        return lines_so_far(user, budgets, Spending(user, totals), month, today)

    def set_budget(
        self,
        user: User,
        category: str,
        amount: Decimal | None,
        month: Month,
        *,
        only: bool = False,
        thresholds: tuple[int, ...] | None = None,
        rollover: bool | None = None,
        version: int | None = None,
    ) -> Budget:
        """Set what may be spent on a category from `month` on, or with `only` in that month alone.

        Args:
            category: A category's key, or OVERALL.
            amount: Zero or more. None leaves the amounts as they are.
            thresholds: Percent to warn at, ascending; from the first on it counts as nearly used up. None leaves them as they are.
            rollover: Whether what is left is carried into the next month, from `month` on. None leaves it as it is.
            version: The version that was seen, 0 for none. None for whatever is there.

        Raises:
            Invalid: If the category cannot have a budget, or the amount or the percentages are none.
            Changed: If `version` is given and someone changed the budget since.
        """
        key = _key(user, category)
        _check(amount, user.currency)
        change = _Change(amount, month, only, thresholds, rollover)
        try:
            saved = self._set(user, key, change, version)
        except Changed:
            if version is not None:
                raise
            saved = self._set(user, key, change, None)  # whatever is there: so what is there now
        self.watch.changed(user)
        return saved

    def remove_budget(self, user: User, budget_id: str, month: Month) -> list[Budget]:
        """End a budget from `month` on; earlier months keep it. Raises NotFound if there is no such budget.

        Returns:
            What was ended as it was, with those that were merged into it: what `note_ended` takes.
        """
        groups = grouped(user, self.store.list_budgets(user.user_id))
        group = next((g for g in groups.values() if any(b.budget_id == budget_id for b in g)), None)
        if group is None:
            raise NotFound
        left = [ended.left_as(budget, self._keep(changes.end_from(budget, month))) for budget in group]
        self.watch.changed(user)
        return left

    def note_ended(self, user: User, budgets: Sequence[Budget]) -> str:
        """Note down for a day how budgets were that were ended together. Returns the note's id."""
        note = ended.note_of(user.user_id, self.new_id(), budgets, self.now() + timedelta(days=1))
        return self.store.put_document(note).id

    def bring_back(self, user: User, note_id: str) -> list[Budget]:
        """Bring budgets back as they were noted, once. Returns none if there is no such note any more.

        Raises:
            Changed: If someone changed one of them since it was ended.
        """
        note = self.store.get_document(user.user_id, ended.KIND, note_id)
        if note is None or not self.store.remove_document(user.user_id, ended.KIND, note_id):
            return []
        back = [self.store.save_budget(budget) for budget in ended.budgets_of(note)]
        self.watch.changed(user)
        return back

    def copy_last_month(self, user: User, month: Month) -> int:
        """Give `month` the amounts of the month before. Returns how many budgets changed."""
        changed = changes.copy_from_last_month(self.store.list_budgets(user.user_id), month)
        for budget in changed:
            self.store.save_budget(budget)
        self.watch.changed(user)
        return len(changed)

    def suggestions(self, user: User, month: Month) -> dict[str, Decimal]:
        """A friendly amount per category: the median of the three months before, rounded up to two leading digits."""
        found = {
            key: friendly(median(row), user.currency)
            for key, row in self.history(user, month, RECENT).items()
        }
        return {key: amount for key, amount in found.items() if amount is not None}

    def history(self, user: User, month: Month, months: int = RECENT) -> Mapping[str, tuple[Decimal, ...]]:
        """What was spent per category in so many months before `month`, oldest first."""
        since = month.plus(-months)
        spending = Spending(user, self.store.month_totals(user.user_id, since, month))
        return {
            key: tuple(spending.of(key, earlier).spent for earlier in spending.before(month, months))
            for key in spending.categories
        }

    def _set(self, user: User, key: str, change: "_Change", version: int | None) -> Budget:
        group = grouped(user, self.store.list_budgets(user.user_id)).get(key, [])
        budget = group[0] if group else Budget(user.user_id, self.new_id(), key, (), self.now())
        if version is not None and budget.version != version:
            raise Changed
        changed = change.of(budget)
        saved = budget if changed == budget and group else self.store.save_budget(changed)
        for merged in group[1:] if change.amount is not None else []:
            self._keep(change.away(merged))
        return saved

    def _keep(self, budget: Budget) -> Budget | None:
        if budget.steps:
            return self.store.save_budget(budget)
        self.store.remove_budget(budget.user_id, budget.budget_id)
        return None


class _Change(NamedTuple):
    """What is asked for; None leaves something as it is."""

    amount: Decimal | None
    month: Month
    only: bool
    thresholds: tuple[int, ...] | None
    rollover: bool | None

    def of(self, budget: Budget) -> Budget:
        if self.amount is not None:
            budget = self._amounts(budget, self.amount)
        elif not budget.steps:
            raise Invalid("Write what may be spent a month.", "amount")
        if self.thresholds is not None:
            budget = replace(budget, alert_thresholds=self.thresholds)
        if self.rollover is not None:
            budget = changes.with_rollover(budget, self.month, self.rollover)
        return budget

    def away(self, merged: Budget) -> Budget:
        """The budget of a category that was merged into this one: its share is in the new amount now."""
        return self._amounts(merged, None)

    def _amounts(self, budget: Budget, amount: Decimal | None) -> Budget:
        change = changes.set_only if self.only else changes.set_from
        return change(budget, self.month, amount)


def _key(user: User, category: str) -> str:
    """The category that counts for it, if that can have a budget."""
    if category == OVERALL:
        return OVERALL
    found = user.categories[category]
    if found.key == UNCATEGORISED != category:
        raise Invalid("Choose one of your categories.", "category")
    if not found.is_spending:
        raise Invalid("Money that comes in or only moves is not spent, so it has no budget.", "category")
    return found.key


def _check(amount: Decimal | None, currency: str) -> None:
    if amount is None:
        return
    if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
        raise Invalid(f"Use an amount from zero to {MAX_AMOUNT:,}.", "amount")
    if amount != rounded(amount, currency):
        raise Invalid(f"{currency} has {digits_of(currency)} decimals at most.", "amount")
