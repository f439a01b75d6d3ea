"""Rules that a person wrote: the first that fits decides. Nothing learned and nothing known comes before them."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import re2

from lib.categorising.purchase import Purchase
from lib.categorising.text import all_plain
from lib.errors import Invalid
from lib.records import MAX_DESCRIPTION, MAX_PAYEE

MAX_RULES = 1000
MAX_NAME = 60
MAX_PATTERN = 200
LONGEST_TEXT = MAX_PAYEE + 1 + MAX_DESCRIPTION
MOST_TOGETHER = 100_000  # steps of all patterns of a person: what a text may cost at worst grows with them
_MEMORY = 1 << 18  # bytes a pattern may take; RE2 refuses those that need more

How = Literal["contains", "words", "regex"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Files what `pattern` is found in, and whose amount lies in the range, under `category`. Whatever is empty does not matter."""

    rule_id: str
    name: str
    category: str  # a category's key
    how: How = "contains"
    pattern: str = ""
    least: Decimal | None = None  # included
    most: Decimal | None = None  # included
    money_in: bool | None = None  # None: either way
    active: bool = True

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > MAX_NAME:
            raise Invalid(f"Give the rule a name of up to {MAX_NAME} characters.", "name")
        if not self.category:
            raise Invalid("Choose a category for the rule.", "category")
        if len(self.pattern) > MAX_PATTERN:
            raise Invalid(f"Use up to {MAX_PATTERN} characters.", "pattern")
        if self.how not in ("contains", "words", "regex"):
            raise Invalid("Choose how the text is looked for.", "how")
        if not self.pattern.strip() and self.least is None and self.most is None:
            raise Invalid("Say which text or which amounts the rule is about.", "pattern")
        if self.pattern.strip() and self.how != "regex" and not all_plain(self.pattern):
            raise Invalid("Use at least one letter or digit.", "pattern")
        if any(limit is not None and not limit.is_finite() for limit in (self.least, self.most)):
            raise Invalid("Use a number.", "least")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise Invalid("The smaller amount comes first.", "most")
        if self.how == "regex":
            compiled(self.pattern)

    def fits(self, purchase: Purchase) -> bool:
        return self.applies(purchase) and finder(self.how, self.pattern)(seen(purchase.text))

    def applies(self, purchase: Purchase) -> bool:
        """Everything but the text."""
        if not self.active or (self.money_in is not None and self.money_in != purchase.money_in):
            return False
        amount, least, most = purchase.amount, self.least, self.most
        if amount is None:
            return least is None and most is None
        return (least is None or least <= amount) and (most is None or amount <= most)


def steps_of(rules: Iterable[Rule]) -> int:
    """How much there is to their patterns: some 20 steps each, hundreds where they ask for any letter of any script."""
    return sum(compiled(rule.pattern).programsize for rule in rules if rule.how == "regex")


class Rules:
    """A person's rules in their order. Immutable."""

    __slots__ = ("_finders", "all")

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.all = tuple(rules)
        if len(self.all) > MAX_RULES:
            raise Invalid(f"There can be {MAX_RULES} rules at most.", "name")
        self._finders = [(finder(rule.how, rule.pattern), rule) for rule in self.all]

    def apply(self, purchase: Purchase) -> Rule | None:
        """The first rule that fits."""
        if not self.all:
            return None
        text = seen(purchase.text)
        return next((rule for finds, rule in self._finders if finds(text) and rule.applies(purchase)), None)


@lru_cache(maxsize=2 * MAX_RULES)
def compiled(pattern: str) -> Any:
    """The regular expression. RE2 takes time in proportion to the text whatever the pattern is, and has no look-around.

    Raises:
        Invalid: What is wrong with it, in RE2's words.
    """
    try:
        return re2.compile(pattern, options=options(_MEMORY))
    except (re2.error, UnicodeError) as error:
        said = error.args[0] if isinstance(error.args[0], bytes) else b"characters that cannot be read"
        raise Invalid(f"This pattern cannot be used: {said.decode('utf-8', 'replace')}.", "pattern") from None


def options(memory: int) -> Any:
    """How patterns are read, always; `memory` in bytes."""
    found = re2.Options()
    found.case_sensitive, found.log_errors, found.max_mem = False, False, memory
    return found


class Seen(NamedTuple):
    """A text in the three forms that rules look at."""

    plain: str
    words: frozenset[str]
    written: str


def seen(text: str) -> Seen:
    simple = all_plain(text[:LONGEST_TEXT])
    return Seen(simple, frozenset(simple.split()), written(text[:LONGEST_TEXT]))


def written(text: str) -> str:
    """As patterns see it: one way to write each letter, and nothing that cannot be written at all."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()


def finder(how: How, pattern: str) -> Callable[[Seen], bool]:
    """What tells whether `pattern` is in a text. Made once for many texts."""
    if not pattern.strip():
        return lambda text: True
    if how == "regex":
        search = compiled(pattern).search
        return lambda text: search(text.written) is not None
    wanted = all_plain(pattern)
    if how == "contains":
        return lambda text: wanted in text.plain
    words = frozenset(wanted.split())
    return lambda text: words <= text.words
