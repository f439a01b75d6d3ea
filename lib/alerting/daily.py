"""The daily run: catches up with everyone's budgets, and brings what only time brings."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from lib.alerting import kinds, preferences, rules, summaries
from lib.alerting.manager import NotificationManager
from lib.errors import Changed, PlannerError
from lib.jobs import Jobs
from lib.logs import NOTHING, why
from lib.periods import Month, today_in
from lib.records import Document, Filters, User
from lib.reporting.runs import ReportRun

AT = time(8, tzinfo=UTC)
OWNER, KIND = "-daily", "run"
MOST_OF_TWO_WEEKS = 500  # expenses that a weekly summary adds up
SIGN_OF_LIFE = 200  # users between two signs of life
log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    alerts_sent: int
    errors: list[str]  # of whom, and what; one person's trouble is nobody else's
    users: int


class DailyRun:
    def __init__(
        self,
        alerts: NotificationManager,
        jobs: Jobs,
        now: Callable[[], datetime],
        make_report: Callable[[User, Month], ReportRun | None] = lambda user, month: None,
        pseudonym: Callable[[str], str] = lambda user_id: NOTHING,
    ) -> None:
        """`make_report` has a month's report made for who wants one each month; `pseudonym` is what the log calls people."""
        self.alerts, self.jobs, self.now, self.make_report = alerts, jobs, now, make_report
        self.pseudonym = pseudonym
        self.store, self.outbox = alerts.store, alerts.outbox
        self._begun = date.min

    def begin(self) -> None:
        """Have the worker run it, once a day, as soon as it is time; also where the machine was off then."""
        at = self.now()
        if at.date() <= self._begun or at.timetz() < AT:
            return
        if self.store.get_document(OWNER, KIND, str(at.date())) is None:
            self.jobs.submit(
                "daily", str(at.date())
            )  # first: killed in between, it is asked for again, and is one job
            try:
                self.store.put_document(Document(OWNER, KIND, str(at.date()), {}, at + timedelta(days=3)))
            except Changed:
                log.debug("another worker has begun it, too")
        self._begun = at.date()

    def run(self, day: str) -> None:
        """The worker's part."""

        def alive(number: int) -> None:
            if number % SIGN_OF_LIFE == 0:
                self.jobs.alive("daily", day)

        outcome = self.check(self.store.each_user(), alive)
        log.info(
            "daily run: %d users, %d alerts, %d errors",
            outcome.users,
            outcome.alerts_sent,
            len(outcome.errors),
        )

    def check(self, users: Iterable[User], alive: Callable[[int], None] = lambda _: None) -> Outcome:
        """Look after these users. What fails for one is said at the end; the next run looks again."""
        before, errors, number = self.outbox.told, [], 0
        for number, user in enumerate(users, 1):
            try:
                self.look_after(user)
            except PlannerError as error:
                log.warning("daily run: %s: %s", self.pseudonym(user.user_id), why(error))
                errors.append(f"{user.user_id}: {error.message}")
            except Exception as error:  # ours to mend; the others are looked after meanwhile
                log.exception("daily run: %s", self.pseudonym(user.user_id))
                errors.append(f"{user.user_id}: {type(error).__name__}")
            alive(number)
        return Outcome(self.outbox.told - before, errors, number)

    def look_after(self, user: User) -> None:
        self.alerts.catch_up(user)
        today = today_in(user.time_zone, self.now())
        if end := summaries.week_ended(user, today):
            self.send_weekly_summary(user, end)
        if month := summaries.month_ended(today):
            self.send_monthly_summary(user, month, today, self.make_report(user, month))

    def send_weekly_summary(self, user: User, end: date) -> None:
        """The week before `end`, once, if anything was spent in it."""
        row_id = rules.id_of(kinds.WEEKLY, str(end))
        chosen = preferences.load(self.store, user.user_id)
        if not chosen.channels(kinds.WEEKLY) or self.store.get_notification(user.user_id, row_id):
            return
        filters = Filters(since=end - timedelta(days=14), until=end)
        page = self.store.list_expenses(user.user_id, filters, limit=MOST_OF_TWO_WEEKS)
        week = summaries.week_of(user, end, page.items, complete=not page.cursor)
        if week.count:
            what = summaries.of_week(user, week)
            self.outbox.publish_notification(user, chosen, kinds.WEEKLY, row_id, what)

    def send_monthly_summary(
        self, user: User, month: Month, today: date, report: ReportRun | None = None
    ) -> None:
        """The month that has ended, once, if anything was in it. It leads to the month's report where there is one."""
        row_id = rules.id_of(kinds.MONTHLY, str(month))
        chosen = preferences.load(self.store, user.user_id)
        if not chosen.channels(kinds.MONTHLY) or self.store.get_notification(user.user_id, row_id):
            return
        sheet = self.alerts.budgets.month(user, month, today)
        if sheet.spent or sheet.income:
            what = summaries.of_month(user, sheet)
            if report is not None:
                more = {"link": f"/reports/{report.report_id}", "action": "Open your report"}
                what = replace(what, data={**what.data, **more})
            self.outbox.publish_notification(user, chosen, kinds.MONTHLY, row_id, what)
