"""Reports: list, make, look at, get the files, delete."""

from io import BytesIO
from typing import Any

from flask import url_for

from lib.ids import new_id
from web.api.blueprint import bp
from web.api.description import REPORTS, described
from web.api.report_models import ReportFileQuery, ReportHeaders, ReportIn, ReportList, ReportOut
from web.context import me, services, today
from web.reports import file_answer

Answer = Any


@bp.get("/api/reports")
@described(REPORTS, {200: ReportList})
def list_reports() -> ReportList:
    """Your reports, the latest first."""
    return ReportList(reports=[ReportOut.of(run, me()) for run in services.reports.list(me())])


@bp.post("/api/reports")
@described(REPORTS, {201: ReportOut, 202: ReportOut}, "write", problems=(409,))
def make_report(json: ReportIn, headers: ReportHeaders) -> Answer:
    """Have a report made.

    The answer waits up to 25 seconds for it: 201 when it is made (or has failed, as its `status` says), 202 while it is not.
    Then ask for it at `Location` now and again. With an `Idempotency-Key`, sending the same request again makes nothing
    anew and answers with the report that is there.
    """
    return _made(json, headers)


@bp.post("/api/reports/generate")
@described(REPORTS, {201: ReportOut, 202: ReportOut}, "write", problems=(409,))
def generate_report(json: ReportIn, headers: ReportHeaders) -> Answer:
    """Have a report made: the same under another address."""
    return _made(json, headers)


@bp.get("/api/reports/<id:report_id>")
@described(REPORTS, {200: ReportOut})
def get_report(report_id: str) -> ReportOut:
    """One report, and how far it is."""
    run = services.reports.get(me(), report_id)
    services.reports.see_to(run)
    return ReportOut.of(run, me())


@bp.get("/api/reports/<id:report_id>/file")
@described(REPORTS, {200: None})
def get_report_file(report_id: str, query: ReportFileQuery) -> Answer:
    """One of a report's files."""
    run, file = services.reports.open(me(), report_id, query.format)
    with file:
        answer = file_answer(run, BytesIO(file.read()), query.format)
    answer.direct_passthrough = False  # spectree looks at every answer
    return answer


@bp.delete("/api/reports/<id:report_id>")
@described(REPORTS, {204: None}, "write")
def delete_report(report_id: str) -> Answer:
    """Delete a report and its files."""
    services.reports.remove(me(), report_id)
    return "", 204


def _made(json: ReportIn, headers: ReportHeaders) -> Answer:
    user = me()
    key, period = headers.key or new_id(), json.period(user, today())
    run = services.reports.ask(user, period, json.formats, key, with_receipts=json.with_receipts)
    run = services.reports.wait(user, run.report_id)
    address = url_for(".get_report", report_id=run.report_id)
    return ReportOut.of(run, user), 202 if run.is_at_work else 201, {"Location": address}
