"""Making a report that was asked for: its files, and what became of it."""

import logging
from collections.abc import Callable
from datetime import datetime
from tempfile import TemporaryFile

from lib.errors import PlannerError
from lib.metrics import NO_METRICS, REPORTS_FAILED, REPORTS_MADE, Metrics
from lib.ports import Files, Store
from lib.records import User
from lib.reporting import runs
from lib.reporting.kept import KeptReports
from lib.reporting.making import make_report
from lib.reporting.runs import ReportRun
from lib.reporting.thumbnails import KeptThumbnails

FAILED = "Something went wrong on our side while it was made. Your expenses are safe. Make it again."
log = logging.getLogger(__name__)


class ReportWork:
    def __init__(
        self,
        store: Store,
        files: Files,
        now: Callable[[], datetime],
        alive: Callable[[str, str], None] = lambda user_id, report_id: None,
        metrics: Metrics = NO_METRICS,
    ) -> None:
        """`alive` is told whose report is still being worked on, and which, before each of its files."""
        self.kept, self.store, self.files, self.now, self.alive = KeptReports(store), store, files, now, alive
        self.metrics = metrics

    def make(self, user_id: str, report_id: str) -> ReportRun | None:
        """Make the report and its files. Done twice, the same files are written again.

        Returns:
            What became of it; None where it, or whose it was, is not there any more.
        """
        run, user = self.kept.find(user_id, report_id), self.store.get_user(user_id)
        if run is None or user is None or run.removed_at:
            return None
        if not run.is_at_work:
            return run
        run = self.kept.change(run, state=runs.RUNNING)
        try:
            pages, sizes = self._write(user, run)
        except PlannerError as error:
            if error.status >= 500:
                raise  # the store or the files are away: the job is done again
            return self._failed(run, error.message)
        except Exception:  # what cannot be drawn now cannot be drawn later: said at once, not tried for days
            log.exception("report %s cannot be made", report_id)
            return self._failed(run, FAILED)
        self.metrics.record(REPORTS_MADE)
        return self.kept.change(run, state=runs.DONE, pages=pages, sizes=sizes, made_at=self.now(), error="")

    def _failed(self, run: ReportRun, error: str) -> ReportRun:
        self.metrics.record(REPORTS_FAILED)
        return self.kept.change(run, state=runs.FAILED, error=error)

    def _write(self, user: User, run: ReportRun) -> tuple[int, dict[str, int]]:
        from lib.reporting.drawing import draw  # loads what draws, which only who makes a report needs

        pages, sizes = 0, {}
        thumbnails = KeptThumbnails(self.files) if run.with_receipts else None
        with make_report(self.store, user, run.period, self.now(), thumbnails) as report:
            for form in (*run.formats, runs.PICTURE):
                self.alive(run.user_id, run.report_id)
                with TemporaryFile() as file:
                    pages = max(pages, draw(report, form, file))
                    sizes[form] = file.seek(0, 2)
                    file.seek(0)
                    self.files.put(run.file_key(form), file)
        return pages, sizes
