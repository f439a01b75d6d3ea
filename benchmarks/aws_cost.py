"""What counted requests and units come to in money: per 1,000 people a month."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from benchmarks.aws_household import ROWS

# US dollars, us-east-1, on demand, as AWS lists them since November 2024.
PRICES_OF = "November 2024"
READ, WRITE = Decimal("0.125") / 10**6, Decimal("0.625") / 10**6  # a unit
STORED = Decimal("0.25")  # a GB and month in DynamoDB, after the first 25
QUEUE, FILE = Decimal("0.40") / 10**6, Decimal("5") / 10**6  # a request to SQS; a PUT to S3

# What an active person does in a month, by the names of the actions. Ours: an assumption, not a measurement.
MONTH = {
    "sign in": 3,
    "sign in from a new browser, and the letter": 1,
    "overview": 10,
    "overview again, nothing changed": 20,
    "a month's list": 15,
    "all expenses, first page": 5,
    "search in a month": 3,
    "search in everything": 2,
    "budgets": 4,
    "form to add an expense": 40,
    "add an expense": 40,
    "overview after a change": 40,
    "form to change an expense": 5,
    "delete an expense": 2,
    f"import {ROWS} rows of a bank's file": 1,
}
PEOPLE = 1000


class Cost(Protocol):
    @property
    def requests(self) -> int: ...
    @property
    def read(self) -> float: ...
    @property
    def written(self) -> float: ...


Costs = Mapping[int, Mapping[str, Cost]]


def price(cost: Cost) -> Decimal:
    return Decimal(cost.read) * READ + Decimal(cost.written) * WRITE


def a_month(costs: Mapping[str, Cost]) -> Decimal:
    """US dollars for PEOPLE of them."""
    return PEOPLE * sum((times * price(costs[name]) for name, times in MONTH.items()), Decimal(0))


def as_text(costs: Costs) -> str:
    rows = _rows(costs)
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(c.rjust(w) if n else c.ljust(w) for n, (c, w) in enumerate(zip(r, widths, strict=True)))
        for r in rows
    ]
    months = [f"{size:,} expenses each: {a_month(costs[size]):.2f} USD" for size in costs]
    return "\n".join([*lines, "", f"{PEOPLE:,} people a month on DynamoDB, " + "; ".join(months)])


def as_markdown(costs: Costs, counted_on: date, daily: str) -> str:
    """`daily`: the part about the daily run."""
    intro = f"""# What it costs on AWS

Written by `make bench-aws` on {counted_on}. Requests and units are counted on Amazon's own DynamoDB engine (DynamoDB Local),
with the real pages: read units as it says, write units and what is not there as AWS counts them (`benchmarks/aws_units.py`), indexes included.
Prices are those of us-east-1, on demand, as AWS lists them since {PRICES_OF}: {_usd(READ)} USD per million read units, {_usd(WRITE)} USD per million write units. Look them
up again before you rely on them.
"""
    return "\n".join([intro, _what_people_do(costs), _what_a_month_costs(costs), daily, BESIDES])


def _what_people_do(costs: Costs) -> str:
    rows = [f"| {' | '.join(row)} |" for row in _rows(costs)]
    marks = "|".join(["---", *["---:"] * (len(_rows(costs)[0]) - 1)])
    sizes = " and ".join(f"{size:,}" for size in costs)
    return f"""## What people do

Of someone with {sizes} expenses: requests to DynamoDB, read units and write units.

{rows[0]}
|{marks}|
{chr(10).join(rows[1:])}

Who signs in does so from a browser that has been used before, but for once, which a letter tells of. One sign-in in sixteen,
not counted here, looks through the account's security events, 500 at most, for those that are too many: one request more.
A page that nothing has changed under is answered from the one made before: who asks, and whether it is still theirs, is all
that is read. A search reads what it looks through, because DynamoDB cannot search: its list up to 4 MB a page, and offers to go on;
the sum above it up to 4 MB once more, and beyond that there is none. Whole months always have their sum, which is kept.
"""


def _what_a_month_costs(costs: Costs) -> str:
    months = "\n".join(f"| {size:,} | {a_month(costs[size]):.2f} |" for size in costs)
    return f"""## {PEOPLE:,} people, a month

An active person's month is as often of each as the table's second column says: an assumption, not a measurement.

| expenses each has | USD for {PEOPLE:,} people on DynamoDB |
|---:|---:|
{months}

The formula: people × Σ (times a month × (read units × {_usd(READ)} + write units × {_usd(WRITE)}) / 1,000,000). It is nearly flat in
history, because totals are kept and lists are read page by page; the search in everything grows until it has read its 4 MB.
"""


def _usd(price: Decimal) -> str:
    """Per million."""
    return f"{price * 10**6:.3f}".rstrip("0").rstrip(".")


def _rows(costs: Costs) -> list[tuple[str, ...]]:
    sizes = list(costs)
    heads = [f"{what} ({size:,})" for size in sizes for what in ("requests", "read", "written")]
    rows = [("action", "times a month", *heads, "USD per million")]
    for name in costs[sizes[0]]:
        figures = [figure for size in sizes for figure in _figures(costs[size][name])]
        rows.append((name, str(MONTH[name]), *figures, f"{price(costs[sizes[-1]][name]) * 10**6:,.2f}"))
    return rows


def _figures(cost: Cost) -> tuple[str, str, str]:
    return str(cost.requests), f"{cost.read:g}", f"{cost.written:g}"


BESIDES = f"""## On top

Whoever comes:

| what | how much |
|---|---|
| Storage in DynamoDB | {STORED} USD a GB and month beyond 25 GB; an expense takes about 2 kB with its indexes, so a thousand people with ten thousand expenses each take 20 GB. Point-in-time recovery costs 0.20 USD a GB and month more |
| Queue, files | {_usd(QUEUE)} USD per million requests to SQS (a worker asks six times a minute: 0.10 USD a month); {_usd(FILE)} USD per million uploads |
| Machines | By far the most: what runs the pages costs the same with no visitors. Two small ARM machines and a load balancer come to about 40 USD a month |
| PostgreSQL of RDS, cache | In the place of DynamoDB, [with several machines](deploying.md#several-machines-postgresql-and-redis), and the same with no visitors: `db.t4g.micro` with 20 GB 14 USD a month and twice that with `RDS_MULTI_AZ`, its secret 0.40; `cache.t4g.micro` 9 USD a node |
| Letters and SMS | 0.10 USD per thousand e-mails through SES; an SMS costs what the country's networks ask, often more than everything else that person does in a month |
"""
