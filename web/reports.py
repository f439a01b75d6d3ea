"""Reports: make one, see it come, download, delete; and one each month by itself."""

from typing import Any, NamedTuple

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from lib.errors import NotFound
from lib.identity.events import What
from lib.ids import new_id
from lib.records import User
from lib.reporting import runs
from lib.reporting.runs import ReportRun
from lib.writing import formats
from lib.writing.paper import paper_size
from web.context import me, services, today
from web.report_forms import ReportForm
from web.toast import undoable

bp = Blueprint("reports", __name__, url_prefix="/reports")
Answer = Any
WORDS = {
    runs.QUEUED: "Waiting for the worker",
    runs.RUNNING: "Being made",
    runs.DONE: "Ready",
    runs.FAILED: "Not made",
}
NAMES = {runs.PDF: "PDF", runs.CSV: "CSV", runs.XLSX: "Excel"}
TYPES = {
    runs.PDF: "application/pdf",
    runs.CSV: "text/csv; charset=utf-8",
    runs.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileView(NamedTuple):
    form: str
    name: str
    size: str


class ReportView(NamedTuple):
    run: ReportRun
    title: str
    words: str
    about: str  # its days, pages, and when it was made
    files: tuple[FileView, ...]
    has_picture: bool
    paper: tuple[int, int]  # the picture's width and height, in points


@bp.route("", methods=["GET", "POST"])
def index() -> Answer:
    """The form that makes a report, and those that are there."""
    user = me()
    form = ReportForm(user, today())
    key = request.form.get("key", "")[:64] or new_id()

    def ask() -> ReportRun:
        shown = bool(form.with_receipts.data)
        return services.reports.ask(user, form.period(), form.formats, key, with_receipts=shown)

    if form.sent(ask):
        return redirect(url_for(".show", report_id=form.result.report_id), 303)
    page = render_template(
        "reports/index.html",
        form=form,
        reports=[view_of(run, user) for run in services.reports.list(user)],
        scheduled=services.reports.is_scheduled(user.user_id),
        keep=services.settings.report_days,
    )
    return form.shown(page)


@bp.get("/<report_id>")
def show(report_id: str) -> Answer:
    """How far a report is, and its files once it is made."""
    run = services.reports.get(me(), report_id)
    services.reports.see_to(run)
    return render_template("reports/show.html", report=view_of(run, me()), keep=services.settings.report_days)


@bp.get("/<report_id>/state")
def state(report_id: str) -> Response:
    """The same for the page's script."""
    run = services.reports.get(me(), report_id)
    services.reports.see_to(run)
    return jsonify(state=run.state, busy=run.is_at_work, words=WORDS[run.state])


@bp.get("/<report_id>/picture")
def picture(report_id: str) -> Response:
    """Its first page, for lists."""
    _, file = services.reports.open(me(), report_id, runs.PICTURE)
    with file:
        answer = Response(file.read(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'"  # an SVG that is opened by itself is a page
    )
    return answer


@bp.get("/<report_id>/<name>")
def download(report_id: str, name: str) -> Response:
    """One of its files, to keep."""
    if name not in runs.FORMATS:
        raise NotFound("There is no such file of this report.")
    return file_answer(*services.reports.open(me(), report_id, name), name)


def file_answer(run: ReportRun, file: Any, form: str) -> Response:
    services.events.note(me(), What.REPORT_SAVED)
    answer = send_file(file, TYPES[form], as_attachment=True, download_name=run.file_name(form), max_age=None)
    answer.content_length = run.sizes[form]
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"  # were it ever shown in place
    return answer


@bp.post("/<report_id>/delete")
def delete(report_id: str) -> Answer:
    """Take it off the list, with a way back."""
    run = services.reports.get(me(), report_id)
    services.reports.remove(me(), report_id)
    title = run.period.title(me().locale)
    undoable(f"The report “{title}” is deleted.", url_for(".restore", report_id=report_id))
    return redirect(url_for(".index"), 303)


@bp.post("/<report_id>/restore")
def restore(report_id: str) -> Answer:
    services.reports.restore(me(), report_id)
    return redirect(url_for(".index"), 303)


@bp.post("/<report_id>/again")
def again(report_id: str) -> Answer:
    """The same once more: with today's figures, or where it was not made, another try at it."""
    made = services.reports.again(me(), report_id, request.form.get("key", "")[:64])
    return redirect(url_for(".show", report_id=made.report_id), 303)


@bp.post("/schedule")
def schedule() -> Answer:
    """Whether each month's report is made by itself."""
    wanted = request.form.get("on") == "yes"
    services.reports.schedule(me(), wanted)
    flash(
        "On the first of each month its report is made, and the monthly summary leads to it."
        if wanted
        else "No report is made by itself any more."
    )
    return redirect(url_for(".index"), 303)


def view_of(run: ReportRun, user: User) -> ReportView:
    span, title = run.period.span(user.locale), run.period.title(user.locale)
    made = formats.whole_day((run.made_at or run.created_at).date(), user.locale)
    pages = (
        f"{formats.number(run.pages, user.locale)} page{'' if run.pages == 1 else 's'}" if run.pages else ""
    )
    about = [span if span != title else "", pages, f"made {made}" if run.made_at else f"asked for {made}"]
    files = tuple(
        FileView(form, NAMES[form], size_words(run.sizes[form], user))
        for form in run.formats
        if form in run.sizes
    )
    words = " · ".join(filter(None, about))
    return ReportView(
        run, title, WORDS[run.state], words, files, runs.PICTURE in run.sizes, paper_size(user.locale)
    )


def size_words(size: int, user: User) -> str:
    """In kB, or in MB from a million bytes on."""
    unit, name = (1_000_000, "MB") if size >= 1_000_000 else (1000, "kB")
    return f"{formats.number(max(1, round(size / unit)), user.locale)} {name}"
