"""What people type about an expense, kept as they typed it until every part of it can be understood."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from wtforms import (
    BooleanField,
    Form,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from lib.categories import UNCATEGORISED, Category
from lib.errors import Invalid
from lib.expenses import ExpenseDraft, draft_of, known_category
from lib.importing.dates import read_day, usual_order
from lib.money import CURRENCIES, parse_amount
from lib.periods import FIRST_DAY, LAST_DAY
from lib.records import MAX_DESCRIPTION, MAX_NOTE, MAX_PAYEE, Expense, User
from lib.storable import text
from lib.tags import read_tags
from lib.writing.formats import money, plain_amount, whole_day
from lib.writing.locales import currency_choices

Answer = TypeVar("Answer")
NOT_SURE = "Not sure yet"
LEAVE_IT = "Let the planner choose"
AUTO = "the planner chooses: no category's key is as long"  # what that option sends


class ExpenseForm(Form):
    """An expense to add or change. `category` and `day` are quick choices; `other_category` and `spent_on` any."""

    amount = StringField("Amount")
    category = RadioField("Category", validate_choice=False, choices=[])
    other_category = SelectField("Another category", validate_choice=False, choices=[])
    payee = StringField("Payee")
    day = RadioField("Day", validate_choice=False, choices=[("today", "Today"), ("yesterday", "Yesterday"), ("other", "Another day")])  # fmt: skip
    spent_on = StringField("Day")
    description = StringField("Description")
    tags = StringField("Tags")
    note = TextAreaField("Note")
    currency = SelectField("Currency", validate_choice=False, choices=currency_choices())
    money_in = BooleanField("Money came in: a refund, a salary")
    receipt = MultipleFileField("Receipts")  # taken in by web.expenses.receipts

    def offer(self, user: User, likeliest: Sequence[Category] = ()) -> "ExpenseForm":
        """Fill the lists that one chooses from, and preselect what is usual."""
        chosen = self.other_category.data or ""
        listed = [c for c in user.categories.all if c in user.categories.offered or c.key == chosen]
        self.category.choices = [(c.key, c.name) for c in likeliest]
        self.other_category.choices = [
            ("", "Another category…" if likeliest else "Choose…"),
            *((c.key, c.name) for c in listed),
            (AUTO, LEAVE_IT),
            (UNCATEGORISED, NOT_SURE),
        ]
        self.currency.data = self.currency.data or user.currency
        if not self.day.data and not self.spent_on.data:
            self.day.data = "today"
        return self

    def draft(self, user: User, today: date, saved: Expense | None = None) -> ExpenseDraft | None:
        """What was meant, or None: then each field's `errors` say what would work. `saved` is what it is to change."""
        currency = self._read("currency", lambda: self._currency(user)) or user.currency
        amount = self._read("amount", lambda: parse_amount(self.typed("amount"), currency, user.locale))
        category = self._read("category", lambda: self._category(user))
        spent_on = self._read("spent_on", lambda: self._day(user, today))
        payee = self._text("payee", MAX_PAYEE)
        description = self._text("description", MAX_DESCRIPTION)
        note = self._text("note", MAX_NOTE)
        tags = self._read("tags", lambda: read_tags(self.typed("tags"))) or ()
        if self.errors or amount is None or category is None or spent_on is None:
            return None
        # An Income comes in without being told so, until someone takes that back by hand.
        by_hand = saved is not None and category == user.categories[saved.category].key
        money_in = True if self.money_in.data else False if by_hand else None
        auto = self.leaves_it
        return ExpenseDraft(
            amount, currency, category, spent_on, payee, description, note, tags, money_in, auto
        )

    def typed(self, name: str) -> str:
        return str(self[name].data or "").strip()

    @property
    def leaves_it(self) -> bool:
        """Whether the category is left to the planner."""
        return self.typed("other_category") == AUTO

    @property
    def details(self) -> bool:
        """Whether something is in the fields that are folded away at first."""
        folded = (self.description, self.tags, self.note, self.money_in)
        return any(field.data for field in folded) or any(field.errors for field in (*folded, self.currency))

    def _read(self, name: str, read: Callable[[], Answer]) -> Answer | None:
        try:
            return read()
        except Invalid as problem:
            self[name].errors = [problem.message]
            return None

    def _text(self, name: str, longest: int) -> str:
        return self._read(name, lambda: text(self.typed(name).replace("\r\n", "\n"), name, longest)) or ""

    def _currency(self, user: User) -> str:
        code = self.typed("currency") or user.currency
        if code not in CURRENCIES and code != user.currency:
            raise Invalid("Choose a currency from the list.", "currency")
        return code

    def _category(self, user: User) -> str:
        likely, other = self.typed("category"), self.typed("other_category")
        if likely and other and likely != other:
            raise Invalid("Two categories are chosen here. Keep one of them.", "category")
        if not likely and not other:
            raise Invalid(f"Choose a category, “{LEAVE_IT}”, or “{NOT_SURE}”.", "category")
        return UNCATEGORISED if other == AUTO else known_category(user, likely or other)

    def _day(self, user: User, today: date) -> date:
        chosen, typed = self.typed("day"), self.typed("spent_on")
        quick = {"today": today, "yesterday": today - timedelta(days=1)}.get(chosen)
        if quick is None:
            return day_typed(typed, user.locale) if typed or chosen else today
        if typed and day_typed(typed, user.locale) != quick:
            raise Invalid(f"You chose {chosen} and also wrote a day. Keep one of them.", "spent_on")
        return quick


