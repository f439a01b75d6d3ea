"""Expenses as the API takes and gives them."""

import datetime
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from lib.categories import UNCATEGORISED
from lib.expenses import ExpenseDraft
from lib.money import rounded
from lib.records import (
    MAX_DESCRIPTION,
    MAX_NOTE,
    MAX_PAYEE,
    MAX_TAG,
    MAX_TAGS,
    Expense,
    Filters,
    User,
)
from web.api.fields import (
    Amount,
    AmountAsked,
    AmountIn,
    Currency,
    DayIn,
    FileIn,
    Moment,
    Whole,
    Words,
    YesOrNo,
)
from web.api.filing_models import FilingOut, is_auto
from web.api.models import CategoryName, In, Out, SumOut, category_key
from web.api.receipt_models import KEY, ReceiptOut

Tag = Annotated[str, Words(MAX_TAG, 1, without=","), Field(examples=["holiday"])]
MAX_VERSION = 2**31 - 1


class ExpenseQuery(In):
    """Which expenses to list. Everything that is given must hold."""

    search: Annotated[str, Words(100)] = Field("", examples=["rewe"])
    """Words that occur in the payee, description, note or tags, whatever their case or accents; up to 20."""
    category: list[CategoryName] = Field([], max_length=20)
    """A category's name or key. Given several times: any of them."""
    start_date: DayIn | None = Field(None, examples=["2026-11-01"])
    """The first day."""
    end_date: DayIn | None = Field(None, examples=["2026-11-30"])
    """The last day, included."""
    min_amount: AmountAsked | None = Field(None, examples=["10"])
    """Included."""
    max_amount: AmountAsked | None = Field(None, examples=["99.99"])
    """Included."""
    tag: Tag | None = None
    """A whole tag, written as it is."""
    currency: Currency | None = Field(None, examples=["EUR"])
    uncategorised: YesOrNo = False
    """Those without a category; along with `category`, these too."""
    trash: YesOrNo = False
    """Those in the trash, the last deleted first, instead of those that count."""
    sort: Literal["newest", "oldest", "largest", "smallest"] = "newest"
    totals: YesOrNo = False
    """Whether to say what all expenses that match add up to."""
    cursor: Annotated[str, Words(500)] = ""
    """The `next_cursor` of the page before. The filters must be the same."""
    limit: Annotated[int, Whole(1, 200, in_address=True)] = 50
    """How many at most."""

    def filters(self, user: User) -> Filters:
        """Raises Invalid for a category that the user does not have."""
        keys = [category_key(user, name) for name in self.category]
        return Filters(
            text=self.search,
            categories=tuple(keys + [UNCATEGORISED] * self.uncategorised),
            since=self.start_date,
            until=self.end_date and self.end_date + timedelta(days=1),
            least=self.min_amount,
            most=self.max_amount,
            tag=self.tag or "",
            currency=self.currency or "",
            removed=self.trash,
            sort=self.sort,
        )


class _Expense(In):
    amount: AmountIn
    category: CategoryName
    """A category's name, in any case, or its key. "auto" leaves it to the planner, "Uncategorised" leaves it open."""
    payee: Annotated[str, Words(MAX_PAYEE)] = Field("", examples=["REWE"])
    description: Annotated[str, Words(MAX_DESCRIPTION)] = Field("", examples=["Weekly shopping"])
    note: Annotated[str, Words(MAX_NOTE)] = ""
    tags: list[Tag] = Field([], max_length=MAX_TAGS)
    money_in: bool | None = None
    """True where money came in: a refund, a salary. Null: as the category says (Income comes in)."""

    def _draft(self, user: User, currency: str, day: datetime.date) -> ExpenseDraft:
        auto = is_auto(user, self.category)
        return ExpenseDraft(
            amount=self.amount,
            currency=currency,
            category=UNCATEGORISED if auto else category_key(user, self.category),
            spent_on=day,
            payee=self.payee,
            description=self.description,
            note=self.note,
            tags=tuple(self.tags),
            money_in=self.money_in,
            auto=auto,
        )


