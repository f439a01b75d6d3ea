"""What the categoriser is asked about: a line of a statement, or what someone is typing."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lib.categorising.merchants import normalise_merchant
from lib.categorising.text import words_of

MORE_WORDS = 4

# Where a currency is spent, when nothing better is known of a person's country: for brands that mean different things.
_COUNTRIES = {
    "GBP": "gb", "USD": "us", "INR": "in", "PLN": "pl", "RUB": "ru", "CHF": "ch", "CAD": "ca", "AUD": "au", "BRL": "br",
    "MXN": "mx", "NZD": "nz", "SEK": "se", "NOK": "no", "DKK": "dk", "CZK": "cz", "JPY": "jp", "ZAR": "za",
}  # fmt: skip


class Purchase(NamedTuple):
    day: date
    description: str = ""
    payee: str = ""
    amount: Decimal | None = None  # above zero, in major units
    money_in: bool = False
    currency: str = ""  # ISO 4217
    merchant_code: str = ""  # ISO 18245, where a file has it

    @property
    def text(self) -> str:
        return f"{self.payee} {self.description}".strip()

    @property
    def merchant(self) -> str:
        """By which it is recognised: the payee where there is one, without a card's noise."""
        return normalise_merchant(self.payee) or normalise_merchant(self.description)

    @property
    def more(self) -> str:
        """The first words of the description, where the payee alone says who it was."""
        if not normalise_merchant(self.payee):
            return ""
        return " ".join(words_of(self.description)[:MORE_WORDS])

    @property
    def country(self) -> str:
        return _COUNTRIES.get(self.currency, "")
