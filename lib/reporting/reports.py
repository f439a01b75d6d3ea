"""Reports: asked for, made by the worker, kept for a while, removed. One request makes one report."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import BinaryIO

from lib.errors import Changed, Invalid, NotFound, PlannerError, TooMany
from lib.file_keys import report_key
from lib.ids import id_for
from lib.jobs import Jobs
from lib.periods import Month
from lib.ports import Files, Store
from lib.records import Document, User
from lib.reporting import runs
from lib.reporting.making import make_report
from lib.reporting.periods import Period, checked, month_period
from lib.reporting.runs import PDF, ReportRun

TASK = "report"
MOST_AT_WORK = 5
MOST_KEPT = 200
UNDO_FOR = timedelta(days=1)  # what was removed can be brought back
SCHEDULE = "report-schedule"
PATIENCE = timedelta(seconds=25)  # that an answer waits: proxies give up after 30
LOOK_EVERY = timedelta(milliseconds=200)
FAILED = "Something went wrong on our side while it was made. Your expenses are safe. Make it again."
log = logging.getLogger(__name__)


class Reports:
    def __init__(
        self, store: Store, files: Files, jobs: Jobs, now: Callable[[], datetime], keep: timedelta
    ) -> None:
        """`keep` is how long a report and its files stay."""
        self.patience = PATIENCE
        self.store, self.files, self.jobs, self.now, self.keep = store, files, jobs, now, keep

    def ask(self, user: User, period: Period, formats: Sequence[str], key: str) -> ReportRun:
        """Have a report made; `key` makes a repeated request the same one.

        Raises:
            Invalid: At "start_date" or "formats".
            TooMany: While several are being made already.
        """
        report_id = id_for(user.user_id, f"report {key}")
        if self.find(user.user_id, report_id):
            return self.restore(user, report_id)  # one that was deleted is asked for again
        if not set(formats) <= set(runs.FORMATS):
            raise Invalid("Choose PDF, CSV or Excel.", "formats")
        self._check_room(user)
        run = ReportRun(
            user.user_id,
            report_id,
            checked(period),
            tuple(form for form in runs.FORMATS if form in {PDF, *formats}),
            report_key(user.user_id, period.kind, self.now()),
            self.now(),
            expires_at=self.now() + self.keep,
        )
        with suppress(Changed):  # the same form, sent twice at once
            self._save(run)
        run = self.get(user, report_id)
        self.see_to(run)
        return run

    def get(self, user: User, report_id: str) -> ReportRun:
        """Raises NotFound, also for one that was removed."""
        run = self.find(user.user_id, report_id)
        if run is None or run.removed_at:
            raise NotFound("This report is not there any more. Make it again.")
        return run

    def find(self, user_id: str, report_id: str) -> ReportRun | None:
        found = self.store.get_document(user_id, runs.KIND, report_id)
        return ReportRun.from_document(found) if found else None

    def list(self, user: User) -> list[ReportRun]:
        """Those that were not removed, the latest first."""
        found = map(ReportRun.from_document, self.store.list_documents(user.user_id, runs.KIND))
        return sorted(
            (run for run in found if not run.removed_at), key=lambda run: run.created_at, reverse=True
        )

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
        self._change(self.get(user, report_id), removed_at=self.now())

    def restore(self, user: User, report_id: str) -> ReportRun:
        """Raises NotFound where it is gone for good."""
        run = self.find(user.user_id, report_id)
        if run is None:
            raise NotFound("This report is not there any more. Make it again.")
        run = self._change(run, removed_at=None) if run.removed_at else run
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

    # The worker's part

    def make(self, user_id: str, report_id: str) -> None:
        """Make the report and its files. Done twice, the same files are written again."""
        run, user = self.find(user_id, report_id), self.store.get_user(user_id)
        if run is None or user is None or not run.is_at_work or run.removed_at:
            return
        run = self._change(run, state=runs.RUNNING)
        try:
            pages, sizes = self._write(user, run)
        except PlannerError as error:
            if error.status >= 500:
                raise  # the store or the files are away: the job is done again
            self._change(run, state=runs.FAILED, error=error.message)
        except Exception:  # what cannot be drawn now cannot be drawn later: said at once, not tried for days
            log.exception("report %s cannot be made", report_id)
            self._change(run, state=runs.FAILED, error=FAILED)
        else:
            self._change(run, state=runs.DONE, pages=pages, sizes=sizes, made_at=self.now(), error="")

    def tidy(self) -> None:
        """Remove files whose report has expired, was removed a while ago or never came to be."""
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
        for document in self.store.list_documents(user_id, runs.KIND):
            run = ReportRun.from_document(document)
            if run.removed_at and run.removed_at + UNDO_FOR <= self.now():
                self.store.remove_document(user_id, runs.KIND, run.report_id)
            else:
                found.append(run)
        return found

    def _write(self, user: User, run: ReportRun) -> tuple[int, dict[str, int]]:
        from lib.reporting.pdf.document import write_pdf  # only a worker has to load what draws
        from lib.reporting.sheets import write_csv, write_xlsx

        pages, sizes = 0, {}
        with make_report(self.store, user, run.period, self.now()) as report:
            for form in run.formats:
                self.jobs.alive(TASK, run.user_id, run.report_id)
                with TemporaryFile() as file:
                    if form == PDF:
                        pages = write_pdf(report, file)
                    else:
                        (write_csv if form == runs.CSV else write_xlsx)(report, file)
                    sizes[form] = file.tell() if form != runs.XLSX else file.seek(0, 2)
                    file.seek(0)
                    self.files.put(run.file_key(form), file)
        return pages, sizes

    def _check_room(self, user: User) -> None:
        found = self.list(user)
        if sum(run.is_at_work for run in found) >= MOST_AT_WORK:
            raise TooMany("Several reports are being made already. Wait until they are there.", 30)
        if len(found) >= MOST_KEPT:
            raise Invalid(f"There are {MOST_KEPT} reports already. Delete some of them first.")

    def _save(self, run: ReportRun) -> ReportRun:
        return replace(run, version=self.store.put_document(run.document()).version)

    def _change(self, run: ReportRun, **fields: object) -> ReportRun:
        """Set some fields, whatever else has become of it. Raises NotFound where it is gone."""
        for _ in range(5):
            try:
                return self._save(replace(run, **fields))  # type: ignore[arg-type]  # fields of ReportRun
            except Changed:
                found = self.find(run.user_id, run.report_id)
                if found is None:
                    raise NotFound from None
                run = found
        raise Changed


def stem_of(key: str) -> str:
    return key.rpartition(".")[0]
