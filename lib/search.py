"""What a search finds: every word occurs somewhere, whatever its case or accents.

Stores keep `search_text` of each expense beside it, and look in it for the `words` of what was typed.
"""

import unicodedata

from lib.errors import Invalid
from lib.records import Expense

MAX_WORDS = 20


def fold(text: str) -> str:
    """`text` without case, accents and extra spaces: "Café  MÜLLER" and "cafe muller" fold to the same."""
    if not text.isascii():
        # Twice, as folding case can bring new accents ("İ") and taking letters apart new capitals ("𝐀").
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return " ".join(text.casefold().split())


def words(query: str) -> tuple[str, ...]:
    """The folded words to look for, each once. Raises Invalid for more than MAX_WORDS."""
    found = tuple(dict.fromkeys(fold(query).split()))
    if len(found) > MAX_WORDS:
        raise Invalid(f"Search for up to {MAX_WORDS} words at a time.", "text")
    return found


def search_text(expense: Expense) -> str:
    """What an expense is found by."""
    return fold("\n".join((expense.payee, expense.description, expense.note, *expense.tags)))
