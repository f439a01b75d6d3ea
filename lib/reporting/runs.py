"""What is kept of a report: which one it is, how far it came, and where its files are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from lib.file_keys import report_key
from lib.records import Document
from lib.reporting.periods import Period, checked

KIND = "report"
PDF, CSV, XLSX = "pdf", "csv", "xlsx"
FORMATS = (PDF, CSV, XLSX)
PICTURE = "svg"  # of the first page, beside them
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class ReportRun:
    user_id: str
    report_id: str
    period: Period
    formats: tuple[str, ...]
    key: str  # of its PDF; the others are beside it
    created_at: datetime
    with_receipts: bool = False  # whether their small pictures are in it
    state: str = QUEUED
    pages: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)  # bytes by format, of those that are there
    made_at: datetime | None = None
    removed_at: datetime | None = None  # can be brought back for a while
    error: str = ""  # a sentence
    expires_at: datetime | None = None
    version: int = 0

    @property
    def is_at_work(self) -> bool:
        return self.state in (QUEUED, RUNNING)

    def file_key(self, form: str) -> str:
        return f"{self.key.removesuffix('.pdf')}.{form}"

    def file_name(self, form: str) -> str:
        """What to call it where it is downloaded: "report-2026-11.pdf", "report-2026-11-03-to-2026-11-09.csv"."""
        since, last = self.period.since, self.period.last
        name = {
            "monthly": f"{since:%Y-%m}",
            "yearly": f"{since:%Y}",
        }.get(self.period.kind, f"{since}-to-{last}")
        return f"report-{name}.{form}"

    def document(self) -> Document:
        data = {
            "period": [self.period.kind, self.period.since.isoformat(), self.period.until.isoformat()],
            "formats": list(self.formats),
            "key": self.key,
            "created_at": self.created_at.isoformat(),
            "with_receipts": self.with_receipts,
            "state": self.state,
            "pages": self.pages,
            "sizes": dict(self.sizes),
            "made_at": self.made_at and self.made_at.isoformat(),
            "removed_at": self.removed_at and self.removed_at.isoformat(),
            "error": self.error,
        }
        return Document(self.user_id, KIND, self.report_id, data, self.expires_at, self.version)

    @classmethod
    def from_document(cls, document: Document) -> "ReportRun":
        data: dict[str, Any] = dict(document.data)
        kind, since, until = data["period"]
        for name in ("created_at", "made_at", "removed_at"):
            data[name] = data[name] and datetime.fromisoformat(data[name])
        return cls(
            **{
                **data,
                "user_id": document.user_id,
                "report_id": document.id,
                "period": Period(kind, date.fromisoformat(since), date.fromisoformat(until)),
                "formats": tuple(data["formats"]),
                "expires_at": document.expires_at,
                "version": document.version,
            }
        )


def new_run(user_id: str, report_id: str, period: Period, at: datetime, keep: timedelta) -> ReportRun:
    """A report of that period as a PDF, not made yet. Raises Invalid at "start_date"."""
    key = report_key(user_id, period.kind, at)
    return ReportRun(user_id, report_id, checked(period), (PDF,), key, at, expires_at=at + keep)


def in_order(formats: Iterable[str]) -> tuple[str, ...]:
    """Those of FORMATS that are wanted: always the PDF."""
    wanted = {PDF, *formats}
    return tuple(form for form in FORMATS if form in wanted)
