"""Reports where a function makes them: the worker asks it, waits, and says what became of a report that it left unfinished."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from lib.errors import Crashed, PlannerError, Uncertain
from lib.ports import Store
from lib.reporting import runs
from lib.reporting.kept import KeptReports
from lib.reporting.runs import ReportRun

CUT_OFF = "It took too long, or broke off. Your expenses are safe. Make it again; fewer days take less time."
log = logging.getLogger(__name__)


class Generator(Protocol):
    """Who has the function at hand: on AWS, `lib.ports.Functions` there."""

    def invoke_report_generator(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Have it do what the request says, once, and wait. Raises as `lib.ports.Functions.invoke` does."""


class ReportsElsewhere:
    def __init__(self, store: Store, generator: Generator, alive: Callable[[str, str], None]) -> None:
        self.kept, self.generator, self.alive = KeptReports(store), generator, alive

    def make(self, user_id: str, report_id: str) -> None:
        """Have it made. Where the function cannot be reached, the job is done again; where it broke off, that is said.

        Raises:
            Unavailable: If nobody has begun with it, or its store or files are away.
        """
        run = self.kept.find(user_id, report_id)
        if run is None or not run.is_at_work or run.removed_at:
            return
        self.alive(user_id, report_id)
        try:
            self.generator.invoke_report_generator(request_for(run))
        except (Crashed, Uncertain):
            self._give_up(user_id, report_id)
        except PlannerError as error:
            if error.status >= 500:
                raise
            self._give_up(user_id, report_id)

    def _give_up(self, user_id: str, report_id: str) -> None:
        """Unless the function said itself what became of it. One that is still at it may do so yet."""
        run = self.kept.find(user_id, report_id)
        if run and run.is_at_work:
            log.warning("report %s was not made by its function", report_id)
            self.kept.change(run, state=runs.FAILED, error=CUT_OFF)


def request_for(run: ReportRun) -> dict[str, Any]:
    """What the function is asked: which report it is, and what it is about."""
    return {
        "user_id": run.user_id,
        "report_id": run.report_id,
        "report_type": run.period.kind,
        "start_date": run.period.since.isoformat(),
        "end_date": run.period.last.isoformat(),
        "year": run.period.since.year,
        "month": run.period.since.month,
    }
