"""Between the planner's records and what the categoriser asks and answers."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from lib.categories import INCOME, UNCATEGORISED
from lib.categorising.calibration import SURE
from lib.categorising.categoriser import Suggestion
from lib.categorising.purchase import Purchase
from lib.records import MAX_REASON, WAITING, Expense, Filing, User

if TYPE_CHECKING:
    from lib.importing.drafts import Draft

AT_ONCE = frozenset(
    {"rule", "history"}
)  # what is sure enough to be filed without waiting for the categoriser
OWN = frozenset({"rule", "history", "look-alike", "habit"})  # sources that are the person's own
SURE_PERCENT = int(SURE * 100)
LIKELY_PERCENT = 60

Suggest = Callable[[Purchase], Suggestion]


class LookAlikes(NamedTuple):
    """Which purchases one answer can file together: the same shop, and money that went the same way."""

    merchant: str  # without a card's noise; empty where there is nothing to tell a shop by
    money_in: bool

    @classmethod
    def of(cls, purchase: Purchase) -> "LookAlikes":
        return cls(purchase.merchant, purchase.money_in)

    @property
    def key(self) -> str:
        """As a form sends it."""
        return f"{'+' if self.money_in else '-'}{self.merchant}"


def purchase_of(expense: Expense) -> Purchase:
    return Purchase(
        expense.spent_on,
        expense.description,
        expense.payee,
        expense.amount,
        expense.money_in,
        expense.currency,
    )


def purchase_in(row: "Draft") -> Purchase:
    """What a row of a file says was bought."""
    return Purchase(row.spent_on, row.description, row.payee, row.amount, row.money_in, row.currency)


def alike(expense: Expense) -> LookAlikes:
    return LookAlikes.of(purchase_of(expense))


def country_of(user: User) -> str:
    """Where someone lives, as far as their locale says: "de" of "de_DE"; empty where it does not."""
    last = user.locale.rpartition("_")[2]
    return last.lower() if len(last) == 2 and last != user.locale else ""


def filing_of(suggestion: Suggestion) -> Filing:
    """What a suggestion leaves on an expense: its category, or its best guess."""
    reason = suggestion.reason
    if len(reason) > MAX_REASON:
        reason = reason[: MAX_REASON - 1] + "…"
    return Filing(suggestion.guess, suggestion.percent, suggestion.source, reason)


def filed(expense: Expense, suggestion: Suggestion) -> Expense:
    """The expense where the suggestion says, money going the way it went before."""
    return replace(expense, category=suggestion.category, filing=filing_of(suggestion))


def answered(expense: Expense, suggestion: Suggestion) -> Expense:
    """As `filed`, of what was left to the planner whole: what turns out to be income came in, as where a person chooses it."""
    found = filed(expense, suggestion)
    return replace(found, money_in=True) if found.category == INCOME else found


def waiting(expense: Expense) -> Expense:
    """The expense without a category, for the categoriser to look at."""
    return replace(expense, category=UNCATEGORISED, filing=Filing(UNCATEGORISED, 0, WAITING))


def is_sure(suggestion: Suggestion) -> bool:
    """Whether it can be filed at once, by what the person said themselves."""
    return suggestion.source in AT_ONCE and suggestion.sure and suggestion.category != UNCATEGORISED


def outdoes(source: str, percent: int, filing: Filing | None) -> bool:
    """Whether an answer by now counts for more than what an expense was filed by.

    What a person said or did is known now as it was then. What a file told besides, that money came back or from a stranger,
    is not: it stands until something is surer.
    """
    return filing is None or source in OWN or filing.source in OWN or percent > filing.confidence


def how_sure(percent: int) -> Literal["sure", "likely", "unsure"]:
    """A confidence in a word."""
    if percent >= SURE_PERCENT:
        return "sure"
    return "likely" if percent >= LIKELY_PERCENT else "unsure"
