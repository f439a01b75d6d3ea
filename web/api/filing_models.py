"""Suggestions and what was filed by itself, as the API takes and gives them."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from lib.categorising.categoriser import Suggestion
from lib.categorising.purchase import Purchase
from lib.filing.asking import how_sure
from lib.filing.categorizer import Learned
from lib.filing.replay import Replay
from lib.records import MAX_DESCRIPTION, MAX_PAYEE, Filing, User
from web.api.fields import AmountAsked, AmountIn, Currency, DayIn, Moment, Words, YesOrNo
from web.api.models import In, Out

AUTO = "auto"
Certainty = Literal["sure", "likely", "unsure"]


def is_auto(user: User, name: str) -> bool:
    """Whether that leaves the category to the planner: "auto", unless the person has a category that is written just so."""
    if name.casefold() != AUTO:
        return False
    found = user.categories.find(name)
    return found is None or (name == AUTO and AUTO not in (found.name, found.key))


class _Asked(In):
    payee: Annotated[str, Words(MAX_PAYEE)] = Field("", examples=["REWE"])
    description: Annotated[str, Words(MAX_DESCRIPTION)] = Field("", examples=["Weekly shopping"])
    currency: Currency | None = Field(None, examples=["EUR"])
    """Null: the account's."""
    date: DayIn | None = Field(None, examples=["2026-11-21"])
    """Null: today, in your time zone."""


class SuggestQuery(_Asked):
    amount: AmountAsked | None = Field(None, examples=["12.50"])
    money_in: YesOrNo = False
    """True where money came in."""

    def purchase(self, user: User, today: datetime.date) -> Purchase:
        return _purchase(self, user, today)


class SuggestIn(_Asked):
    """A purchase, as far as it is known."""

    amount: AmountIn | None = None
    money_in: bool = False
    """True where money came in."""

    def purchase(self, user: User, today: datetime.date) -> Purchase:
        return _purchase(self, user, today)


class Alternative(Out):
    category: str = Field(examples=["Food & Dining"])
    category_key: str = Field(examples=["Food & Dining"])
    percent: int = Field(examples=[7])
    """Of all that it could be."""


class SuggestionOut(Out):
    category: str = Field(examples=["Groceries"])
    """The category's name; "Uncategorised" where none is likely enough."""
    category_key: str = Field(examples=["Groceries"])
    guess: str = Field(examples=["Groceries"])
    """The likeliest category's name, likely enough or not."""
    guess_key: str = Field(examples=["Groceries"])
    confidence: int = Field(examples=[97])
    """How likely the guess is right, in percent."""
    certainty: Certainty
    """The same in a word."""
    source: str = Field(examples=["history"])
    """What it goes by: "rule", "history", "look-alike", "habit", "brand", "word", "general" or "nothing"."""
    reason: str = Field(examples=["you filed Rewe under Groceries 14 times"])
    alternatives: list[Alternative]
    """What else it could be, the likeliest first."""

    @classmethod
    def of(cls, suggestion: Suggestion, user: User) -> "SuggestionOut":
        category, guess = user.categories[suggestion.category], user.categories[suggestion.guess]
        return cls(
            category=category.name,
            category_key=category.key,
            guess=guess.name,
            guess_key=guess.key,
            confidence=suggestion.percent,
            certainty=how_sure(suggestion.percent),
            source=suggestion.source,
            reason=suggestion.reason,
            alternatives=[
                Alternative(
                    category=user.categories[key].name,
                    category_key=key,
                    percent=int(share * 100),
                )
                for key, share in suggestion.alternatives
            ],
        )


class FilingOut(Out):
    """Where the planner itself put an expense, or would have."""

    category: str = Field(examples=["Groceries"])
    """The category's name: the expense's, or only the best guess where the expense has none."""
    category_key: str = Field(examples=["Groceries"])
    confidence: int = Field(examples=[97])
    """How likely that is right, in percent."""
    certainty: Certainty
    source: str = Field(examples=["brand"])
    """As of suggestions; "waiting" where nobody has looked yet."""
    reason: str = Field(examples=["Shell is a fuel station"])

    @classmethod
    def of(cls, filing: Filing, user: User) -> "FilingOut":
        category = user.categories[filing.category]
        return cls(
            category=category.name,
            category_key=category.key,
            confidence=filing.confidence,
            certainty=how_sure(filing.confidence),
            source=filing.source,
            reason=filing.reason,
        )


class LearnedOut(Out):
    """What the planner goes by where you have filed the like before."""

    expenses: int = Field(examples=[842])
    """That you filed yourself."""
    shops: int = Field(examples=[97])
    status: Literal["learned", "learning"]

    @classmethod
    def of(cls, learned: Learned) -> "LearnedOut":
        status = "learning" if learned.is_at_work else "learned"
        return cls(expenses=learned.purchases, shops=learned.shops, status=status)


class ReplayHeaders(In):
    key: Annotated[str, Words(64, 1)] | None = Field(None, alias="Idempotency-Key")
    """Anything that you never use for another, such as a UUID: a request that is sent twice then starts one."""


class MoveOut(Out):
    from_category: str = Field(examples=["Uncategorised"])
    to_category: str = Field(examples=["Groceries"])
    count: int = Field(examples=[12])
    """Of expenses."""
    examples: list[str] = Field(examples=[["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"]])
    """Ids of some, the latest first."""


class ReplayOut(Out):
    """A look through your history with what is known by now."""

    id: str = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    status: Literal["looking", "ready", "applying", "done", "taking back", "taken back"]
    percent: int
    """How far it is with what it is doing."""
    moves: list[MoveOut]
    """What would be filed elsewhere, the most frequent first."""
    changed: int
    """Expenses that were."""
    created_at: Moment

    @classmethod
    def of(cls, run: Replay, user: User) -> "ReplayOut":
        return cls(
            id=run.replay_id,
            status=run.state,
            percent=run.percent if run.is_at_work else 100,
            moves=[
                MoveOut(
                    from_category=user.categories[move.before].name,
                    to_category=user.categories[move.after].name,
                    count=move.number,
                    examples=list(move.examples),
                )
                for move in run.moves
            ],
            changed=run.changed,
            created_at=run.created_at,
        )


class ReplayList(Out):
    replays: list[ReplayOut]


def _purchase(asked: SuggestQuery | SuggestIn, user: User, today: datetime.date) -> Purchase:
    return Purchase(
        asked.date or today,
        asked.description,
        asked.payee,
        asked.amount,
        asked.money_in,
        asked.currency or user.currency,
    )
