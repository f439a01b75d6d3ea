"""What all parts of the API share. Names, limits and examples of models are the documentation."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lib.categories import UNCATEGORISED, Category
from lib.errors import Invalid
from lib.expenses import known_category
from lib.money import rounded
from lib.records import Sum, User
from web.api.fields import Amount, MonthIn, Words

State = Literal["ok", "unavailable"]
CategoryName = Annotated[str, Words(60, 1), Field(examples=["Groceries"])]
"""A category as it comes in: by its name, in any case, or by its key."""


class In(BaseModel):
    """What comes in: nothing is guessed or converted, and no name is overlooked."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)


class Out(BaseModel):
    """What goes out."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class FieldError(Out):
    field: str = Field(examples=["amount"])
    """What it is about; a dot leads into a list, such as tags.0."""
    message: str = Field(examples=["Use an amount above zero."])
    """What would be right."""


class Problem(Out):
    """What went wrong, in the form of RFC 9457 and in words for people."""

    type: Literal["about:blank"] = "about:blank"
    title: str = Field(examples=["That needs a change"])
    status: int = Field(examples=[400])
    detail: str = Field(examples=["amount: Use an amount above zero."])
    errors: list[FieldError] | None = None
    """The fields that need a change, where that is the problem."""
    request_id: str = Field(examples=["4f0c5a1e9b7d2c38"])
    """Names this request in the server's log."""


class Who(Out):
    username: str = Field(examples=["maria.k"])
    display_name: str = Field(examples=["Maria"])


class SessionState(Out):
    authenticated: bool
    user: Who | None
    """Null for a stranger."""


class ContactInfo(Out):
    email: str = Field(examples=["maria@example.com"])
    email_confirmed: bool
    """Whether it is known to be yours: messages wait until then."""
    phone: str | None = Field(examples=["+4930123456"])
    """In E.164; null where none is given."""
    phone_confirmed: bool
    """Whether it is known to be yours, and takes SMS: none are sent until then."""
    subscription: Literal["confirmed", "pending", "none"]
    """How e-mails about your budgets stand: they come; the address was asked and has not answered; or nobody asked it."""


class CategoryOut(Out):
    key: str = Field(examples=["Groceries"])
    """Stays the same for ever."""
    name: str = Field(examples=["Groceries"])
    """As its owner calls it at present."""
    icon: str = Field(examples=["basket"])
    """Name of a Bootstrap icon."""
    colour: int = Field(examples=[1])
    """One of the theme's hues, 0 to 17."""
    is_spending: bool
    """Whether it counts as spending: Income and Transfers do not."""
    archived: bool
    """No longer offered for new expenses."""

    @classmethod
    def of(cls, category: Category) -> "CategoryOut":
        return cls(
            key=category.key,
            name=category.name,
            icon=category.icon,
            colour=category.colour,
            is_spending=category.is_spending,
            archived=category.archived,
        )


class CategoryList(Out):
    categories: list[CategoryOut]


class SumOut(Out):
    currency: str = Field(examples=["EUR"])
    spent: Amount = Field(examples=["412.30"])
    """Money out less money in, of spending categories."""
    received: Amount = Field(examples=["0.00"])
    """Money in less money out, of Income."""
    count: int
    """Of expenses."""

    @classmethod
    def of(cls, found: Sum) -> "SumOut":
        return cls(
            currency=found.currency,
            spent=rounded(found.spent, found.currency),
            received=rounded(found.received, found.currency),
            count=found.count,
        )


class MonthQuery(In):
    month: MonthIn | None = Field(None, examples=["2026-11"])
    """The current month, in your time zone, where it is left out."""


class Health(Out):
    status: Literal["ok"]


class Readiness(Out):
    status: State
    parts: dict[str, State]
    """The store, the files, the queue and the messenger."""


def category_key(user: User, name: str) -> str:
    """The key that counts for the category of that name or key. Raises Invalid where the user has none."""
    found = user.categories.find(name)
    if found is not None:
        return found.key
    if name.casefold() == "uncategorized":  # as Americans spell it
        return UNCATEGORISED
    try:
        return known_category(user, name)
    except Invalid:
        words = f"You have no category called “{name}”. /api/categories lists those you have."
        raise Invalid(words, "category") from None
