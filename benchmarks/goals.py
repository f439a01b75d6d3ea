"""What must be reached: at a hundred thousand expenses, and as ratios that hold on any machine."""

from typing import NamedTuple

from benchmarks.household import Figures
from benchmarks.measure import Times
from benchmarks.servers import Hello


class Result(NamedTuple):
    name: str
    reached: str
    goal: str
    met: bool | None  # None where it could not be measured


def goals(hello: Hello, households: dict[int, Figures]) -> list[Result]:
    small, large = households[min(households)], households[max(households)]
    growth = max(households) / min(households)
    anew = p50(large, "overview, rendered anew")
    overview, added = p50(large, "overview"), p50(large, "add one, then the overview")
    match, none = p95(large, "search, frequent"), p95(large, "search, no match")
    load, memory = number(large, "overviews a second"), number(large, "memory")
    return [
        at_most("G1 overview, p50", overview, 1.5, "ms"),
        at_most("G1 … largest / smallest", overview / p50(small, "overview"), 1.1),
        at_most("G1 … / a bare page", overview / hello.page.p50, 4),
        at_most("G1 rendered anew, p50", anew, 1.5, "ms"),
        at_most("G1 … largest / smallest", anew / p50(small, "overview, rendered anew"), 1.1),
        at_most("G1 … / a bare page", anew / hello.page.p50, 4),
        at_most("G2 add one, then the overview, p50", added, 4, "ms"),
        at_most("G2 … / G1", added / overview, 3),
        at_least("G3 overviews a second, 8 clients", load, 3000),
        at_least("G3 … / bare pages a second", load and hello.per_second and load / hello.per_second, 0.4),
        at_most(
            "G4 import of the largest file", number(large, "import, s"), 3 * max(households) / 100_000, "s"
        ),
        at_most(
            "G4 … time a row, largest / smallest",
            ratio(number(large, "import, s"), number(small, "import, s"), growth),
            1.1,
        ),
        at_most(
            "G4 … memory it takes, largest / smallest", ratio(large["import, MiB"], small["import, MiB"]), 1.5
        ),
        at_most("G5 search, p95", match, 3, "ms"),
        at_most("G5 search without a match, p95", none, 3, "ms"),
        at_most("G5 … no match / match", none / match, 2),
        at_most("G6 a month's list, p50", p50(large, "month's list"), 3, "ms"),
        at_most("G6 … its size", number(large, "month's list, KB"), 40, "KB"),
        at_most("G7 memory of both workers", memory, 120, "MiB"),
        at_most("G7 … largest / smallest", ratio(memory, number(small, "memory")), 1.1),
        at_most("G9 first load of a page", number(large, "first load, KB"), 100, "KB"),
    ]


def report_goals(reports: Figures) -> list[Result]:
    """G8 has households of its own: a year of 10,000 expenses is none of those above."""
    return [
        at_most("G8 a month's report", number(reports, "month's report, s"), 0.15, "s"),
        at_most("G8 a year's report, 10,000 expenses", number(reports, "year's report, s"), 1.5, "s"),
        at_most(
            "G8 … 100,000 expenses: memory in all", number(reports, "everything's report, MiB"), 300, "MiB"
        ),
    ]


def at_most(name: str, reached: float | None, limit: float, unit: str = "") -> Result:
    met = None if reached is None else reached <= limit
    return Result(name, shown(reached, unit), f"≤ {shown(limit, unit)}", met)


def at_least(name: str, reached: float | None, limit: float) -> Result:
    met = None if reached is None else reached >= limit
    return Result(name, shown(reached), f"≥ {shown(limit)}", met)


def shown(value: float | None, unit: str = "") -> str:
    if value is None:
        return "not measured"
    digits = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".strip()


def ratio(large: object, small: object, by: float = 1) -> float | None:
    return large / small / by if isinstance(large, float) and isinstance(small, float) and small else None


def p50(figures: Figures, name: str) -> float:
    found = figures[name]
    assert isinstance(found, Times)
    return found.p50


def p95(figures: Figures, name: str) -> float:
    found = figures[name]
    assert isinstance(found, Times)
    return found.p95


def number(figures: Figures, name: str) -> float | None:
    found = figures[name]
    assert not isinstance(found, Times)
    return found
