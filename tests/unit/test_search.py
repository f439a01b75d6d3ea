"""What is the same to someone who searches."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.errors import Invalid
from lib.search import fold, search_text, words
from tests.contract.samples import expense


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Café  MÜLLER\n", "cafe muller"),
        ("cafe\u0301", "cafe"),
        ("STRASSE Straße", "strasse strasse"),
        ("İSTANBUL", "istanbul"),
        ("ﬁ Ⅳ 𝐀 ㎏", "fi iv a kg"),
        ("Ελλάς", "ελλασ"),
        ("がぎ", "かき"),
        ("100% _x_", "100% _x_"),
        ("\u00a0 \u3000", ""),
    ],
)
def test_case_accents_and_spaces_make_no_difference(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_letters_are_the_same(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(), st.text())
def test_every_word_of_a_text_is_found_in_it(before, after):
    whole = fold(f"{before} {after}")
    assert all(word in whole for word in fold(before).split() + fold(after).split())


def test_words_are_looked_for_once_each():
    assert words("Café cafe  MILK") == ("cafe", "milk")
    assert words("  ") == ()


@pytest.mark.parametrize("text", ["x" * 201, " ".join(str(n) for n in range(100, 121)), "a\x00", "\ud800"])
def test_what_nobody_searches_for_is_refused(text):
    with pytest.raises(Invalid) as refused:
        words(text)
    assert refused.value.field == "text"


def test_an_expense_is_found_by_payee_description_note_and_tags():
    found_by = search_text(expense(payee="Café", description="Two", note="a\nB", tags=("Trip", "x y")))
    assert found_by == "cafe two a b trip x y"
