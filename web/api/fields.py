"""The kinds of value that the API takes and gives: how each is read, written and described.

The patterns say exactly what is accepted, so that a program can tell beforehand. What depends on the account, such as how
many decimals its currency has, is for the rules in `lib` to say.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from lib.errors import Invalid
from lib.money import CURRENCIES
from lib.periods import Month
from lib.storable import text

ID_PATTERN = "[0-9a-f]{32}"
_BEYOND = 10_000_000_000  # amounts have ten digits before the point at most, and four after it
_SOME = r"[1-9][0-9]{0,9}(\.[0-9]{1,4})?|0\.([1-9][0-9]{0,3}|0[1-9][0-9]{0,2}|00[1-9][0-9]?|000[1-9])"
_ANY = r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?"
_YEAR = "(19[7-9][0-9]|2[01][0-9]{2})"
_DAYS = (
    "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
)
_LEAP = "(19(7[26]|8[048]|9[26])|20([02468][048]|[13579][26])|21(0[48]|[2468][048]|[13579][26]))-02-29"
_DAY = f"{_YEAR}-({_DAYS})|{_LEAP}"
_MONTH = f"{_YEAR}-(0[1-9]|1[0-2])"
_UNSTORABLE = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f"


@dataclass(frozen=True, slots=True)
class Words:
    """Text that can be kept as it is, of so many characters."""

    longest: int
    least: int = 0
    without: str = ""  # characters that it may not have

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        limits = core_schema.str_schema(strict=True, min_length=self.least, max_length=self.longest)
        return core_schema.no_info_after_validator_function(self._check, limits)

    def __get_pydantic_json_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        found = {"type": "string", "maxLength": self.longest, "pattern": f"^[^{self.without}{_UNSTORABLE}]*$"}
        return found | ({"minLength": self.least} if self.least else {})

    def _check(self, value: str) -> str:
        if any(character in value for character in self.without):
            raise ValueError(f"Leave out “{self.without}”.")
        try:
            return text(value, "", self.longest)
        except Invalid as error:
            raise ValueError(error.message) from None


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, within limits. To JSON, 3 and 3.0 are the same number."""

    least: int
    most: int
    in_address: bool = False  # where everything is text

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def _read(self, value: object) -> int:
        if self.in_address and isinstance(value, str) and re.fullmatch("0|[1-9][0-9]{0,8}", value):
            value = int(value)
        if (
            isinstance(value, int | Decimal)
            and not isinstance(value, bool)
            and self.least <= value <= self.most
        ):
            number = int(value)
            if number == value:
                return number
        raise ValueError(f"Use a whole number from {self.least} to {self.most}.")


def _amount(value: object, pattern: str, least: str) -> Decimal:
    """Text such as "12.50", or a JSON number, which `reading` hands over unrounded."""
    if isinstance(value, str) and re.fullmatch(pattern, value):
        return Decimal(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value < _BEYOND:
        return Decimal(value)
    raise ValueError(f'Write an amount {least} in digits with a point, such as "12.50".')


def _above_zero(value: object) -> Decimal:
    amount = _amount(value, _SOME, "above zero")
    if not amount:
        raise ValueError("Use an amount above zero.")
    return amount


def _from_zero(value: object) -> Decimal:
    return _amount(value, _ANY, "from zero")


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(_DAY, value):
        return date.fromisoformat(value)
    raise ValueError("Use a day from 1970-01-01 to 2199-12-31, such as 2026-11-21.")


def _month(value: object) -> Month:
    if isinstance(value, str) and re.fullmatch(_MONTH, value):
        return Month.parse(value)
    raise ValueError("Use a month from 1970-01 to 2199-12, such as 2026-11.")


def _yes_or_no(value: object) -> bool:
    if value not in ("true", "false"):
        raise ValueError("Use true or false.")
    return value == "true"


def _currency(value: str) -> str:
    if value not in CURRENCIES:
        raise ValueError("Use the three letters of a currency, such as EUR.")
    return value


def _id(value: str) -> str:
    if not re.fullmatch(ID_PATTERN, value):
        raise ValueError("Use an id as the planner gives it: 32 digits and small letters.")
    return value


def _file(value: object) -> object:
    if not hasattr(value, "stream"):
        raise ValueError("Send a file, with its name.")
    return value


def _taken(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema, "validation")


def _given(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema, "serialization")


_EXACT = "Text is safest; a number is read exactly as it is written. No more decimals than the currency has."
AmountIn = Annotated[
    Decimal,
    BeforeValidator(_above_zero),
    _taken(
        anyOf=[
            {"type": "string", "pattern": f"^({_SOME})$"},
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": _BEYOND},
        ],
        description=f"More than zero. {_EXACT}",
        examples=["12.50"],
    ),
]
LimitIn = Annotated[
    Decimal,
    BeforeValidator(_from_zero),
    _taken(
        anyOf=[
            {"type": "string", "pattern": f"^{_ANY}$"},
            {"type": "number", "minimum": 0, "exclusiveMaximum": _BEYOND},
        ],
        description=f"Zero or more. {_EXACT}",
        examples=["250.00"],
    ),
]
AmountAsked = Annotated[Decimal, BeforeValidator(_from_zero), _taken(type="string", pattern=f"^{_ANY}$")]
DayIn = Annotated[date, BeforeValidator(_day), _taken(type="string", format="date", pattern=f"^({_DAY})$")]
MonthIn = Annotated[Month, BeforeValidator(_month), _taken(type="string", pattern=f"^{_MONTH}$")]
Currency = Annotated[str, AfterValidator(_currency), _taken(type="string", enum=list(CURRENCIES))]
YesOrNo = Annotated[bool, BeforeValidator(_yes_or_no), _taken(type="boolean")]

Id = Annotated[str, AfterValidator(_id), _taken(type="string", pattern=f"^{ID_PATTERN}$")]
FileIn = Annotated[Any, AfterValidator(_file), _taken(type="string", format="binary")]
"""A file in a form: werkzeug's FileStorage."""

# Given as text, so that no program rounds it.
Amount = Annotated[Decimal, PlainSerializer(str), _given(type="string", pattern="^-?[0-9]+([.][0-9]+)?$")]
Moment = Annotated[datetime, _given(type="string", format="date-time")]
