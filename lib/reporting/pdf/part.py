"""What every part of a report has at hand: the figures, the paper, and how both are written."""

from collections.abc import Sequence
from decimal import Decimal

from reportlab.lib.colors import Color

from lib.categories import OVERALL
from lib.periods import Month
from lib.records import Expense
from lib.reporting.data import BudgetRow, CategoryRow, Report
from lib.reporting.pdf.paper import ACCENT, INK, NEAR, OVER, Paper
from lib.reporting.pdf.tables import ROW
from lib.writing.formats import money, month_short, number, percent_text, short_money

MOST_POSTS = 62  # columns of days; more than that are months
STATES: dict[str, tuple[str, Color]] = {
    "fine": ("within", ACCENT),
    "near": ("nearly used", NEAR),
    "over": ("over", OVER),
}


class Part:
    def __init__(self, report: Report, paper: Paper) -> None:
        self.report, self.paper, self.user = report, paper, report.user
        self.locale = report.user.locale

    def money(self, amount: Decimal) -> str:
        return money(amount, self.user.currency, self.locale)

    def short(self, amount: Decimal) -> str:
        return short_money(amount, self.user.currency, self.locale)

    def percent(self, percent: int) -> str:
        return percent_text(percent, self.locale)

    def whole(self, amount: Decimal) -> str:
        """Without its cents, for where a chart has little room; nothing for nothing."""
        return self.short(amount.quantize(Decimal(1))) if amount else ""

    def share_of(self, row: CategoryRow) -> str:
        """Of all spending; what is little is not nothing."""
        return f"<{self.percent(1)}" if row.percent == 0 < row.spent else self.percent(row.percent)

    def expenses(self, count: int) -> str:
        return f"{number(count, self.locale)} expense{'' if count == 1 else 's'}"

    def signed(self, amount: Decimal) -> str:
        return f"+{self.money(amount)}" if amount > 0 else self.money(amount)

    def what_of(self, expense: Expense) -> str:
        """What was written down of it; else, as in the app's list, what it was for."""
        said = " · ".join(part for part in (expense.payee, expense.description) if part)
        return said or self.user.categories[expense.category].name

    def month_name(self, month: Month) -> str:
        return month_short(month, self.locale) + (f" {month.year % 100:02d}" if month.month == 1 else "")


def share(value: Decimal, most: Decimal) -> float:
    """How much of `most` it is, from 0 to 1, for a length on paper."""
    return max(0, min(int(value * 10000 / most), 10000)) / 10000 if most > 0 else 0


def height_of(rows: int) -> float:
    """About how much room a table of so many rows takes, with its heading's note."""
    return (rows + 2) * ROW


def state_of(row: BudgetRow) -> tuple[str, Color]:
    if row.spent == row.available > 0:
        return "used up", INK
    if row.months > 1 and row.state == "near":
        return "within", NEAR  # as a whole; in how many months it was not, the table says
    return STATES[row.state]


def together(rows: Sequence[BudgetRow]) -> BudgetRow | None:
    if not rows:
        return None
    available, spent = sum((r.available for r in rows), Decimal(0)), sum((r.spent for r in rows), Decimal(0))
    return BudgetRow(OVERALL, "", available, spent, available - spent, 0, "fine", 1, 0)
