"""Reports as the API takes and gives them."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from lib.periods import FIRST_DAY, LAST_DAY
from lib.records import User
from lib.reporting.periods import Period, period_of
from lib.reporting.runs import PDF, ReportRun
from web.api.fields import DayIn, Moment, Whole, Words
from web.api.models import In, Out

Kind = Literal["monthly", "weekly", "yearly", "custom"]
Format = Literal["pdf", "csv", "xlsx"]


class ReportIn(In):
    report_type: Kind = Field(examples=["monthly"])
    year: Annotated[int, Whole(FIRST_DAY.year, LAST_DAY.year)] | None = Field(None, examples=[2026])
    """Of a monthly or yearly report; the current one where it is left out."""
    month: Annotated[int, Whole(1, 12)] | None = Field(None, examples=[10])
    """Of a monthly report; the current one where it is left out."""
    start_date: DayIn | None = Field(None, examples=["2026-10-01"])
    """A weekly report's week is the one with this day in it, by default the current one. A custom one begins with it."""
    end_date: DayIn | None = Field(None, examples=["2026-10-31"])
    """The last day of a custom report, included."""
    formats: list[Format] = Field(default=["pdf"], max_length=3)
    """There is always a PDF; beside it all expenses as CSV, or everything as a workbook."""
    with_receipts: bool = Field(default=False)
    """Whether small pictures of the receipts are at its end."""

    def period(self, user: User, today: datetime.date) -> Period:
        """Raises Invalid at "start_date" or "end_date" where a custom report lacks one."""
        return period_of(
            self.report_type,
            user,
            today,
            year=self.year or 0,
            month=self.month or 0,
            first=self.start_date,
            last=self.end_date,
        )


class ReportHeaders(In):
    key: Annotated[str, Words(64, 1)] | None = Field(None, alias="Idempotency-Key")
    """Anything that you never use for another report, such as a UUID: a request that is sent twice then makes one."""


class ReportFileQuery(In):
    format: Format = "pdf"


class ReportFile(Out):
    format: Format
    file_name: str = Field(examples=["report-2026-10.pdf"])
    url: str = Field(examples=["/api/reports/0195f3a2c4d17b3e9f00a1b2c3d4e5f6/file?format=pdf"])
    """Where to get it, with the same token."""
    size: int = Field(examples=[58104])
    """Bytes."""


class ReportOut(Out):
    id: str = Field(examples=["0195f3a2c4d17b3e9f00a1b2c3d4e5f6"])
    report_type: Kind
    title: str = Field(examples=["October 2026"])
    start_date: datetime.date = Field(examples=["2026-10-01"])
    end_date: datetime.date = Field(examples=["2026-10-31"])
    """Included."""
    status: Literal["queued", "running", "done", "failed"]
    error: str = Field(examples=[""])
    """Why it failed, in a sentence."""
    created_at: Moment = Field(examples=["2026-11-21T12:00:00Z"])
    last_modified: Moment | None = Field(examples=["2026-11-21T12:00:01Z"])
    """When it was made; null until then."""
    report_key: str = Field(examples=["reports/7f3c/monthly_report_20261121T120000Z_1a2b3c4d.pdf"])
    """What its PDF is called where files are kept."""
    file_name: str = Field(examples=["report-2026-10.pdf"])
    report_url: str | None = Field(examples=["/api/reports/0195f3a2c4d17b3e9f00a1b2c3d4e5f6/file?format=pdf"])
    """Where to get the PDF; null until it is made."""
    files: list[ReportFile]
    """None until they are made."""

    @classmethod
    def of(cls, run: ReportRun, user: User) -> "ReportOut":
        files = [
            ReportFile(format=form, file_name=run.file_name(form), url=_url(run, form), size=run.sizes[form])
            for form in run.formats
            if form in run.sizes
        ]
        return cls(
            id=run.report_id,
            report_type=run.period.kind,
            title=run.period.title(user.locale),
            start_date=run.period.since,
            end_date=run.period.last,
            status=run.state,
            error=run.error,
            created_at=run.created_at,
            last_modified=run.made_at,
            report_key=run.key,
            file_name=run.file_name(PDF),
            report_url=files[0].url if files else None,
            files=files,
        )


def _url(run: ReportRun, form: str) -> str:
    return f"/api/reports/{run.report_id}/file?format={form}"


class ReportList(Out):
    reports: list[ReportOut]
