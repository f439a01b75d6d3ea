"""What can be kept unchanged anywhere: records refuse everything else, whoever hands it to them."""

import re
from datetime import datetime
from decimal import Decimal

from lib.errors import Invalid
from lib.money import MAX_AMOUNT, digits_of

# What no store or spreadsheet can be trusted with: C0 controls but tab and newline, and lone surrogates.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text(value: str, name: str, longest: int, *, required: bool = False) -> str:
    """`value`, if it is text that can be kept unchanged anywhere; Invalid at the field `name` otherwise."""
    if not isinstance(value, str):
        raise Invalid("Write this as text.", name)
    if required and not value.strip():
        raise Invalid("Fill this in.", name)
    if len(value) > longest:
        raise Invalid(f"Use up to {longest} characters; this has {len(value)}.", name)
    if not value.isprintable() and _UNSTORABLE.search(value):  # the first, quick test clears most
        raise Invalid("This contains characters that cannot be shown. Remove them.", name)
    return value


def moment(value: datetime, name: str) -> datetime:
    if value.tzinfo is None:
        raise Invalid("A moment needs its time zone.", name)
    return value


def amount_of(value: Decimal, currency: str, name: str = "amount") -> Decimal:
    """`value`, if it is more than zero, at most MAX_AMOUNT and has no more decimals than `currency`."""
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 < value <= MAX_AMOUNT:
        raise Invalid(f"Use an amount above zero and up to {MAX_AMOUNT:,}.", name)
    if value != round(value, digits_of(currency)):
        raise Invalid(f"{currency} has {digits_of(currency)} decimals at most.", name)
    return value