def day_typed(typed: str, locale: str, field: str = "spent_on") -> date:
    """The day that was typed: 2026-11-21, as calendars send it, or in the order of the locale. Raises Invalid."""
    day = read_day(typed, usual_order(locale))
    if day is None:
        raise Invalid(f"Use a day from {FIRST_DAY} to {LAST_DAY}, such as 2026-11-21.", field)
    return day


def filled(draft: ExpenseDraft, user: User, **others: Any) -> ExpenseForm:
    """The form with what is known of an expense; `others` instead of that."""
    return ExpenseForm(
        data={
            "amount": plain_amount(draft.amount, draft.currency, user.locale),
            "currency": draft.currency,
            "other_category": user.categories[draft.category].key,
            "spent_on": draft.spent_on.isoformat(),
            "payee": draft.payee,
            "description": draft.description,
            "note": draft.note,
            "tags": ", ".join(draft.tags),
            "money_in": draft.money_in,
            **others,
        }
    )


def filled_with(saved: Expense, user: User) -> ExpenseForm:
    """The form that changes what is saved."""
    others = {"other_category": AUTO} if saved.is_waiting else {}
    return filled(draft_of(saved), user, **others)


class Difference(NamedTuple):
    field: str
    mine: str
    saved: str


def differences(mine: ExpenseDraft, saved: Expense, user: User) -> list[Difference]:
    """Where what someone typed differs from what is saved, in words. A category left to the planner is none of theirs."""
    pairs = zip(_shown(mine, user), _shown(draft_of(saved), user), strict=True)
    found = [Difference(name, one, other) for (name, one), (_, other) in pairs if one != other]
    return [each for each in found if each.field != "Category" or not mine.auto]


def _shown(draft: ExpenseDraft, user: User) -> list[tuple[str, str]]:
    return [
        ("Amount", money(draft.amount, draft.currency, user.locale)),
        ("Money came in", "Yes" if draft.comes_in else "No"),
        ("Category", user.categories[draft.category].name),
        ("Day", whole_day(draft.spent_on, user.locale)),
        ("Payee", draft.payee),
        ("Description", draft.description),
        ("Tags", ", ".join(draft.tags)),
        ("Note", draft.note),
    ]
