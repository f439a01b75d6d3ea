"""What people type into the budgets table, one amount a category, all understood before any is saved; and percentages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lib.budgeting.months import BudgetMonth
from lib.categories import OVERALL
from lib.errors import Invalid
from lib.money import parse_limit
from lib.periods import Month
from lib.records import MAX_THRESHOLDS, Budget, User

AMOUNT, PRINTED, VERSION = (
    "amount:",
    "was:",
    "version:",
)  # a field's name is one of these and the category's key


@dataclass
class Change:
    """One category's new amount; None ends its budget."""

    category: str
    amount: Decimal | None
    version: int  # of the budget that was seen, 0 for none


@dataclass
class BudgetTable:
    """The table as it was sent. Everything is by category, so that the page can show it again.

    What the page printed comes back as `printed`: an amount that still reads so was not touched, whatever has become of
    it meanwhile. Scripts need not send it; then amounts are compared.
    """

    user: User
    typed: dict[str, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, user: User, form: Mapping[str, str]) -> "BudgetTable":
        table = cls(user)
        for name, value in form.items():
            if name.startswith(AMOUNT):
                table.typed[name.removeprefix(AMOUNT)] = value.strip()
            elif name.startswith(PRINTED):
                table.printed[name.removeprefix(PRINTED)] = value.strip()
            elif name.startswith(VERSION) and value.isascii() and value.isdigit() and len(value) < 10:
                table.versions[name.removeprefix(VERSION)] = int(value)
        return table

    def changes(self, budgets: Sequence[Budget], month: Month) -> list[Change]:
        """What differs from the budgets as they are. Fills `errors` for what cannot be understood or is not known."""
        there = {budget.category: budget for budget in budgets}
        found = []
        for category, typed in self.typed.items():
            budget = there.get(category)
            if typed == self.printed.get(category):
                continue
            amount = self._amount(category, typed)
            now = budget.amount_in(month) if budget else None
            if category not in self.errors and (category in self.printed or amount != now):
                version = self.versions.get(category, budget.version if budget else 0)
                found.append(Change(category, amount, version))
        return found

    def _amount(self, category: str, typed: str) -> Decimal | None:
        if not typed:
            return None
        try:
            if category != OVERALL and self.user.categories.find(category) is None:
                raise Invalid("Choose one of your categories.")
            return parse_limit(typed, self.user.currency, self.user.locale)
        except Invalid as error:
            self.errors[category] = error.message
            return None


def unused_categories(user: User, month: BudgetMonth) -> list[str]:
    """Spending categories that are offered and neither have a budget nor expenses this month."""
    shown = {line.category for line in month.lines + month.unbudgeted}
    return [c.key for c in user.categories.offered if c.is_spending and c.key not in shown]


def parse_thresholds(typed: str) -> tuple[int, ...]:
    """One or several percentages, such as "80", "80 %" or "50, 80, 95", in ascending order."""
    parts = [part.removesuffix("%").strip() for part in re.split("[,;]", typed.strip())]
    # Also without commas: "50 80 95".
    numbers = [number for part in parts for number in part.split()] if all(parts) else [""]
    if not all(number.isascii() and number.isdigit() and len(number) < 10 for number in numbers):
        raise _unusable()
    found = sorted({int(number) for number in numbers})
    if found[0] < 1 or found[-1] > 100:
        raise _unusable()
    if len(found) > MAX_THRESHOLDS:
        raise Invalid(f"Use up to {MAX_THRESHOLDS} percentages.", "thresholds")
    return tuple(found)


def _unusable() -> Invalid:
    return Invalid("Use whole percentages from 1 to 100, such as 80, or 50, 80, 95.", "thresholds")
