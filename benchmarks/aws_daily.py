"""The daily run on AWS: requests and units of so many users, counted share by share; and an alert on its way out."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from aws_config.function_plans import PLANS
from aws_config.sharing import USERS, Share
from benchmarks.aws_cost import QUEUE, READ, WRITE
from benchmarks.aws_units import WriteMeter
from benchmarks.daily import MONDAY, ORDINARY, make_one
from lib.alerting import preferences
from lib.services import Services
from tests.doubles import Clock, Waiting

COUNTED = (100, 1_000)  # users
REACHED = (1_000, 10_000, 100_000, 1_000_000)  # by the formula
DAYS: Mapping[str, datetime] = {"ordinary": ORDINARY, "the same day again": ORDINARY, "Monday": MONDAY}
AGAIN, ALERT = "the same day again", "an alert by e-mail"
PLAN = PLANS["budget-alert-function"]
PLANNED = PLAN.timeout // 2  # seconds that a share may take
# US dollars, us-east-1, ARM, as AWS lists them since November 2024.
GIGABYTE_SECOND, CALL = Decimal("0.0000133334"), Decimal("0.20") / 10**6
SQS_REQUESTS = 3  # to send a message, receive it and delete it, where nothing is batched


class Run(NamedTuple):
    """Over so many users, or alerts."""

    many: int
    alerts: int
    requests: int
    read: float  # units
    written: float
    longest: float  # seconds of a share, on the machine that counted

    @property
    def usd(self) -> Decimal:
        """On DynamoDB."""
        return Decimal(self.read) * READ + Decimal(self.written) * WRITE

    def times(self, many: int) -> "Run":
        """The same of so many."""
        factor = many / self.many
        return Run(
            many,
            round(self.alerts * factor),
            round(self.requests * factor),
            self.read * factor,
            self.written * factor,
            self.longest,
        )


Runs = Mapping[int, Mapping[str, Run]]


def measure(
    services: Services, clock: Clock, counted: Callable[[], WriteMeter], users: int
) -> dict[str, Run]:
    """Three days of so many users, a tenth of whom are over a budget and a tenth near one; and the first day's alerts sent."""
    make_people(services, users)
    meter, found = counted(), {}  # looking at every item takes time, so only from now on
    for name, moment in DAYS.items():
        clock.moment = moment
        found[name] = one_day(services, meter, users)
        if name == "ordinary":
            found[ALERT] = alerts_sent(services, meter)
            assert found[ALERT].many == found[name].alerts, "each that is counted goes out"
    return found


def make_people(services: Services, users: int) -> None:
    for number in range(users):
        make_one(services, number)
        user = services.store.get_user(f"{number:032x}")
        assert user is not None
        preferences.change(services.store, user.user_id, confirmed_email=user.email)


def one_day(services: Services, meter: WriteMeter, users: int) -> Run:
    """Share by share, as the function does it."""
    shares, alerts, longest = -(-users // USERS), 0, 0.0
    meter.start()
    seen = 0
    for number in range(shares):
        started = time.perf_counter()
        people = Share(number, shares).users(services.store, lambda: True, _nobody_is_left)
        outcome = services.daily.check(people)
        longest = max(longest, time.perf_counter() - started)
        assert outcome.errors == [], outcome.errors
        alerts, seen = alerts + outcome.alerts_sent, seen + outcome.users
    assert seen == users
    return Run(users, alerts, len(meter.sent), meter.read_units, meter.write_units, longest)


def alerts_sent(services: Services, meter: WriteMeter) -> Run:
    """What waits in the queue, sent as the function does it."""
    queue = services.queue
    assert isinstance(queue, Waiting)
    many = len(queue.tasks)
    meter.start()
    queue.run(services)
    return Run(many, many, len(meter.sent), meter.read_units, meter.write_units, 0)


def _nobody_is_left(rest: Share) -> None:
    raise AssertionError(f"there was time for all of {rest}")


def as_text(runs: Runs) -> str:
    rows = [
        f"{users:,} users, {name}: {run.alerts} alerts, {run.requests} requests, {run.read:g} read, {run.written:g} written,"
        f" a share up to {run.longest:.1f} s"
        for users, days in runs.items()
        for name, run in days.items()
    ]
    return "\n".join(rows)


def as_markdown(runs: Runs) -> str:
    most = max(runs)
    counted = "\n".join(
        _counted(users, name, run) for users, days in runs.items() for name, run in days.items()
    )
    reached = "\n".join(
        _reached(runs[most][AGAIN].times(users), runs[most]["ordinary"].times(users)) for users in REACHED
    )
    alert = runs[most][ALERT].times(1)
    return f"""## The daily run

Counted the same way. Each person has four budgets and four months of expenses; a tenth are over a budget, and a tenth have used up
most of one. "The same day again" is what most days are: nobody has news. On the ordinary day each of those gets one alert; on a
Monday everyone gets a weekly summary. What is only written down is no alert, but counts as written: for who is over, the percentage
that was passed on the way.

| users | what | alerts | requests | read | written | requests each | read each | written each |
|---:|---|---:|---:|---:|---:|---:|---:|---:|
{counted}

It grows with people, and never with their expenses: who they are comes in pages, then for each of them budgets, kept totals of
thirteen months, the note of what was told, and preferences; two weeks of expenses on the day of the weekly summary, and none on
others. Sending one alert by e-mail is {alert.requests} requests, {alert.read:.1f} read and {alert.written:.1f} write units: claimed, sent and noted.

People are shared out by {USERS}, a message each in `budget-check-queue`; the function takes one at a time, {PLAN.side_by_side} of it side by side
at most, so that the pages keep their part of DynamoDB. A share took up to {max(run.longest for days in runs.values() for run in days.values()):.1f} s here, on a Monday, with DynamoDB Local on the same
processors and every item looked at to count it; it is planned with {PLANNED} s of the {PLAN.timeout} s that the function has, and what there is no time for becomes another share.

| users | shares | requests | read | written | USD a day on DynamoDB | queue | Lambda | minutes | first day: written, USD |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{reached}

The formulas: per person as counted with {most:,}; shares = ⌈users / {USERS}⌉; queue = shares × {SQS_REQUESTS} requests; Lambda = shares × {PLANNED} s ×
{PLAN.memory} MB and a call each; minutes = ⌈shares / {PLAN.side_by_side}⌉ × {PLANNED} s. DynamoDB counts its items every six hours, so a planner with many new
people has too few shares on its first day: each does what it has time for and hands on the rest.
"""


def _counted(users: int, name: str, run: Run) -> str:
    each = run.times(1)
    many = f"{users:,}" if name != ALERT else ""
    figures = (run.read, run.written, run.requests / run.many, each.read, each.written)
    told = " | ".join(f"{figure:,.4g}" if figure < 1000 else f"{figure:,.0f}" for figure in figures)
    return f"| {many} | {name} | {run.alerts:,} | {run.requests:,} | {told} |"


def _reached(usual: Run, first: Run) -> str:
    shares = -(-usual.many // USERS)
    queue, gigabytes = shares * SQS_REQUESTS * QUEUE, Decimal(PLAN.memory) / 1024
    function = shares * (PLANNED * gigabytes * GIGABYTE_SECOND + CALL)
    minutes = -(-shares // PLAN.side_by_side) * PLANNED / 60
    return (
        f"| {usual.many:,} | {shares:,} | {usual.requests:,} | {usual.read:,.0f} | {usual.written:,.0f} | {usual.usd:.4f} "
        f"| {queue:.4f} | {function:.3f} | {minutes:g} | {first.written:,.0f}, {first.usd:.3f} |"
    )
