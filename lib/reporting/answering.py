"""What the report function does: takes a request, makes the report that it names, once, and says where it is."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from lib.errors import Invalid, NotFound, PlannerError
from lib.ids import id_for
from lib.periods import FIRST_DAY, LAST_DAY, today_in
from lib.ports import Store
from lib.reporting import runs
from lib.reporting.kept import KeptReports
from lib.reporting.periods import Period, period_of
from lib.reporting.runs import PDF, ReportRun, new_run
from lib.reporting.work import ReportWork

_ASKED = ("report_type", "year", "month", "start_date", "end_date", "with_receipts", "key")


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

        The same request is the same report: while nothing of the person's has changed since, or whenever its `key` is the same.

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
        return self.kept.get(_text(request, "user_id"), _text(request, "report_id"))

    def _described(self, request: Mapping[str, Any]) -> ReportRun:
        user = self.store.get_user(_text(request, "user_id"))
        if user is None:
            raise NotFound("There is no such person here.")
        today = today_in(user.time_zone, self.now())
        period = _period(request, lambda kind, parts: period_of(kind, user, today, **parts))
        key = request.get("key") or f"{user.revision} {today}"
        described = json.dumps({name: request.get(name) for name in _ASKED}, sort_keys=True, default=str)
        report_id = id_for(user.user_id, f"report of a request {key} {described}")
        run = self.kept.find(user.user_id, report_id)
        if run is None:
            run = new_run(user.user_id, report_id, period, self.now(), self.keep)
            return self.kept.add(replace(run, with_receipts=request.get("with_receipts") is True))
        if run.state == runs.FAILED or run.removed_at:
            run = self.kept.change(run, state=runs.QUEUED, error="", removed_at=None)
        return run


def _period(request: Mapping[str, Any], make: Callable[[str, dict[str, Any]], Period]) -> Period:
    parts = {
        "year": _whole(request, "year", FIRST_DAY.year, LAST_DAY.year),
        "month": _whole(request, "month", 1, 12),
        "first": _day(request, "start_date"),
        "last": _day(request, "end_date"),
    }
    return make(_text(request, "report_type"), parts)


def _text(request: Mapping[str, Any], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise Invalid(f"Say {name}, in 1 to 64 characters.", name)
    return value


def _whole(request: Mapping[str, Any], name: str, least: int, most: int) -> int:
    """0 where it is left out. Text of digits counts as a number: that is what forms and shells send."""
    value = request.get(name)
    if value in (None, ""):
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 4:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Invalid(f"Use a {name} from {least} to {most}.", name)
    return value


def _day(request: Mapping[str, Any], name: str) -> date | None:
    value = request.get(name)
    if value in (None, ""):
        return None
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        day = date.min
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(f"Use a {name} from {FIRST_DAY} to {LAST_DAY}, such as 2026-10-31.", name)
    return day
