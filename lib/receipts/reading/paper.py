"""What is on a receipt, as whoever looked at it hands it over, and what was made of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

T = TypeVar("T")

TOTAL, DAY, MERCHANT = "total", "day", "merchant"


@dataclass(frozen=True, slots=True)
class Named:
    """Something that the reading service itself took for the total, the day or the merchant, in the receipt's own words."""

    text: str
    sure: int  # percent


@dataclass(frozen=True, slots=True)
class Paper:
    """A receipt's text, from top to bottom; two spaces or more stand between columns."""

    lines: tuple[str, ...]
    named: Mapping[str, Named] = field(default_factory=dict)  # by TOTAL, DAY, MERCHANT


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    value: T
    sure: int  # percent: 90 says so itself and is borne out by other lines, 50 is worth a look, below 30 is never given
    line: str  # where it stands, for people to compare


@dataclass(frozen=True, slots=True)
class Reading:
    """What a receipt says, as far as it can be told. To be offered, never to be saved unasked."""

    total: Found[Decimal] | None = None  # more than zero, with the currency's decimals
    currency: Found[str] | None = None  # ISO 4217
    day: Found[date] | None = None
    merchant: Found[str] | None = None

    def __bool__(self) -> bool:
        return bool(self.total or self.day or self.merchant)

    def surer_of(self, other: "Reading") -> "Reading":
        """Each thing from whichever of two looks at the same receipt is surer of it, a total with its currency."""
        total_from = self if _sure(self.total) >= _sure(other.total) else other
        return Reading(
            total=total_from.total,
            currency=total_from.currency or self.currency or other.currency,
            day=_surer(self.day, other.day),
            merchant=_surer(self.merchant, other.merchant),
        )

    def data(self) -> dict[str, Any]:
        """As JSON."""
        found = {name: getattr(self, name) for name in _MADE_OF}
        return {name: [str(one.value), one.sure, one.line] for name, one in found.items() if one}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Reading":
        """What `data` made."""
        return cls(
            **{
                name: Found(_MADE_OF[name](value), int(sure), line)
                for name, (value, sure, line) in data.items()
            }
        )


_MADE_OF: dict[str, Callable[[str], Any]] = {
    "total": Decimal,
    "currency": str,
    "day": date.fromisoformat,
    "merchant": str,
}


def _sure(found: Found[T] | None) -> int:
    return found.sure if found else 0


def _surer(first: Found[T] | None, second: Found[T] | None) -> Found[T] | None:
    return first if _sure(first) >= _sure(second) else second


def best(found: Iterable[Found[T]], least: int = 30) -> Found[T] | None:
    """The surest; of equally sure ones the first. None where nothing is sure enough to be offered."""
    surest = max(found, key=lambda one: one.sure, default=None)
    return surest if surest and surest.sure >= least else None
