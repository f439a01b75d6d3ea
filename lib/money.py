"""Money is Decimal, in major units, with its currency's number of decimals. No float ever touches it."""

from decimal import Decimal

MAX_AMOUNT = Decimal("9999999999.99")  # in ten-thousandths, 90,000 of them still add up within 64 bits


def digits_of(currency: str) -> int:
    return 2
