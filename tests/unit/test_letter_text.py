"""Text for letters: on one line, in columns, shortened, and harmless whoever wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.letters.plain import aligned, columns, harmless, one_line, shortened, wrapped


def test_wide_letters_count_twice():
    text = aligned([("食費", "￥5"), ("Food", "￥1,250")])
    assert {columns(line) for line in text.splitlines()} == {2 + 4 + 3 + 7}


@given(st.text(max_size=100))
def test_text_on_one_line_stays_on_it_and_looks_as_before(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
    assert harmless(text).replace("\u200b", "") == line.replace("\u200b", "")


def test_pieces_kept_apart_stay_apart_when_they_end():
    amount = "\u2066٥ ر.س\u2069"
    assert one_line(f"{amount} spent") == f"{amount} spent"
    assert one_line("a\u2067b") == "ab"
    assert one_line("a\u2069b\u2066c") == "abc"


@given(st.text(max_size=300), st.integers(5, 80))
def test_wrapping_loses_nothing(text, width):
    text = " ".join(text.split(" "))
    lines = wrapped(one_line(text), width).split("\n")
    assert "".join("".join(lines).split(" ")) == "".join(one_line(text).split(" "))
    assert all(columns(line) <= width for line in lines)


@given(st.text(max_size=300), st.integers(0, 200))
def test_shortened_text_is_as_short_as_asked(text, most):
    assert len(shortened(text, most)) <= most
    assert most < len(text) or shortened(text, most) == text


WORDS = st.text("abcdefgäö", min_size=1, max_size=30)
AMOUNTS = st.decimals(1, 10**9, places=2).map("{:,}\xa0€".format)


@given(st.lists(WORDS | AMOUNTS, max_size=12), st.integers(1, 120))
def test_a_shortened_text_has_no_half_of_a_number(words, most):
    short = shortened(" ".join(words), most)
    left = [word for half in short.split("…") for word in half.split(" ")]
    assert [word for word in left if any(map(str.isdigit, word)) and word not in words] == []


def test_what_goes_is_in_the_middle():
    text = f"Large expense: 240\xa0€ at {'Donau' * 20}"
    assert shortened(text, 78).startswith("Large expense: 240\xa0€ at Donau")
    assert shortened(f"{'Donau' * 20} is 1.740\xa0€ over budget", 78).endswith(" is 1.740\xa0€ over budget")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("evil.example", "evil.\u200bexample"),
        ("https://evil.example/a.b", "https:\u200b//evil.\u200bexample/a.b"),
        ("192.0.2.1 costs 1.250,00\xa0€ in 24.com", "192.0.2.1 costs 1.250,00\xa0€ in 24.\u200bcom"),
        ("e.g. Bäckerei St.\xa0Pauli", "e.g. Bäckerei St.\xa0Pauli"),
    ],
)
def test_nothing_looks_like_an_address_to_a_mail_program(text, shown):
    assert harmless(text) == shown


def test_figures_too_wide_for_a_line_have_lines_of_their_own():
    text = aligned([("Budget", "5 €"), ("Payee", "Donau " * 20), ("Spent", "120 €")])
    assert text.startswith("  Budget     5 €\n  Payee: Donau Donau")
    assert text.endswith("\n  Spent    120 €")
