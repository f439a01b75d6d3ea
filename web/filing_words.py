"""What the planner filed by itself, in words: how sure it is, and why."""

from typing import NamedTuple

from lib.categories import UNCATEGORISED, Category
from lib.categorising.categoriser import Suggestion
from lib.filing.asking import how_sure
from lib.records import Filing, User

# A confidence as a chip: the state that colours it, and its word.
CERTAIN = {"sure": ("fine", "sure"), "likely": ("none", "likely"), "unsure": ("near", "unsure")}


class Why(NamedTuple):
    """Why a category is thought right."""

    category: Category
    reason: str  # a sentence
    percent: int
    state: str
    word: str


def why_filed(filing: Filing, user: User) -> Why:
    return _why(user.categories[filing.category], filing.reason, filing.confidence)


def why_suggested(suggestion: Suggestion, user: User) -> Why | None:
    """Why its guess is the best; None where it has none."""
    if suggestion.guess == UNCATEGORISED:
        return None
    return _why(user.categories[suggestion.guess], suggestion.reason, suggestion.percent)


def _why(category: Category, reason: str, percent: int) -> Why:
    state, word = CERTAIN[how_sure(percent)]
    return Why(category, sentence(reason), percent, state, word)


def sentence(reason: str) -> str:
    """ "you filed REWE under Groceries twice" as it stands by itself."""
    return f"{reason[:1].upper()}{reason[1:]}." if reason else ""
