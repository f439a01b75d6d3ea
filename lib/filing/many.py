"""Suggestions for very many purchases in a row: those at one shop are looked up once."""

from lib.categorising.categoriser import Categoriser, Suggestion
from lib.categorising.purchase import Purchase
from lib.filing.asking import LookAlikes

_NO_DIGITS = str.maketrans("", "", "0123456789")


class Many:
    """One suggestion for all look-alikes, that of the first seen; only a person's rules look at each purchase.

    A hundred thousand lines of a statement come from a few thousand shops, and most differ in nothing but numbers.
    """

    def __init__(self, categoriser: Categoriser) -> None:
        self._categoriser = categoriser
        self._has_rules = bool(categoriser.rules.all)
        self._alike: dict[tuple[str, bool], LookAlikes] = {}  # by words without their numbers
        self._found: dict[LookAlikes, Suggestion] = {}

    def alike(self, purchase: Purchase) -> LookAlikes:
        words = ((purchase.payee or purchase.description).translate(_NO_DIGITS), purchase.money_in)
        found = self._alike.get(words)
        if found is None:
            found = self._alike[words] = LookAlikes.of(purchase)
        return found

    def suggest(self, purchase: Purchase) -> Suggestion:
        if self._has_rules and self._categoriser.rules.apply(purchase) is not None:
            return self._categoriser.suggest(purchase)
        alike = self.alike(purchase)
        found = self._found.get(alike)
        if found is None:
            found = self._found[alike] = self._categoriser.suggest(purchase)
            if found.rule is not None:  # of this one alone
                del self._found[alike]
        return found
