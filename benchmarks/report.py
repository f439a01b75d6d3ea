"""The figures as tables, to read on a terminal or in docs/."""

from benchmarks.goals import Result, shown
from benchmarks.household import Figures
from benchmarks.measure import Times
from benchmarks.servers import Hello

MARKS = {True: "met", False: "NOT MET", None: "?"}
Rows = list[tuple[str, ...]]


def as_text(hello: Hello, households: dict[int, Figures], results: list[Result]) -> str:
    tables = _goal_rows(results), _figure_rows(hello, households)
    return "\n\n".join(_aligned(rows) for rows in tables)


def as_markdown(machine: str, hello: Hello, households: dict[int, Figures], results: list[Result]) -> str:
    goals, figures = (_marked_down(r) for r in (_goal_rows(results), _figure_rows(hello, households)))
    return (
        "# How fast it is\n\n"
        f"Written by `make bench` on {machine}\n\n"
        "One user, so many expenses over 36 months, 14 categories, 14 monthly budgets; SQLite; gunicorn with two workers of\n"
        "four threads; over HTTP, signed in, on one kept connection; milliseconds with the round trip in them. The bare page\n"
        "is a Flask page behind the same server in the same run. Load comes from `wrk -t2 -c8 -d10s` on the same machine.\n\n"
        f"## Goals\n\n{goals}\n\n## Figures\n\n{figures}\n"
    )


def _goal_rows(results: list[Result]) -> Rows:
    return [("goal", "reached", "wanted", ""), *((r.name, r.reached, r.goal, MARKS[r.met]) for r in results)]


def _figure_rows(hello: Hello, households: dict[int, Figures]) -> Rows:
    bare = ("bare page", *[_cell(hello.page)] * len(households))
    load = ("bare pages a second", *[_cell(hello.per_second)] * len(households))
    names = list(next(iter(households.values())))
    rows = [(name, *(_cell(figures[name]) for figures in households.values())) for name in names]
    return [("p50 / p95 in ms, or as named", *(f"{size:,}" for size in households)), bare, load, *rows]


def _cell(figure: Times | float | None) -> str:
    return f"{figure.p50:.2f} / {figure.p95:.2f}" if isinstance(figure, Times) else shown(figure)


def _aligned(rows: Rows) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _marked_down(rows: Rows) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{'|'.join(['---'] * len(rows[0]))}|", *lines[1:]])
