"""Values in and out of columns."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from lib.money import digits_of

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
    return Decimal(units).scaleb(-4).quantize(_quantum(currency))


@lru_cache(maxsize=256)
def _quantum(currency: str) -> Decimal:
    return Decimal(1).scaleb(-digits_of(currency))
