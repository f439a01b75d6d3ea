"""Budgets: read, changed, kept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from lib import budget_changes
from lib.budget_months import BudgetMonth
from lib.budget_sheet import RECENT, first_needed, friendly, get_budget_summary, grouped
from lib.categories import OVERALL
from lib.errors import Changed, Invalid, NotFound
from lib.ids import new_id
from lib.money import MAX_AMOUNT, rounded
from lib.periods import Month, utc_now
from lib.ports import Store
from lib.projections import median
from lib.records import Budget, User
from lib.spending import ZERO, Spending


class BudgetCalculator:
    def __init__(
        self, store: Store, now: Callable[[], datetime] = utc_now, new_id: Callable[[], str] = new_id
    ) -> None:
        self.store, self.now, self.new_id = store, now, new_id

    def month(self, user: User, month: Month, today: date) -> BudgetMonth:
        """The month as it stands, with two reads."""
        budgets = self.store.list_budgets(user.user_id)
        since = first_needed(user, budgets, month)
        totals = self.store.month_totals(user.user_id, since, month.plus(1))
        return get_budget_summary(user, budgets, Spending(user, totals), month, today)

    def set_budget(
        self,
        user: User,
        category: str,
        amount: Decimal | None,
        month: Month,
        *,
        only: bool = False,
        threshold: int | None = None,
        rollover: bool | None = None,
        version: int | None = None,
    ) -> Budget:
        """Set what may be spent on a category from `month` on, or with `only` in that month alone.

        Args:
            category: A category's key, or OVERALL.
            amount: Zero or more. None leaves the amounts as they are.
            threshold: Percent at which it counts as nearly used up. None leaves it as it is.
            rollover: Whether what is left is carried into the next month, from `month` on. None leaves it as it is.
            version: The version that was seen, 0 for none. None for whatever is there.

        Raises:
            Invalid: If the category cannot have a budget or the amount is none.
            Changed: If `version` is given and someone changed the budget since.
        """
        key = self._key(user, category)
        _check(amount, user.currency)
        for last_try in (version is not None, True):
            group = grouped(user, self.store.list_budgets(user.user_id)).get(key, [])
            budget = group[0] if group else self._new(user, key)
            if version is not None and budget.version != version:
                raise Changed
            try:
                return self._save(budget, group[1:], amount, month, only, threshold, rollover)
            except Changed:
                if last_try:
                    raise
        raise Changed

    def set_overall(
        self,
        user: User,
        amount: Decimal | None,
        month: Month,
        *,
        only: bool = False,
        threshold: int | None = None,
        rollover: bool | None = None,
        version: int | None = None,
    ) -> Budget:
        """Set what may be spent in all."""
        return self.set_budget(
            user, OVERALL, amount, month, only=only, threshold=threshold, rollover=rollover, version=version
        )

    def remove_budget(self, user: User, budget_id: str, month: Month) -> None:
        """End a budget from `month` on; earlier months keep it. Raises NotFound if there is no such budget."""
        groups = grouped(user, self.store.list_budgets(user.user_id))
        group = next((g for g in groups.values() if any(b.budget_id == budget_id for b in g)), None)
        if group is None:
            raise NotFound
        for budget in group:
            self._keep(budget_changes.end_from(budget, month))

    def copy_last_month(self, user: User, month: Month) -> int:
        """Give `month` the amounts of the month before. Returns how many budgets changed."""
        changed = budget_changes.copy_from_last_month(self.store.list_budgets(user.user_id), month)
        for budget in changed:
            self.store.save_budget(budget)
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

    def _key(self, user: User, category: str) -> str:
        """The category that counts for it, if that can have a budget."""
        if category == OVERALL:
            return OVERALL
        found = user.categories[category]
        if not found.is_spending:
            raise Invalid("Money that comes in or only moves is not spent, so it has no budget.", "category")
        if found.key != category and user.categories.find(category) is None:
            raise Invalid("Choose one of your categories.", "category")
        return found.key

    def _new(self, user: User, key: str) -> Budget:
        return Budget(user.user_id, self.new_id(), key, (), self.now())

    def _save(
        self,
        budget: Budget,
        merged: list[Budget],
        amount: Decimal | None,
        month: Month,
        only: bool,
        threshold: int | None,
        rollover: bool | None,
    ) -> Budget:
        if amount is not None:
            change = budget_changes.set_only if only else budget_changes.set_from
            for other in merged:  # their share is in the new amount now
                self._keep(change(other, month, None))
            budget = change(budget, month, amount)
        if threshold is not None:
            budget = replace(budget, alert_threshold=threshold)
        if rollover is not None:
            budget = budget_changes.with_rollover(budget, month, rollover)
        return self.store.save_budget(budget)

    def _keep(self, budget: Budget) -> None:
        if budget.steps:
            self.store.save_budget(budget)
        else:
            self.store.remove_budget(budget.user_id, budget.budget_id)


def _check(amount: Decimal | None, currency: str) -> None:
    if amount is not None and (
        not amount.is_finite() or not ZERO <= amount <= MAX_AMOUNT or amount != rounded(amount, currency)
    ):
        raise Invalid(f"Use an amount from zero to {MAX_AMOUNT:,}.", "amount")
