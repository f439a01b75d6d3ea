"""Money is Decimal, in major units, with its currency's number of decimals. No float ever touches it."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import get_currency_precision

from lib import cldr
from lib.errors import Invalid

MAX_AMOUNT = Decimal("9999999999.99")  # in ten-thousandths, 90,000 of them still add up within 64 bits

CURRENCIES = tuple(sorted(cldr.tenders()))  # ISO 4217, those one can pay with today

# CLDR says how many decimals people use, not how many ISO 4217 allows. It rounds away the para of Serbian receipts.
_DIGITS = {"RSD": 2}
_MOST_DIGITS = 4  # what the stores keep


@lru_cache(maxsize=512)
def digits_of(currency: str) -> int:
    """How many decimals its amounts have: 2 for EUR, 0 for JPY, 3 for KWD; 2 for what is not known."""
    return min(_DIGITS.get(currency, get_currency_precision(currency)), _MOST_DIGITS)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` with the currency's decimals, halves away from zero."""
    return amount.quantize(Decimal(1).scaleb(-digits_of(currency)), ROUND_HALF_UP)


def parse_amount(text: str, currency: str, locale: str, field: str = "amount") -> Decimal:
    """Turn what a person typed into an amount of money.

    Args:
        text: An amount as people write it in `locale`, such as "12", "12,50" (de) or "1,250.00" (en).
        currency: ISO 4217 code; it decides how many decimals there may be.

    Returns:
        More than zero, at most MAX_AMOUNT, in major units with the currency's number of decimals.

    Raises:
        Invalid: If `text` is not such an amount; the message says what would be.
    """
    amount = parse_limit(text, currency, locale, field)
    if not amount:
        raise Invalid("Use an amount above zero.", field)
    return amount


def parse_limit(text: str, currency: str, locale: str, field: str = "amount") -> Decimal:
    """The same for a budget, which may be zero."""
    signs = cldr.signs(locale, of_money=True)
    try:
        amount = Decimal(text.strip().replace(signs.group, "").replace(signs.decimal, "."))
        if not amount.is_finite() or not 0 <= amount <= MAX_AMOUNT:
            raise InvalidOperation
        return rounded(amount, currency)
    except InvalidOperation:
        raise Invalid("Write an amount, such as 12.50.", field) from None
