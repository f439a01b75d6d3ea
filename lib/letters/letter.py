"""What a letter says, written twice: as plain text, and as HTML that mail programs of every age show."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from lib.letters.plain import aligned, bar, columns, harmless, one_line, shortened, wrapped
from lib.records import Email
from lib.writing.formats import percent_text

LONGEST_SUBJECT = 78  # RFC 5322's line, and more than any list of letters shows
SIGNS = {"fine": "✓", "near": "!", "over": "▲"}  # with the word beside it: no colour stands alone


class Action(NamedTuple):
    words: str
    address: str  # whole


class Part(NamedTuple):
    """One of several things that a letter tells."""

    title: str
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Texts are one line each, as people wrote them: they are made harmless when the letter is."""

    subject: str
    paragraphs: Sequence[str] = ()
    topic: str = ""  # a word or two above the subject
    state: str = ""  # fine, near or over
    headline: tuple[str, str] | None = None  # the figure that matters, with its label
    percent: int | None = None  # for a bar below it
    figures: Sequence[tuple[str, str]] = ()
    parts: Sequence[Part] = ()
    action: Action | None = None
    after: Sequence[str] = ()  # paragraphs below the action
    reason: str = ""  # why it comes, in small print
    ways_out: Sequence[Action] = ()  # also in small print
    locale: str = "en"


def written(
    letter: Letter, to: str, address: str, *, key: str = "", headers: tuple[tuple[str, str], ...] = ()
) -> Email:
    """Write it.

    Args:
        address: Where the planner is.
            key, headers: As an Email has them.
    """
    given = {
        "letter": letter,
        "address": address,
        "used": "" if letter.percent is None else f"{percent_text(letter.percent, letter.locale)} used",
        "sign": SIGNS.get(letter.state, ""),
    }
    subject = shortened(one_line(letter.subject), LONGEST_SUBJECT)
    return Email(to, subject, _filled("letter.txt", given), _filled("letter.html", given), headers, key)


def _filled(name: str, given: dict[str, object]) -> str:
    return _templates().get_template(name).render(given)


@cache
def _templates() -> Environment:
    """Beside this module, so that they go wherever it goes."""
    templates = Environment(
        loader=PackageLoader("lib.letters", ""),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"harmless": harmless, "wrapped": wrapped, "aligned": _aligned, "bar": bar}
    templates.filters |= {"underlined": _underlined, "is_figure": is_figure, "is_narrow": _is_narrow}
    return templates


def _aligned(figures: Sequence[tuple[str, str]]) -> str:
    return aligned([(harmless(label), harmless(value)) for label, value in figures])


def _underlined(text: str) -> str:
    return f"{text}\n{'=' * max(map(columns, text.splitlines()))}"


def is_figure(value: str) -> bool:
    """Whether it is an amount, a number or a day, which is never broken, rather than words."""
    return len(value) <= 24 and any(sign.isdigit() for sign in value)


def _is_narrow(pair: tuple[str, str]) -> bool:
    """Whether label and value can stand side by side on the smallest phone, wrapped between words."""
    label, value = pair
    widest = columns(value) if is_figure(value) else max(map(columns, value.split()), default=0)
    return columns(value) <= 32 and max(map(columns, label.split()), default=0) + widest <= 28
