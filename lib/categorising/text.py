"""What a line of a statement says, as plain words: no case, no accents, no punctuation, words that were glued taken apart."""

import re
import unicodedata
from functools import lru_cache

LONGEST = 200  # of what is read of a text: what follows on a statement is addresses and numbers
MOST_WORDS = 24
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е"})
_APART = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-Z][a-z])")
_LONG_DIGITS = re.compile(r"\d{3,}")


def these(words: str) -> frozenset[str]:
    return frozenset(words.split())


def plain(text: str) -> str:
    """Words in lower case without accents, of as much as is read: "Café  Müller-Str." is "cafe muller str"."""
    return _plain(text[:LONGEST])  # what is remembered is never longer than what is read


@lru_cache(maxsize=2048)
def _plain(text: str) -> str:
    return " ".join(all_plain(text).split()[:MOST_WORDS])


def all_plain(text: str) -> str:
    """The same of a text as long as it is."""
    if (
        text.isascii() and "'" not in text and "`" not in text
    ):  # as most: there is nothing to change but their case
        return " ".join(_WORD.findall(text.lower()))
    lower = _APOSTROPHE.sub("", text).casefold().translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", lower)
    return " ".join(_WORD.findall("".join(c for c in apart if not unicodedata.combining(c))))


def spelled_out(text: str) -> str:
    """As `plain`, umlauts written as two letters: the way "MÜLLER" is printed as "MUELLER" on many statements."""
    return plain(unicodedata.normalize("NFC", text[:LONGEST]).casefold().translate(_APART))


def words_of(text: str) -> list[str]:
    """Its words, "PoolCare" as two, numbers of three digits and more cut off: "OYSTER AUTOTOPUP000" has "autotopup"."""
    found = plain(_CAMEL.sub(" ", text[:LONGEST])).split()
    kept = []
    for word in found:
        if any("0" <= c <= "9" for c in word):
            word = _LONG_DIGITS.sub("", word)
        if word and not (word.isdigit() and len(word) > 3):
            kept.append(word)
    return kept
