"""The reports that there are, of each person: found, saved, and set whatever else has become of them."""

from contextlib import suppress
from dataclasses import replace

from lib.errors import Changed, NotFound
from lib.ports import Store
from lib.reporting import runs
from lib.reporting.runs import ReportRun


class KeptReports:
    def __init__(self, store: Store) -> None:
        self.store = store

    def find(self, user_id: str, report_id: str) -> ReportRun | None:
        found = self.store.get_document(user_id, runs.KIND, report_id)
        return ReportRun.from_document(found) if found else None

    def get(self, user_id: str, report_id: str) -> ReportRun:
        """Raises NotFound, also for one that was removed."""
        run = self.find(user_id, report_id)
        if run is None or run.removed_at:
            raise NotFound("This report is not there any more. Make it again.")
        return run

    def list(self, user_id: str) -> "list[ReportRun]":
        """Also those that were removed and can be brought back."""
        return [ReportRun.from_document(each) for each in self.store.list_documents(user_id, runs.KIND)]

    def add(self, run: ReportRun) -> ReportRun:
        """The one that is there already, where the same request came twice at once."""
        with suppress(Changed):
            self.save(run)
        return self.get(run.user_id, run.report_id)

    def save(self, run: ReportRun) -> ReportRun:
        """Raises Changed."""
        return replace(run, version=self.store.put_document(run.document()).version)

    def change(self, run: ReportRun, **fields: object) -> ReportRun:
        """Set some fields, whatever else has become of it. Raises NotFound where it is gone."""
        for _ in range(5):
            try:
                return self.save(replace(run, **fields))  # type: ignore[arg-type]  # fields of ReportRun
            except Changed:
                found = self.find(run.user_id, run.report_id)
                if found is None:
                    raise NotFound from None
                run = found
        raise Changed

    def forget(self, run: ReportRun) -> None:
        self.store.remove_document(run.user_id, runs.KIND, run.report_id)
