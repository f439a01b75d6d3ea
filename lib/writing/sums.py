"""Small sums as people type them into an amount's field: "12.50+3", "3*4.50", "(10-2)/3". Never `eval`."""

import re
from collections.abc import Callable
from decimal import Context, Decimal

# 60 characters of nines multiplied have 60 digits at most: all but division is exact in this.
_ARITHMETIC = Context(prec=80)

_TOKEN = re.compile(r"\s*([0-9.,' ]*[0-9][0-9.,']*|[-+*/()])\s*")
_SIGNS = str.maketrans(
    "\u2212\u2010\u2011\u2013\u2014\ufe63\uff0d\u00d7\u2715\u2716\u22c5\uff0a\u00f7\u2215\u2044\uff0f\uff0b\ufe62\uff08\uff09",
    "-------*****////++()",
)


_TIMES = re.compile(r"(?<=[0-9) ])[xX](?=[0-9(., ])")


def with_plain_signs(text: str) -> str:
    """`text` with + - * / for every sign that means one of them, also for the x of "3x4.50"."""
    return _TIMES.sub("*", text.translate(_SIGNS))


def is_sum(text: str) -> bool:
    """Whether there is anything to work out in it, rather than a number alone."""
    return any(sign in text for sign in "+-*/()")


def work_out(text: str, numeral: Callable[[str], Decimal]) -> Decimal:
    """The value of a sum, not rounded. `numeral` reads the numbers in it, or raises what it wants to.

    Raises:
        ValueError: If it is not a sum.
        ZeroDivisionError: If it divides by zero.
    """
    sum_ = _Sum(_tokens(text), numeral)
    value = sum_.terms()
    if sum_.tokens:
        raise ValueError
    return value


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise ValueError
        tokens.append(found[1].strip())
        position = found.end()
    return tokens[::-1]


class _Sum:
    """Recursive descent; as deep as there are parentheses, so the text's length must be bounded."""

    def __init__(self, tokens: list[str], numeral: Callable[[str], Decimal]) -> None:
        self.tokens = tokens  # the next is the last
        self.numeral = numeral

    def terms(self) -> Decimal:
        value = _ARITHMETIC.minus(self.factors()) if self._took("-") else self.factors()
        while self.tokens and self.tokens[-1] in "+-":
            added = self.tokens.pop() == "+"
            term = self.factors()
            value = _ARITHMETIC.add(value, term) if added else _ARITHMETIC.subtract(value, term)
        return value

    def factors(self) -> Decimal:
        value = self.value()
        while self.tokens and self.tokens[-1] in "*/":
            if self.tokens.pop() == "*":
                value = _ARITHMETIC.multiply(value, self.value())
            else:
                value = _divided(value, self.value())
        return value

    def value(self) -> Decimal:
        if self._took("("):
            value = self.terms()
            if not self._took(")"):
                raise ValueError
            return value
        if not self.tokens or self.tokens[-1] in "+-*/()":
            raise ValueError
        return self.numeral(self.tokens.pop())

    def _took(self, token: str) -> bool:
        if self.tokens and self.tokens[-1] == token:
            self.tokens.pop()
            return True
        return False


def _divided(value: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise ZeroDivisionError
    return _ARITHMETIC.divide(value, divisor)
