"""Reports: asked for, made by the worker, kept for a while, removed. One request makes one report."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from lib import binding
from lib.errors import Changed, Invalid, NotFound, TooMany
from lib.ids import id_for
from lib.jobs import Jobs
from lib.periods import Month
from lib.ports import Files, Store
from lib.records import Document, User
from lib.reporting import runs
from lib.reporting.kept import KeptReports
from lib.reporting.periods import Period, month_period
from lib.reporting.runs import PDF, ReportRun, new_run

TASK = "report"
MOST_AT_WORK = 5
MOST_KEPT = 200
UNDO_FOR = timedelta(days=1)  # what was removed can be brought back
SCHEDULE = "report-schedule"
PATIENCE = timedelta(seconds=25)  # that an answer waits: proxies give up after 30
LOOK_EVERY = timedelta(milliseconds=200)


class Reports:
    def __init__(
        self, store: Store, files: Files, jobs: Jobs, now: Callable[[], datetime], keep: timedelta
    ) -> None:
        """`keep` is how long a report and its files stay."""
        self.patience = PATIENCE
        self.store, self.files, self.jobs, self.now, self.keep = store, files, jobs, now, keep
        self.kept = KeptReports(store)

    def ask(
        self,
        user: User,
        period: Period,
        formats: Sequence[str],
        key: str,
        *,
        with_receipts: bool = False,
    ) -> ReportRun:
        """Have a report made; `key` makes a repeated request the same one.

        Raises:
            Invalid: At "start_date" or "formats".
            TooMany: While several are being made already.
        """
        report_id = id_for(user.user_id, f"report {key}")
        if self.kept.find(user.user_id, report_id):
            return self.restore(user, report_id)  # one that was deleted is asked for again
        if not set(formats) <= set(runs.FORMATS):
            raise Invalid("Choose PDF, CSV or Excel.", "formats")
        self._check_room(user)
        run = new_run(user.user_id, report_id, period, self.now(), self.keep)
        run = self.kept.add(replace(run, formats=runs.in_order(formats), with_receipts=with_receipts))
        self.see_to(run)
        return run

    def again(self, user: User, report_id: str, key: str) -> ReportRun:
        """The same once more: another report, with today's figures; but the same one where it was not made. Raises NotFound."""
        run = self.get(user, report_id)
        if run.state != runs.FAILED:
            key = f"{report_id} {key}"
            return self.ask(user, run.period, run.formats, key, with_receipts=run.with_receipts)
        run = self.kept.change(run, state=runs.QUEUED, error="")
        self.see_to(run)
        return run

    def get(self, user: User, report_id: str) -> ReportRun:
        """Raises NotFound, also for one that was removed."""
        return self.kept.get(user.user_id, report_id)

    def list(self, user: User) -> list[ReportRun]:
        """Those that were not removed, the latest first."""
        found = [run for run in self.kept.list(user.user_id) if not run.removed_at]
        return sorted(found, key=lambda run: run.created_at, reverse=True)

    def see_to(self, run: ReportRun) -> None:
        """Have it worked on where it should be, also where its job was lost or given up."""
        if run.is_at_work and not run.removed_at:
            self.jobs.submit(TASK, run.user_id, run.report_id)

    def wait(self, user: User, report_id: str) -> ReportRun:
        """How it is once it is made, or after `patience`."""
        until = time.monotonic() + self.patience.total_seconds()
        while (run := self.get(user, report_id)).is_at_work and time.monotonic() < until:
            time.sleep(LOOK_EVERY.total_seconds())
        return run

    def open(self, user: User, report_id: str, form: str) -> tuple[ReportRun, BinaryIO]:
        """The report's file of that format. Raises NotFound."""
        run = self.get(user, report_id)
        if form not in run.sizes:
            raise NotFound("There is no such file of this report.")
        return run, self.files.open(run.file_key(form))

    def remove(self, user: User, report_id: str) -> None:
        """Take it off the list; it can be brought back for UNDO_FOR, then its files go. Raises NotFound."""
        self.kept.change(self.get(user, report_id), removed_at=self.now())

    def restore(self, user: User, report_id: str) -> ReportRun:
        """Raises NotFound where it is gone for good."""
        run = self.kept.find(user.user_id, report_id)
        if run is None:
            raise NotFound("This report is not there any more. Make it again.")
        run = self.kept.change(run, removed_at=None) if run.removed_at else run
        self.see_to(run)
        return run

    # Each month by itself

    def is_scheduled(self, user_id: str) -> bool:
        return self.store.get_document(user_id, SCHEDULE, "monthly") is not None

    def schedule(self, user: User, on: bool) -> None:
        """Whether every month's report is made as soon as the month is over, and its e-mail leads there."""
        if not on:
            self.store.remove_document(user.user_id, SCHEDULE, "monthly")
            return
        with suppress(Changed):  # it is on already
            self.store.put_document(Document(user.user_id, SCHEDULE, "monthly", {}))

    def make_scheduled(self, user: User, month: Month) -> ReportRun | None:
        """That month's report, once, for who wants it each month."""
        if not self.is_scheduled(user.user_id):
            return None
        return self.ask(user, month_period(month), (PDF,), f"scheduled {month}")

    # Keeping house

    def tidy(self) -> None:
        """Remove files whose report has expired, was removed a while ago or never came to be: of this database's alone."""
        if not binding.is_ours(self.store, self.files):
            return  # said by the sweep of the receipts
        kept: dict[str, set[str]] = {}
        for key in self.files.list("reports/"):
            user_id = key.split("/")[1]
            if user_id not in kept:
                kept[user_id] = {stem_of(run.key) for run in self._kept(user_id)}
            if stem_of(key) not in kept[user_id]:
                self.files.remove(key)

    def _kept(self, user_id: str) -> "Sequence[ReportRun]":
        """Those that stay; what was removed long enough ago goes for good."""
        found = []
        for run in self.kept.list(user_id):
            if run.removed_at and run.removed_at + UNDO_FOR <= self.now():
                self.kept.forget(run)
            else:
                found.append(run)
        return found

    def _check_room(self, user: User) -> None:
        found = self.list(user)
        if sum(run.is_at_work for run in found) >= MOST_AT_WORK:
            raise TooMany("Several reports are being made already. Wait until they are there.", 30)
        if len(found) >= MOST_KEPT:
            raise Invalid(f"There are {MOST_KEPT} reports already. Delete some of them first.")


def stem_of(key: str) -> str:
    return key.rpartition(".")[0]
