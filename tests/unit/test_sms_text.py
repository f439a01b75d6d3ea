"""What goes into one SMS: the lead always, then the link, then as much more as fits."""

import re
from string import ascii_letters

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.alerting.sms import BASIC, EXTENDED, fit, fits, plain

LINK = "https://budget.example/budget?month=2026-11"
ANYTHING = st.text(max_size=400)
A_LINK = st.just("") | st.text("abc/?=&-_~.", max_size=90).map("https://budget.example/".__add__)


def septets(text: str) -> int:
    """Counted apart from the module: signs of the extension take two."""
    return len(text.encode("utf-8")) if text.isascii() and not re.search(r"[\^{}\\\[~\]|`]", text) else -1


@given(ANYTHING, st.lists(ANYTHING, max_size=4), A_LINK)
@example("W" * 200, [], LINK)
@example("食" * 200, ["食"], LINK)
@example("😀" * 100, [], "")
@example("{" * 100, [], "")
def test_it_is_always_one_sms_on_one_line(lead, more, link):
    text = fit(lead, more, link)
    assert fits(text)
    assert "\n" not in text
    assert "\r" not in text


@given(ANYTHING, st.lists(ANYTHING, max_size=4), A_LINK)
def test_a_link_is_whole_and_last_or_not_there(lead, more, link):
    text = fit(lead, more, link)
    words = text.split(" ")
    assert [word for word in words if "://" in word] in ([], [link])
    assert "://" not in text or words[-1] == link


@given(st.text(ascii_letters + " ", max_size=100).map(plain), st.lists(st.text(ascii_letters, max_size=80)))
def test_a_lead_that_fits_is_whole_and_first(lead, more):
    assert fit(lead, more, LINK).startswith(lead)


@given(ANYTHING, st.lists(ANYTHING, max_size=3))
def test_more_room_never_means_less_of_it(lead, more):
    assert len(fit(lead, more, LINK).removesuffix(LINK)) <= len(fit(lead, more)) + 1


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("a" * 160, True),
        ("a" * 161, False),
        ("€" * 80, True),
        ("€" * 80 + "a", False),
        ("[]{}~^|\\€" * 8 + "a" * 16, True),
        ("[]{}~^|\\€" * 8 + "a" * 17, False),
        ("食" * 70, True),
        ("食" * 71, False),
        ("😀" * 35, True),
        ("😀" * 35 + "a", False),
        ("ç" + "a" * 69, True),
        ("ç" + "a" * 70, False),
    ],
)
def test_places_are_counted_as_phones_count_them(text, is_one):
    assert fits(text) is is_one


def test_the_alphabet_is_the_standards():
    """128 places, of which ten are Greek capitals that look like no Latin letter, and three are control characters."""
    assert len(BASIC) == 128 - 3
    assert len(EXTENDED) == 9
    assert septets("plain ASCII") == 11
    assert not set("`çáíóúÁ") & (BASIC | EXTENDED)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.250,00\xa0€", "1.250,00 €"),
        ("\u22125\u202f000\xa0€", "-5 000 €"),
        ("₹1,250", "INR 1,250"),
        ("12,50\xa0zł", "12,50 PLN"),
        ("99\xa0Kč", "99 CZK"),
        ("\uffe512,500", "¥12,500"),
        ("£5 and $5", "£5 and $5"),
        ("“Łódź” – Café…", '"Lódz" - Café...'.replace("ó", "o")),
        ("Kčs and złoty", "Kcs and zloty"),
        ("Market 🛒 day", "Market day"),
        ("a\u202eb\u200bc", "abc"),
        ("one\r\ntwo\tthree", "one two three"),
        ("食費", "食費"),
        ("Продукты", "Продукты"),
    ],
)
def test_text_is_put_into_the_phones_alphabet_where_it_can_be(text, said):
    assert plain(text) == said


def test_an_accent_does_not_cost_half_of_the_room():
    assert len(fit("Łódź " + "a" * 150)) == 155


def test_what_fits_is_there_in_order_of_importance():
    assert fit("Lead", ["First.", "Second."], LINK) == f"Lead. First. Second. {LINK}"
    assert fit("Lead.", ["long " * 40, "Second."], LINK) == f"Lead. Second. {LINK}"


def test_a_long_name_gives_way_and_no_figure_does():
    text = fit("Donaudampfschifffahrtsgesellschaft" * 4 + " is 1.740,50\xa0€ over budget", [], LINK)
    assert text.startswith("Donaudampfschiff")
    assert text.endswith(f" is 1.740,50 € over budget {LINK}")
    assert "..." in text


def test_half_a_number_is_never_sent():
    text = fit("1234567890" * 30, [], "")
    assert not any(sign.isdigit() for sign in text)


@pytest.mark.parametrize(
    "payee", ["http://evil.example/login", "www.evil.example", "Evil.com", "x@evil.example", "evil.EXAMPLE/a"]
)
def test_a_payees_name_is_no_link(payee):
    text = fit(f"Large expense: 5 € at {payee}")
    assert not re.search(r"://|\w\.[a-z]{2}", text, re.IGNORECASE)
