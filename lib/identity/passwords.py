"""Passwords: what may be one, and how it is kept. After NIST SP 800-63B: long enough and not among the first a guesser
tries; no rules about kinds of characters, no end date.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

from lib.errors import Invalid
from lib.ids import secret_token

LEAST, MOST = 10, 1000  # characters; the upper end only keeps nonsense away from the hash
METHOD = "scrypt:32768:8:1"  # 32 MiB and about 0.1 s: stored hashes of another method are renewed at sign-in
HINT = f"At least {LEAST} characters. A few words in a row are strong and easy to remember."

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()",
    '!"§$%&/()=',
)
_LOOKALIKES = str.maketrans("013457@$!|€", "oieastasiie")


def check_new(password: str, field: str, *own: str) -> None:
    """Make sure that `password` may become one.

    Args:
        field: Where the error belongs.
        own: What is known about the person: username, e-mail, phone. It must not be in the password.

    Raises:
        Invalid: With a sentence that says what would be better.
    """
    problem = _problem(_normal(password), own)
    if problem:
        raise Invalid(problem, field)


def hash_password(password: str) -> str:
    return generate_password_hash(_normal(password), METHOD)


def matches(stored: str, password: str) -> bool:
    """Whether `stored` is the hash of `password`. Takes as long for a `stored` that is no hash: of nobody, of a demo."""
    known = stored.startswith("scrypt:")
    right = check_password_hash(stored if known else _nobody(), _normal(password[:MOST]))
    return right and known and len(password) <= MOST


def is_outdated(stored: str) -> bool:
    return not stored.startswith(METHOD + "$")


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password(secret_token())


def _normal(password: str) -> str:
    # The same word typed on a Mac and on Windows may come as different code points.
    return unicodedata.normalize("NFC", password.encode("utf-8", "replace").decode())


def _problem(password: str, own: tuple[str, ...]) -> str:
    if len(password) < LEAST:
        return f"Use at least {LEAST} characters. A few words in a row are easy to remember."
    if len(password) > MOST:
        return f"Use up to {MOST:,} characters; this has {len(password):,}."
    folded = password.casefold()
    if _names_its_owner(folded, own):
        return "Leave your name, e-mail and phone number out of it: they are tried first."
    if _is_repeated(folded):
        return "This repeats itself, and repetitions are tried first. Use different words."
    if _is_sequence(folded):
        return "Keys and characters in a row are tried first. Use words that do not belong together."
    if _is_date(folded):
        return "Dates are tried first. Add words that have nothing to do with it."
    if _is_common(folded):
        return "This is made of words that are tried first. Add others that do not belong together."
    return ""


def _names_its_owner(folded: str, own: tuple[str, ...]) -> bool:
    for text in own:
        name, _, domain = text.casefold().partition("@")
        for part in (name, domain.partition(".")[0]):
            letters = "".join(c for c in part if c.isalnum())
            if len(part) >= 4 and (part in folded or (len(letters) >= 4 and letters in folded)):
                return True
            # A short name may well be part of a long word; what matters is how little else there is.
            if part and len(folded.replace(part, "")) < LEAST - 4 and part in folded:
                return True
    return False


def _is_repeated(folded: str) -> bool:
    """Few different characters, or one piece over and over ("abcabcabcabc")."""
    period = (folded + folded).find(folded, 1)
    pieces = re.sub(r"(.)\1{2,}", r"\1", folded)
    return len(set(folded)) < 4 or period <= len(folded) // 2 or len(pieces) < 6


def _is_sequence(folded: str) -> bool:
    """Whether little is left when runs along the alphabet, the digits or the keyboard count as one character each."""
    left, at = 0, 0
    while at < len(folded):
        at += _run_at(folded, at)
        left += 1
    return left < 6


def _run_at(folded: str, at: int) -> int:
    """How many characters from `at` on go along a row, in either direction; 1 where fewer than three do."""
    best = 1
    for row in _ROWS + tuple(row[::-1] for row in _ROWS):
        length = 3
        while at + length <= len(folded) and folded[at : at + length] in row:
            best = max(best, length)
            length += 1
    return best


def _is_date(folded: str) -> bool:
    return bool(re.fullmatch(r"[\d\W_]*", folded)) and bool(
        re.fullmatch(r"\W*(\d{1,2}\W+\d{1,2}\W+(19|20)\d\d|(19|20)\d\d\W+\d{1,2}\W+\d{1,2})\W*", folded)
    )


def _is_common(folded: str) -> bool:
    """Whether it is one or two common words, however digits and signs adorn or replace their letters."""
    core = re.sub(r"^[\d\W_]+|[\d\W_]+$", "", folded)
    return any(
        _is_one_or_two_words(re.sub(r"[\d\W_]+", "", text)) for text in (core, core.translate(_LOOKALIKES))
    )


def _is_one_or_two_words(letters: str) -> bool:
    words = _common_words()
    if len(letters) > 40:
        return False
    return letters in words or any(
        letters[:at] in words and letters[at:] in words for at in range(2, len(letters) - 1)
    )


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split())
