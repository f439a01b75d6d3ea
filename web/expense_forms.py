"""What people type about an expense, kept as they typed it until every part of it can be understood."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from babel.dates import get_date_format

from lib import cldr
from lib.errors import Invalid
from lib.expenses import ExpenseDraft, known_category, tidy_tags
from lib.formats import plain_amount
from lib.money import CURRENCIES, parse_amount
from lib.periods import FIRST_DAY, LAST_DAY
from lib.records import MAX_DESCRIPTION, MAX_NOTE, MAX_PAYEE, MAX_TAG, MAX_TAGS, User, text

Answer = TypeVar("Answer")
TEXTS = (
    "amount",
    "currency",
    "category",
    "other_category",
    "day",
    "spent_on",
    "payee",
    "description",
    "note",
    "tags",
)


@dataclass
class ExpenseForm:
    """One form's fields as text, and under `errors` what to say at which of them."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @classmethod
    def of(cls, draft: ExpenseDraft, user: User) -> "ExpenseForm":
        """The form filled in with what is known."""
        return cls(
            {
                "amount": plain_amount(draft.amount, draft.currency, user.locale),
                "currency": draft.currency,
                "other_category": user.categories[draft.category].key,
                "spent_on": draft.spent_on.isoformat(),
                "payee": draft.payee,
                "description": draft.description,
                "note": draft.note,
                "tags": ", ".join(draft.tags),
                "money_in": "1" if draft.money_in else "",
            }
        )

    def draft(self, user: User, today: date) -> ExpenseDraft | None:
        """What was meant, or None: then `errors` says why."""
        currency = (
            self._read("currency", lambda: _currency(self["currency"] or user.currency)) or user.currency
        )
        amount = self._read("amount", lambda: parse_amount(self["amount"], currency, user.locale))
        category = self._read("category", lambda: self._category(user))
        spent_on = self._read("spent_on", lambda: self._day(user, today))
        payee = self._text("payee", MAX_PAYEE)
        description = self._text("description", MAX_DESCRIPTION)
        note = self._text("note", MAX_NOTE)
        tags = self._read("tags", lambda: read_tags(self["tags"])) or ()
        if self.errors or amount is None or category is None or spent_on is None:
            return None
        money_in = True if self["money_in"] else None
        return ExpenseDraft(amount, currency, category, spent_on, payee, description, note, tags, money_in)

    def _read(self, name: str, read: Callable[[], Answer]) -> Answer | None:
        try:
            return read()
        except Invalid as problem:
            self.errors[name] = problem.message
            return None

    def _text(self, name: str, longest: int) -> str:
        return self._read(name, lambda: text(self[name].strip().replace("\r\n", "\n"), name, longest)) or ""

    def _category(self, user: User) -> str:
        likely, other = self["category"], self["other_category"]
        if likely and other and likely != other:
            raise Invalid("Two categories are chosen. Keep one of them.", "category")
        if not likely and not other:
            raise Invalid("Choose a category, or “Not sure yet”.", "category")
        return known_category(user, likely or other)

    def _day(self, user: User, today: date) -> date:
        chosen, typed = self["day"], self["spent_on"].strip()
        quick = {"today": today, "yesterday": today - timedelta(days=1)}.get(chosen)
        if quick is None:
            return read_day(typed, user.locale) if typed or chosen else today
        if typed and read_day(typed, user.locale) != quick:
            raise Invalid(f"You chose {chosen} and also typed a day. Keep one of them.", "spent_on")
        return quick


def read_tags(typed: str) -> tuple[str, ...]:
    """Tags separated by commas."""
    tags = tidy_tags(typed.split(","))
    if len(tags) > MAX_TAGS:
        raise Invalid(f"Use up to {MAX_TAGS} tags, separated by commas.", "tags")
    return tuple(text(tag, "tags", MAX_TAG) for tag in tags)


_PARTS = re.compile(
    r"\s*(\d{1,4})\s*[./\-\s年월년]\s*(\d{1,2})\s*[./\-\s月]\s*(\d{1,4})\s*\.?[日일]?\s*", re.ASCII
)


def read_day(typed: str, locale: str) -> date:
    """The day that was typed: 2026-11-21, or in the order of the locale ("21.11.2026" in German, "11/21/26" in American).

    Raises:
        Invalid: If it is no day between FIRST_DAY and LAST_DAY.
    """
    found = _PARTS.fullmatch(typed)
    try:
        if found is None:
            raise ValueError
        first, second, third = (int(part) for part in found.groups())
        order = "ymd" if len(found[1]) == 4 else _order(locale)
        parts = dict(zip(order, (first, second, third), strict=True))
        year = parts["y"] + 2000 if parts["y"] < 100 and len(found[order.index("y") + 1]) == 2 else parts["y"]
        day = date(year, parts["m"], parts["d"])
    except ValueError:
        raise Invalid("Write a day as year-month-day, such as 2026-11-21.", "spent_on") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(f"Use a day between {FIRST_DAY} and {LAST_DAY}.", "spent_on")
    return day


def _order(locale: str) -> str:
    """In which order day, month and year are written there: "dmy", "mdy" or "ymd"."""
    pattern = str(get_date_format("short", cldr.locale_of(locale)).pattern).lower()
    return "".join(sorted("dmy", key=pattern.index))


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        raise Invalid("Choose a currency from the list.", "currency")
    return code
