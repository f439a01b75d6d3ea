"""Text that others wrote, made harmless for a letter; and text in columns, for mail programs that show nothing else.

A payee's name comes from a bank's file, where whoever sends a cent can write what they like: line breaks that would look like
lines of ours, letters that turn a line around, addresses that mail programs make links of.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

WIDTH = 72  # columns
NO_BREAK = "\u200b"  # has no width, and ends what looks like an address
BAR = 24  # columns

_BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # no-break spaces stay: amounts have them
_TURNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_SCHEME = re.compile("(?<=:)(?=//)")
_DOMAIN = re.compile(r"(?<=\w\.)(?=[^\W\d_]{2})")


def one_line(text: str) -> str:
    """`text` on one line that runs the way it begins."""
    line = _TURNS.sub("", _BREAKS.sub(" ", text)).strip()
    return line if _is_closed(line) else _ISOLATES.sub("", line)


def _is_closed(line: str) -> bool:
    """Whether each piece that is kept apart ends, so that it does not pull along what comes after it."""
    depth = 0
    for sign in _ISOLATES.findall(line):
        depth += -1 if sign == "\u2069" else 1
        if depth < 0:
            return False
    return depth == 0


def harmless(text: str) -> str:
    """`text` on one line, of which no mail program makes a link. It looks as before."""
    return _DOMAIN.sub(NO_BREAK, _SCHEME.sub(NO_BREAK, one_line(text)))


def shortened(text: str, most: int, sign: str = "…") -> str:
    """At most `most` characters: what goes is in the middle, for names are long and figures are at either end.

    A number goes as a whole: the end of one would be another.
    """
    if len(text) <= most:
        return text
    room = max(0, most - len(sign))
    head, tail = room - room // 2, len(text) - room // 2
    if _has_digit(text, head):
        head = text.rfind(" ", 0, head) + 1
    if _has_digit(text, tail):
        end = text.find(" ", tail)
        tail = end if end >= 0 else len(text)
    return f"{text[:head].rstrip()}{sign}{text[tail:].lstrip()}"[:most]


def _has_digit(text: str, cut: int) -> bool:
    """Whether it would be cut within a word that is, or has, a number."""
    if cut in (0, len(text)) or " " in text[cut - 1 : cut + 1]:
        return False
    end = text.find(" ", cut)
    return any(sign.isdigit() for sign in text[text.rfind(" ", 0, cut) + 1 : end if end >= 0 else len(text)])


def columns(text: str) -> int:
    """How wide it is where each letter has one width: Chinese, Japanese and Korean ones take two."""
    return sum(map(_width, text))


def _width(sign: str) -> int:
    if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def wrapped(text: str, width: int = WIDTH) -> str:
    """In lines of up to `width` columns. Only words that are wider than a line are broken."""
    lines, line = [], ""
    for word in (piece for whole in text.split(" ") for piece in _pieces(whole, width)):
        if line and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _pieces(word: str, width: int) -> Iterator[str]:
    piece = ""
    for sign in word:
        if columns(piece) + _width(sign) > width:
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def aligned(figures: Sequence[tuple[str, str]]) -> str:
    """Labels to the left, figures to the right, one below the other; a pair too wide for that in lines of its own."""
    short = [pair for pair in figures if is_short(*pair)]
    label_width = max((columns(label) for label, _ in short), default=0)
    value_width = max((columns(value) for _, value in short), default=0)
    lines = []
    for label, value in figures:
        if is_short(label, value):
            gap = label_width - columns(label) + 3 + value_width - columns(value)
            lines.append(f"  {label}{' ' * gap}{value}")
        else:
            lines += [f"  {line}" for line in wrapped(f"{label}: {value}", WIDTH - 2).splitlines()]
    return "\n".join(lines)


def is_short(label: str, value: str) -> bool:
    """Whether both stand on one line, whatever the others are."""
    return columns(label) <= 40 and columns(value) <= 24


def bar(percent: int) -> str:
    """A bar of signs; what is beyond its end is for the words beside it."""
    full = min(BAR, max(0, percent) * BAR // 100)
    return f"[{'#' * full}{'.' * (BAR - full)}]"
