"""What the report function does: takes a request, makes the report that it names, once, and says where it is."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lib.errors import NotFound, PlannerError
from lib.ids import id_for
from lib.periods import today_in
from lib.ports import Store
from lib.reporting import asked, runs
from lib.reporting.kept import KeptReports
from lib.reporting.runs import PDF, ReportRun, new_run
from lib.reporting.work import ReportWork

RETRIED = timedelta(minutes=30)  # longer than Lambda goes on trying what was given to it to do later


class ReportAnswers:
    def __init__(
        self,
        store: Store,
        work: ReportWork,
        link: Callable[[str], str],
        now: Callable[[], datetime],
        keep: timedelta,
    ) -> None:
        """`link` leads to a file for a while; `keep` is how long a report that was asked for here stays."""
        self.kept, self.store, self.work = KeptReports(store), store, work
        self.link, self.now, self.keep = link, now, keep

    def answer(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Make the report with that `report_id`, or the one that the rest of the request describes.

        The same request is the same report for at least RETRIED, as whoever hears nothing asks again; with a `key`, for good.

        Returns:
            `report_url`, `report_key` and `file_name` of its PDF.

        Raises:
            Invalid: At the field that cannot be used.
            NotFound: If there is no such person or report.
            PlannerError: If it cannot be made, with the sentence that the person reads.
        """
        run = self._named(request) if request.get("report_id") else self._described(request)
        made = self.work.make(run.user_id, run.report_id)
        if made is None:
            raise NotFound("This report was deleted.")
        if made.state == runs.FAILED:
            raise PlannerError(made.error)
        return {"report_url": self.link(made.key), "report_key": made.key, "file_name": made.file_name(PDF)}

    def _named(self, request: Mapping[str, Any]) -> ReportRun:
        return self.kept.get(asked.text(request, "user_id"), asked.text(request, "report_id"))

    def _described(self, request: Mapping[str, Any]) -> ReportRun:
        user = self.store.get_user(asked.text(request, "user_id"))
        if user is None:
            raise NotFound("There is no such person here.")
        today = today_in(user.time_zone, self.now())
        period = asked.period(request, user, today)
        ids = self._ids(user.user_id, request)
        run = next(filter(None, (self.kept.find(user.user_id, report_id) for report_id in ids)), None)
        if run is None:
            run = new_run(user.user_id, ids[0], period, self.now(), self.keep)
            return self.kept.add(replace(run, with_receipts=request.get("with_receipts") is True))
        if run.state == runs.FAILED or run.removed_at:
            run = self.kept.change(run, state=runs.QUEUED, error="", removed_at=None)
        return run

    def _ids(self, user_id: str, request: Mapping[str, Any]) -> list[str]:
        """What its report may be called: that of the present span of time, and of the one before."""
        said = json.dumps({name: request.get(name) for name in asked.NAMES}, sort_keys=True, default=str)
        if request.get("key"):
            return [id_for(user_id, said)]
        span = int(self.now().timestamp() // RETRIED.total_seconds())
        return [id_for(user_id, f"{said} {span - back}") for back in (0, 1)]