class NewExpense(_Expense):
    """An expense to add."""

    date: DayIn | None = Field(None, examples=["2026-11-21"])
    """The day it was spent on. Null: today, in your time zone."""
    currency: Currency | None = Field(None, examples=["EUR"])
    """Null: the account's."""
    receipt_url: Annotated[str, Words(200, 1)] | None = None
    """The `key` of a receipt that was uploaded for it."""

    def draft(self, user: User, today: datetime.date) -> ExpenseDraft:
        """Raises Invalid for a category that the user does not have."""
        return self._draft(user, self.currency or user.currency, self.date or today)


class NewExpenseForm(NewExpense):
    """The same as a form, along with a receipt."""

    money_in: YesOrNo | None = None  # a form has text only
    """True where money came in: a refund, a salary. Left out: as the category says (Income comes in)."""
    receipt: FileIn | None = None
    """JPG, PNG, GIF, WEBP, HEIC or PDF, by what is in it, with up to 10 MiB; under this name or as `file`."""
    file: FileIn | None = None
    """The same under another name."""


class ChangedExpense(_Expense):
    """What an expense is to be. Whatever is left out becomes empty."""

    date: DayIn = Field(examples=["2026-11-21"])
    currency: Currency = Field(examples=["EUR"])
    version: Annotated[int, Whole(1, MAX_VERSION)]
    """The version that you read. If it is not the saved one any more, nothing is changed."""

    def draft(self, user: User) -> ExpenseDraft:
        """Raises Invalid for a category that the user does not have."""
        return self._draft(user, self.currency, self.date)


class NewHeaders(In):
    key: Annotated[str, Words(64, 1)] | None = Field(None, alias="Idempotency-Key")
    """Anything that you never use for another expense, such as a UUID: a request that is sent twice then adds once."""


class ExpenseOut(Out):
    id: str = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    date: datetime.date = Field(examples=["2026-11-21"])
    amount: Amount = Field(examples=["12.50"])
    """Always more than zero."""
    currency: str = Field(examples=["EUR"])
    category: str = Field(examples=["Groceries"])
    """The category's name at present."""
    category_key: str = Field(examples=["Groceries"])
    """What the category is called by programs: stays when it is renamed."""
    status: Literal["pending", "processed"]
    """"pending" while the planner has still to find its category, after "auto"."""
    filing: FilingOut | None
    """What the planner itself found, and why. Null where you chose the category, or nobody has."""
    money_in: bool
    """Whether money came in, as with a refund or a salary."""
    payee: str = Field(examples=["REWE"])
    description: str = Field(examples=["Weekly shopping"])
    note: str
    tags: list[str] = Field(examples=[["holiday"]])
    receipt_url: str | None = Field(examples=[KEY])
    """The key of the first receipt; /api/receipts/{expense_id} has addresses to see them by."""
    receipts: list[ReceiptOut]
    created_at: Moment
    updated_at: Moment | None
    version: int
    """Goes up with every change."""

    @classmethod
    def of(cls, expense: Expense, user: User) -> "ExpenseOut":
        category = user.categories[expense.category]
        receipts = [ReceiptOut.of(each, user, expense.expense_id) for each in expense.receipts]
        return cls(
            id=expense.expense_id,
            date=expense.spent_on,
            amount=rounded(expense.amount, expense.currency),
            currency=expense.currency,
            category=category.name,
            category_key=category.key,
            status="pending" if expense.is_waiting else "processed",
            filing=None if expense.filing is None else FilingOut.of(expense.filing, user),
            money_in=expense.money_in,
            payee=expense.payee,
            description=expense.description,
            note=expense.note,
            tags=list(expense.tags),
            receipt_url=receipts[0].key if receipts else None,
            receipts=receipts,
            created_at=expense.created_at,
            updated_at=expense.updated_at,
            version=expense.version,
        )


class ExpenseList(Out):
    expenses: list[ExpenseOut]
    next_cursor: str | None
    """Where the next page starts; null at the end."""
    totals: list[SumOut] | None
    """What all expenses that match add up to, one entry a currency. Null unless asked for, and where very many would have to
    be looked through for it: give `start_date` and `end_date` then. Whole months always have theirs."""
