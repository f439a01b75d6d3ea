"""A thousand rules over a hundred thousand texts: all their patterns are looked for in one pass over each.

Worth its making, some milliseconds for a thousand rules, where many purchases are asked about. Its answers are those of Rules.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import re2

from lib.categorising.purchase import Purchase
from lib.categorising.rules import LONGEST_TEXT, Rule, Rules, compiled, options, written
from lib.categorising.text import all_plain

REMEMBERED = 5_000  # texts
_MEMORY = 1 << 24  # bytes that many patterns together may take; those that need more are looked for in parts


class Pattern(NamedTuple):
    number: int  # of its rule
    text: str  # a regular expression
    is_in: Callable[[str], Any]  # says the same of one text

    @classmethod
    def of_regex(cls, number: int, text: str) -> "Pattern":
        return cls(number, text, compiled(text).search)

    @classmethod
    def of_words(cls, number: int, words: str) -> "Pattern":
        return cls(number, re2.escape(words), lambda text: words in text)


class Sieve:
    def __init__(self, rules: Rules) -> None:
        self._rules = [rule for rule in rules.all if rule.active]
        self._found: dict[str, tuple[Rule, ...]] = {}
        self._anywhere = {n for n, rule in enumerate(self._rules) if not rule.pattern.strip()}
        named = [(n, rule) for n, rule in enumerate(self._rules) if n not in self._anywhere]
        regexes = [Pattern.of_regex(n, rule.pattern) for n, rule in named if rule.how == "regex"]
        plain = [(n, rule.how, all_plain(rule.pattern)) for n, rule in named if rule.how != "regex"]
        pieces = [Pattern.of_words(n, text) for n, how, text in plain if how == "contains"]
        self._in_written, self._in_plain = _Together(regexes), _Together(pieces, cased=True)
        self._by_word = _by_rarest([(n, frozenset(text.split())) for n, how, text in plain if how == "words"])

    def apply(self, purchase: Purchase) -> Rule | None:
        """As Rules.apply: the first rule that fits."""
        return next((rule for rule in self.with_text(purchase.text) if rule.applies(purchase)), None)

    def with_text(self, text: str) -> tuple[Rule, ...]:
        """Those whose pattern is in a text, in their order; whether amount and direction fit is another question."""
        text = text[:LONGEST_TEXT]
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            found = self._found[text] = tuple(self._rules[n] for n in sorted(self._numbers(text)))
        return found

    def _numbers(self, text: str) -> set[int]:
        found = set(self._anywhere)
        if self._in_written:
            found |= self._in_written.found(written(text))
        if self._in_plain or self._by_word:
            plain = all_plain(text)
            if self._in_plain:
                found |= self._in_plain.found(plain)
            if self._by_word:
                found |= self._with_words(plain.split())
        return found

    def _with_words(self, words: list[str]) -> set[int]:
        hits = [hit for word in words if word in self._by_word for hit in self._by_word[word]]
        return {n for n, wanted in hits if wanted.issubset(words)}


def _by_rarest(wanted: Sequence[tuple[int, frozenset[str]]]) -> dict[str, list[tuple[int, frozenset[str]]]]:
    """By that of its words which the fewest others have, so that a text leads to few that are not in it."""
    common = Counter(word for _, words in wanted for word in words)
    found: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for n, words in wanted:
        found.setdefault(min(words, key=lambda word: (common[word], word)), []).append((n, words))
    return found


class _Together:
    """Regular expressions that are looked for together."""

    def __init__(self, patterns: Sequence[Pattern], *, cased: bool = False) -> None:
        self._patterns = patterns
        self._parts: list[_Together] = []
        self._set = _set_of(patterns, cased=cased) if len(patterns) > 1 else None
        if self._set is None and len(patterns) > 1:
            half = len(patterns) // 2
            self._parts = [_Together(some, cased=cased) for some in (patterns[:half], patterns[half:])]

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def found(self, text: str) -> set[int]:
        """The numbers of those that are in `text`."""
        if self._parts:
            return self._parts[0].found(text) | self._parts[1].found(text)
        if self._set is not None:
            hits = self._set.Match(text)
            if (
                hits is not None
            ):  # the empty pattern at the end is in every text, unless there was no memory to tell
                return {self._patterns[hit].number for hit in hits if hit < len(self._patterns)}
        return {each.number for each in self._patterns if each.is_in(text)}


def _set_of(patterns: Sequence[Pattern], *, cased: bool) -> Any:
    """RE2's way to look for all of them in one pass, the empty pattern last. None where that takes too much memory."""
    how = options(_MEMORY)
    how.case_sensitive = cased
    together = re2.Set.SearchSet(how)
    for each in patterns:
        together.Add(each.text)
    together.Add("")
    try:
        together.Compile()
    except re2.error:
        return None
    return together
