"""What a search finds: every word occurs somewhere, whatever its case or accents.

Stores keep `search_text` of each expense beside it, and look in it for the `words` of what was typed.
"""

import unicodedata

from lib.errors import Invalid
from lib.records import Expense
from lib.storable import text

MAX_WORDS, MAX_LENGTH = 20, 200


def fold(value: str) -> str:
    """`value` without case, accents and extra spaces: "Café  MÜLLER" and "cafe muller" fold to the same."""
    if not value.isascii():
        # Twice, as folding case can bring new accents ("İ") and taking letters apart new capitals ("𝐀").
        value = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", value).casefold())
        value = "".join(c for c in value if unicodedata.category(c) != "Mn")
    return " ".join(value.casefold().split())


def words(query: str) -> tuple[str, ...]:
    """The folded words to look for, each once. Raises Invalid for more than MAX_WORDS, and for what no text can contain."""
    found = tuple(dict.fromkeys(fold(text(query, "text", MAX_LENGTH)).split()))
    if len(found) > MAX_WORDS:
        raise Invalid(f"Search for up to {MAX_WORDS} words at a time.", "text")
    return found


def search_text(expense: Expense) -> str:
    """What an expense is found by."""
    return fold("\n".join((expense.payee, expense.description, expense.note, *expense.tags)))
