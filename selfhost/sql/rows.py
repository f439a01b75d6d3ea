"""Values in and out of columns."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from lib.money import digits_of

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_stamp(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def from_stamp(stamp: int) -> datetime:
    return _EPOCH + timedelta(microseconds=stamp)


def to_units(amount: Decimal) -> int:
    """Whole ten-thousandths."""
    return int(amount.scaleb(4))


def from_units(units: int, currency: str) -> Decimal:
    """An amount with its currency's number of decimals."""
    step, smallest = _scale(currency)
    return units // step * smallest


@lru_cache(maxsize=256)
def _scale(currency: str) -> tuple[int, Decimal]:
    """How many ten-thousandths its smallest amount has, and that amount."""
    digits = digits_of(currency)
    return 10 ** (4 - digits), Decimal(1).scaleb(-digits)


def maker(record: type[T]) -> Callable[..., T]:
    """What makes such records of what our own table holds: their constructor has looked at it on the way in.

    Twice as quick as to look again, which counts where a page lists fifty.
    """
    setters = tuple(record.__dict__[field.name].__set__ for field in fields(record))  # type: ignore[arg-type]

    def make(*values: Any) -> T:
        made = record.__new__(record)
        for set_value, value in zip(setters, values, strict=True):
            set_value(made, value)
        return made

    return make
