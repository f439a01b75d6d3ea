"""Merchant category codes (ISO 18245), which card companies give to shops: some files and feeds carry them."""

from bisect import bisect_right

from lib.categorising.lexicon import Kind


class MerchantCodes:
    """Ranges of codes, each with what is sold there, out of `mcc.txt`: first-last | kind | words."""

    def __init__(self, text: str, kinds: dict[str, Kind]) -> None:
        rows = []
        for line in text.splitlines():
            codes, kind, words = (part.strip() for part in line.split("|"))
            first, _, last = codes.partition("-")
            rows.append((int(first), int(last or first), Kind(kind, kinds[kind].category, words)))
        self.rows = sorted(rows)
        self._firsts = [first for first, _, _ in self.rows]

    def find(self, code: str) -> Kind | None:
        """The narrowest range that holds `code`; None for what is not such a code."""
        if not (len(code) == 4 and code.isascii() and code.isdigit()):
            return None
        number = int(code)
        for first, last, kind in reversed(self.rows[: bisect_right(self._firsts, number)]):
            if first <= number <= last:
                return kind
        return None
