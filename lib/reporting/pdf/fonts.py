"""Letters and their widths. Noto Sans for Latin, Greek and Cyrillic, and FiraGO for Georgian, Thai and signs, are embedded;
Chinese, Japanese and Korean are written in the fonts that readers of PDF have for them. The rest is shown as NONE: emoji, and
scripts whose letters would have to be joined or turned round.
"""

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD, MORE = "NotoSans", "NotoSans-Bold", "FiraGO"
NONE = "\u25af"  # a white rectangle, in place of a character that no font has
_EAST = {"zh_Hans": "STSong-Light", "zh_Hant": "MSung-Light", "ko": "HYSMyeongJo-Medium"}
_JAPANESE = "HeiseiKakuGo-W5"
_SAME = {
    0xFFE5: 0xA5,
    0xFFE1: 0xA3,
    0x2011: 0x2010,
    0x2009: 0x202F,
}  # a sign that is there for one that is not
# Directions and joiners say nothing by themselves; tabs and line breaks are spaces in a cell.
_SILENT = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD]
)
_PLAIN_TEXT = str.maketrans(
    {**_SAME, **_SILENT, 9: " ", 10: " ", 11: " ", 12: " ", 13: " ", 0x2028: " ", 0x2029: " "}
)


class Run(NamedTuple):
    """Characters that stand next to each other in one font."""

    font: str
    text: str


_IN_MORE = ((0x0E00, 0x0E7F), (0x10A0, 0x10FF), (0x1C90, 0x1CBF), (0x2190, 0x23FF), (0x25A0, 0x25FF))
_IN_THE_EAST = ((0x2E80, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFF00, 0xFFEF))


@lru_cache(maxsize=3)
def _known(font: str) -> frozenset[int]:
    """The characters that a font has. It is loaded when first asked for, once a process."""
    loaded = TTFont(font, io.BytesIO(_file(font)))
    pdfmetrics.registerFont(loaded)
    return frozenset(loaded.face.charToGlyph)


def _file(font: str) -> bytes:
    """Each is a module of its own; named as such, so that who builds a function's package sees what it needs."""
    if font == PLAIN:
        from pymupdf_fonts.NotoSans_Regular import fontbuffer
    elif font == BOLD:
        from pymupdf_fonts.NotoSans_Bold import fontbuffer
    else:
        from pymupdf_fonts.FiraGO_Regular import fontbuffer
    return bytes(fontbuffer)


@lru_cache(maxsize=8)
def _east(locale: str) -> str:
    name = next((font for start, font in _EAST.items() if locale.startswith(start)), _JAPANESE)
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


@lru_cache(maxsize=4096)
def _font_of(character: str, bold: bool, locale: str) -> str:
    """The font that has it; nothing where none has."""
    code = ord(character)
    first = BOLD if bold else PLAIN
    if code in _known(first):
        return first
    if _within(code, _IN_THE_EAST):
        return _east(locale)
    return MORE if _within(code, _IN_MORE) and code in _known(MORE) else ""


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= code <= end for start, end in ranges)


@lru_cache(maxsize=16384)
def runs(text: str, bold: bool, locale: str) -> tuple[Run, ...]:
    """The text as it can be written: what the font lacks in another, or as NONE."""
    text = text.translate(_PLAIN_TEXT)
    font = BOLD if bold else PLAIN
    if _known(font).issuperset(map(ord, text)):
        return (Run(font, text),) if text else ()
    return tuple(_mixed(text, bold, locale))


def _mixed(text: str, bold: bool, locale: str) -> Iterator[Run]:
    current, part = "", ""
    for character in text:
        font = _font_of(character, bold, locale)
        if not font:
            font, character = _font_of(NONE, bold, locale), NONE
        if font != current and part:
            yield Run(current, part)
            part = ""
        current, part = font, part + character
    if part:
        yield Run(current, part)


def width(text: str, size: float, bold: bool = False, locale: str = "en") -> float:
    """How wide it is, in points."""
    return _width(text, bold, locale) * size


@lru_cache(maxsize=16384)
def _width(text: str, bold: bool, locale: str) -> float:
    return sum(pdfmetrics.stringWidth(run.text, run.font, 1) for run in runs(text, bold, locale))


def fitted(text: str, size: float, room: float, bold: bool = False, locale: str = "en") -> str:
    """As much of it as fits into `room` points, with an ellipsis where something is left out."""
    if len(text) * size * 1.1 <= room or (whole := width(text, size, bold, locale)) <= room:
        return text
    most = int(len(text) * room / whole) + 1
    while most and width(text[:most].rstrip() + "…", size, bold, locale) > room:
        most -= 1
    return text[:most].rstrip() + "…"


def lines(text: str, size: float, room: float, bold: bool = False, locale: str = "en") -> list[str]:
    """The text broken at spaces, so that each line fits."""
    found: list[str] = []
    for word in text.split(" "):
        longer = f"{found[-1]} {word}" if found else word
        if found and width(longer, size, bold, locale) <= room:
            found[-1] = longer
        else:
            found.append(fitted(word, size, room, bold, locale))
    return found
