"""Of Bootstrap's rules a page gets those it can use, and never fewer."""

import re
from importlib.resources import files

import pytest

from web import assets, stylesheet

BOOTSTRAP = files("flask_bootstrap").joinpath(assets.BOOTSTRAP).read_text()


def kept(css, *words):
    return (
        stylesheet.build(css, "", set(words))
        .removeprefix("@layer bootstrap{")
        .rstrip("\n ")
        .removesuffix("}")
    )


@pytest.mark.parametrize(
    ("css", "words", "left"),
    [
        (".row{a:b}.modal{c:d}", ["row"], ".row{a:b}"),
        ("a{a:b}h1,.h1{c:d}", [], "a{a:b}h1{c:d}"),
        (".btn.active,.btn:hover{a:b}", ["btn"], ".btn:hover{a:b}"),
        (".a:not(.b)>.c{x:y}", ["a", "c"], ".a:not(.b)>.c{x:y}"),
        ("@media print{.x{a:b}.y{a:b}}", ["y"], "@media print{.y{a:b}}"),
        ("@media print{.x{a:b}}p{c:d}", [], "p{c:d}"),
        ("@keyframes spin{to{a:b}}", ["spin"], "@keyframes spin{to{a:b}}"),
        ("@keyframes spin{to{a:b}}", [], ""),
        ('@charset "UTF-8";/* note{} */p{a:b}', [], "p{a:b}"),
    ],
)
def test_a_rule_stays_when_every_class_it_needs_may_occur(css, words, left):
    assert kept(css, *words) == left


def test_with_every_word_all_of_bootstrap_stays():
    """The way of reading it loses nothing."""
    everything = set(re.findall(r"[\w-]+", BOOTSTRAP))
    plain = re.sub(r"/\*.*?\*/", "", BOOTSTRAP, flags=re.DOTALL).replace('@charset "UTF-8";', "")
    assert re.sub(r"\s", "", kept(BOOTSTRAP, *everything)) == re.sub(r"\s", "", plain)


def test_ours_come_after_and_outside_the_layer():
    css = stylesheet.build(".row{a:b}", "/* why */\n.row {\n  a: c;\n}", {"row"})
    assert css == "@layer bootstrap{.row{a:b}}\n .row { a: c; }"


def test_every_class_word_of_a_template_is_found():
    words = stylesheet.words_in('<div class="row g-3 col-md-6">', "el.classList.add('is-invalid')")
    assert {"row", "g-3", "col-md-6", "is-invalid"} <= words
