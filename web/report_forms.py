"""What people choose on the page that makes a report."""

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField

from lib.errors import Invalid
from lib.periods import FIRST_DAY, LAST_DAY, Month
from lib.records import User
from lib.reporting import runs
from lib.reporting.periods import (
    CUSTOM,
    MONTHLY,
    WEEKLY,
    YEARLY,
    Period,
    custom_period,
    month_period,
    week_period,
    year_period,
)
from lib.writing.formats import month_name
from web.account_forms import Form

KINDS = ((MONTHLY, "Month"), (WEEKLY, "Week"), (YEARLY, "Year"), (CUSTOM, "Other days"))
MONTHS, YEARS = 36, 10  # back from today; any others are "other days"


class ReportForm(Form):
    kind = RadioField("What for", choices=KINDS, default=MONTHLY)
    month = SelectField("Month")
    week = DateField("A day of the week", default=None)
    year = SelectField("Year")
    start_date = DateField("First day", default=None)
    end_date = DateField("Last day", default=None)
    csv = BooleanField("Also all expenses as CSV")
    xlsx = BooleanField("Also everything as an Excel workbook")
    with_receipts = BooleanField("Show the receipts, as small pictures at the end of the PDF")

    def __init__(self, user: User, today: date, **more: Any) -> None:
        super().__init__(**more)
        self.user = user
        this = Month.of(today)
        months = [this.plus(-back) for back in range(MONTHS)]
        self.month.choices = [(str(month), month_name(month, user.locale)) for month in months]
        self.year.choices = [(str(today.year - back), str(today.year - back)) for back in range(YEARS)]
        if not self.is_submitted():
            self.month.data = str(this.plus(-1) if today.day <= 15 else this)
            self.week.data = today
            self.start_date.data, self.end_date.data = this.first, today

    @property
    def formats(self) -> tuple[str, ...]:
        chosen = ((runs.CSV, self.csv.data), (runs.XLSX, self.xlsx.data))
        return (runs.PDF, *(form for form, wanted in chosen if wanted))

    def period(self) -> Period:
        """The days that were chosen. Raises Invalid at the field that does not name any."""
        kind = self.kind.data
        if kind == MONTHLY:
            return month_period(Month.parse(self.typed("month")))
        if kind == WEEKLY:
            return week_period(self.user, self._day("week"))
        if kind == YEARLY:
            text = self.typed("year")
            return year_period(int(text) if len(text) == 4 and text.isascii() and text.isdigit() else 0)
        if kind == CUSTOM:
            return custom_period(self._day("start_date"), self._day("end_date"))
        raise Invalid("Choose from what is offered.", "kind")

    def _day(self, name: str) -> date:
        day = self[name].data
        self[name].errors = []
        if not isinstance(day, date) or not FIRST_DAY <= day <= LAST_DAY:
            raise Invalid(f"Use a date from {FIRST_DAY} to {LAST_DAY}, such as 2026-11-21.", name)
        return day
