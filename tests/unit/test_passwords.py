"""What may be a password, and how it is kept."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Invalid
from lib.identity import passwords

OWN = ("maria.k", "maria.keller@posteo.example", "+4930123456")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "correcthorsebatterystaple",
        "Tr0ub4dor&3",
        "channel tunnel",
        "un œuf à la coque",
        "пароль из четырёх слов",
        "🐎🔋🐎📎 and a staple",
        "          x1234567890y  z",
        "a\x00b\x00c\x00d\x00e\x00f",
        "x" * 3 + "many different words " * 40,
        "99 bottles of beer",
        "7h8jk2l0zq",
        "gT9#vLq2wZ",
        "8392740156",
    ],
)
def test_a_long_and_uncommon_password_is_fine_whatever_it_is_made_of(password: str) -> None:
    passwords.check_new(password, "password", *OWN)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 10"),
        ("123456789", "at least 10"),
        ("🐎🔋🐎📎🐎🔋🐎📎🐎", "at least 10"),
        ("many words " * 100, "up to 1,000"),
        ("aaaaaaaaaaaa", "repeats itself"),
        ("abababababab", "repeats itself"),
        ("abcabcabcabcabc", "repeats itself"),
        ("correctcorrect", "repeats itself"),
        ("11112222333344", "repeats itself"),
        ("          ", "repeats itself"),
        ("abcdefghijkl", "in a row"),
        ("zyxwvutsrqponm", "in a row"),
        ("1234567890", "in a row"),
        ("0987654321ab", "in a row"),
        ("qwertyuiop12", "in a row"),
        ("poiuytrewq", "in a row"),
        ("asdfghjkl;'", "in a row"),
        ("qazwsxedcrfv", "in a row|tried first"),
        ("1q2w3e4r5t6y", "in a row|tried first"),
        ("password12", "words that are tried first"),
        ("Password123!", "words that are tried first"),
        ("P@ssw0rd2026", "words that are tried first"),
        ("passw0rd!!!!", "words that are tried first"),
        ("Summer2026!!", "words that are tried first"),
        ("iloveyou2!!!", "words that are tried first"),
        ("dragonmonkey", "words that are tried first"),
        ("letmein-please", "words that are tried first"),
        ("Smart Budget Planner", "words that are tried first"),
        ("budgetplanner1", "words that are tried first"),
        ("21.11.1990", "Dates"),
        ("1990-11-21", "Dates"),
        ("maria.k loves budgets", "Leave your name"),
        ("MARIA.KELLER 99", "Leave your name"),
        ("mariakeller7", "Leave your name"),
        ("xx posteo xx yy", "Leave your name"),
        ("call +4930123456", "Leave your name"),
    ],
)
def test_what_guessers_try_first_is_refused_in_words(password: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        passwords.check_new(password, "new", *OWN)
    assert refusal.value.field == "new"
    assert password not in refusal.value.message or not password


def test_a_short_name_may_be_part_of_longer_words() -> None:
    passwords.check_new("channel tunnel", "password", "ann")
    with pytest.raises(Invalid, match="Leave your name"):
        passwords.check_new("ann12ann34", "password", "ann")


def test_ten_characters_count_not_ten_bytes() -> None:
    assert len("äöüßéèñ".encode()) > 10
    with pytest.raises(Invalid, match="at least 10"):
        passwords.check_new("äöüßéèñ", "password")


def test_only_the_right_password_matches_its_hash() -> None:
    stored = passwords.hash_password("correct horse battery")
    assert passwords.matches(stored, "correct horse battery")
    assert not passwords.matches(stored, "Correct horse battery")
    assert not passwords.matches(stored, "")
    assert "correct" not in stored


def test_the_same_word_typed_on_another_system_matches() -> None:
    composed = unicodedata.normalize("NFC", "crème brûlée à deux")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert passwords.matches(passwords.hash_password(decomposed), composed)


@pytest.mark.parametrize("stored", ["", "!", "scrypt", "pbkdf2:sha256:1$x$y"])
def test_nothing_matches_what_is_no_hash_of_ours(stored: str) -> None:
    assert not passwords.matches(stored, "correct horse battery")
    assert not passwords.matches(stored, "")


def test_a_password_is_never_cut_off() -> None:
    longest = "many words, " * 83
    stored = passwords.hash_password(longest)
    assert passwords.matches(stored, longest)
    assert not passwords.matches(stored, longest[:-1])
    assert not passwords.matches(stored, longest.ljust(passwords.MOST) + "x")


def test_a_hash_with_other_costs_is_outdated() -> None:
    assert not passwords.is_outdated(passwords.hash_password("correct horse battery"))
    assert passwords.is_outdated("scrypt:16384:8:1$salt$00")


def test_hashes_are_dear_outside_of_tests(full_method: str) -> None:
    name, cost, block, lanes = full_method.split(":")
    assert (name, int(cost) * int(block) * 128 // 2**20, lanes) == ("scrypt", 32, "1")  # MiB


@given(st.text(max_size=1200))
def test_every_text_is_either_fine_or_refused(password: str) -> None:
    try:
        passwords.check_new(password, "password", *OWN)
    except Invalid:
        return
    assert passwords.LEAST <= len(unicodedata.normalize("NFC", password)) <= passwords.MOST
