"""The geometry of charts: amounts in, percentages of the picture out. Zero-based always; templates only print.

Percentages are texts such as "37.5", ready for an SVG attribute: a rectangle with `width="37.5%"` fits any screen without
scaling its words.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import NamedTuple

ZERO = Decimal(0)


class Progress(NamedTuple):
    """A bar from nothing to a limit, and beyond it where more was spent: then the limit moves left of the end."""

    now: int  # what a screen reader says, 0 to 100
    fill: str  # up to the limit
    limit: str = ""  # where the limit stands, when it is passed
    beyond: str = ""  # how long the part beyond the limit is
    mark: str = ""  # where today stands


class Row(NamedTuple):
    """One horizontal bar. `value` and `note` are words, as people write them."""

    label: str
    value: str
    share: str
    hue: int = 0
    icon: str = ""
    href: str = ""
    note: str = ""


class Tick(NamedTuple):
    y: str
    label: str


class MonthBar(NamedTuple):
    left: str  # of the column the bar stands in
    right: str
    x: str
    y: str  # of the part within the budget, or of everything where there is none
    height: str
    over_y: str  # of the part beyond the budget
    over_height: str  # empty when nothing is beyond it
    budget_y: str
    open: bool  # the month is not over
    words: str
    short: str
    initial: str
    href: str


class MonthChart(NamedTuple):
    bars: list[MonthBar]
    ticks: list[Tick]
    step: str
    width: str


class MonthValue(NamedTuple):
    """What a month's bar shows: `words` are read out and shown on hover, `short` is its name, such as "Nov"."""

    spent: Decimal
    budget: Decimal | None
    words: str
    short: str
    href: str = ""
    open: bool = False


class SparkBar(NamedTuple):
    x: str
    y: str
    height: str


class Spark(NamedTuple):
    bars: tuple[SparkBar, ...]
    width: str


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """`part` of `whole` as a text from "0" to "100", to a tenth. Below zero is zero, more than everything is everything."""
    return _text(_thousandths(part, whole))


def _thousandths(part: Decimal | int, whole: Decimal | int) -> int:
    if whole <= 0 or part <= 0:
        return 0
    return min(1000, int((part * 2000 + whole) // (whole * 2)))


def _text(thousandths: int) -> str:
    whole, tenth = divmod(thousandths, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def progress(spent: Decimal, limit: Decimal, elapsed: tuple[int, int] | None = None) -> Progress:
    """The bar for `spent` of `limit`. `elapsed` is days gone and days in all: where the mark of today stands."""
    today = _thousandths(*elapsed) if elapsed else 0
    if spent <= max(limit, ZERO):
        share = _thousandths(spent, limit)
        return Progress(share // 10, _text(share), mark=_text(today) if today else "")
    # The whole bar is what was spent, so the limit, and with it the mark of today, moves to the left.
    shrunk = _thousandths(limit, spent)
    mark = _text(today * shrunk // 1000) if today and shrunk else ""
    return Progress(100, _text(shrunk), _text(shrunk), _text(1000 - shrunk), mark)


def shares(values: Sequence[Decimal]) -> list[str]:
    """How long each bar is, the largest being 100."""
    largest = max(values, default=ZERO)
    return [percent(value, largest) for value in values]


def nice_ticks(top: Decimal, about: int = 3) -> list[Decimal]:
    """Round steps above zero up to the first that reaches `top`: 1, 2, 2.5 or 5 times a power of ten. Empty for zero."""
    if top <= 0:
        return []
    rough = top / about
    power = Decimal(10) ** rough.adjusted()
    step = next(power * factor for factor in (1, 2, Decimal("2.5"), 5, 10) if power * factor >= rough)
    count = int((top / step).to_integral_value(ROUND_CEILING))
    return [step * number for number in range(1, count + 1)]


def months(values: Sequence[MonthValue], tick_words: Callable[[Decimal], str]) -> MonthChart:
    """Bars from zero with each month's budget as a line, all on one scale; `tick_words` writes an amount at the scale."""
    ticks = nice_ticks(max((max(value.spent, value.budget or ZERO) for value in values), default=ZERO))
    top = ticks[-1] if ticks else Decimal(1)
    step = 1000 // max(1, len(values))
    bars = [_month_bar(value, top, number * step, step) for number, value in enumerate(values)]
    return MonthChart(
        bars,
        [Tick(_down(tick, top), tick_words(tick)) for tick in ticks],
        _text(step),
        _text(step * 6 // 10),
    )


@lru_cache(maxsize=2048)
def _month_bar(value: MonthValue, top: Decimal, left: int, step: int) -> MonthBar:
    whole = _thousandths(value.spent, top)
    within = whole if value.budget is None else min(whole, _thousandths(value.budget, top))
    return MonthBar(
        left=_text(left),
        right=_text(left + step),
        x=_text(left + step * 2 // 10),
        y=_text(1000 - within),
        height=_text(within),
        over_y=_text(1000 - whole),
        over_height=_text(whole - within) if whole > within else "",
        budget_y="" if value.budget is None else _down(value.budget, top),
        open=value.open,
        words=value.words,
        short=value.short,
        initial=value.short[:1],
        href=value.href,
    )


def _down(value: Decimal, top: Decimal) -> str:
    """How far below the top `value` stands."""
    return _text(1000 - _thousandths(value, top))


def sparkline(values: Sequence[Decimal]) -> Spark:
    """Small bars from zero, evenly spread, the last one being the one to see."""
    step = 1000 // max(1, len(values))
    top = max(values, default=ZERO)
    bars = tuple(
        SparkBar(_text(number * step), _down(value, top), percent(value, top))
        for number, value in enumerate(values)
    )
    return Spark(bars, _text(step * 7 // 10))
