"""Bringing a bank's file in: file, columns, check, done; and taking it back."""

from datetime import timedelta
from io import BytesIO
from typing import Any, cast

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lib.errors import Changed, Invalid, PlannerError, TooLarge
from lib.expenses import TRASH_DAYS
from lib.importing import runs
from lib.importing.encodings import OFFERED
from lib.importing.roles import LABELS
from lib.importing.runs import ImportRun
from lib.importing.table import MAX_BYTES, SEPARATORS
from lib.money import CURRENCIES
from web import import_view as view
from web.context import me, services
from web.import_forms import (
    MARKS,
    ORDERS,
    SIGNS,
    UploadForm,
    chosen_categories,
    chosen_columns,
    chosen_layout,
    chosen_lines,
    seen_version,
)

bp = Blueprint("imports", __name__, url_prefix="/import")
Answer = str | Response | tuple[str, int]


@bp.route("", methods=["GET", "POST"])
def index() -> Answer:
    """The form that takes a file, and the files that came before."""
    form, status = UploadForm(), 200
    if request.method == "POST":
        sent = request.files.get("file")
        try:
            if sent is None or not sent.filename:
                raise Invalid("Choose a file first.", "file")
            run = services.imports.start(
                me(), sent.filename, cast(BytesIO, sent.stream), request.form.get("key", "")
            )
            return redirect(url_for(".columns", run_id=run.run_id), 303)
        except (Invalid, TooLarge) as error:
            form.file.errors, status = [error.message], error.status
    earlier = [_summary(run) for run in services.imports.list_runs(me())]
    return render_template("imports/index.html", form=form, earlier=earlier), status


index.largest_body = MAX_BYTES + 100_000  # type: ignore[attr-defined]  # the file, and the form around it


@bp.route("/<run_id>", methods=["GET"])
def show(run_id: str) -> Answer:
    """How far an import is, and what came of it."""
    user, run = me(), services.imports.get_run(me(), run_id)
    if run.is_waiting:
        return redirect(_step(run), 303)
    services.imports.see_to(run)
    return render_template(
        "imports/show.html",
        run=run,
        words=view.STATES[run.state],
        count=view.expenses_words(run.done, user),
        expected=view.expenses_words(run.expected, user),
        out=view.total_words(run.sums, user, "out"),
        into=view.total_words(run.sums, user, "into"),
        days=view.days_words(run.first, run.last, user),
        left_out=view.left_out_words(run, user),
        months=view.months_of(run, user),
        trash_days=TRASH_DAYS,
        can_restore=run.moved_at is not None and services.now() < run.moved_at + timedelta(days=TRASH_DAYS),
    )


@bp.route("/<run_id>/state", methods=["GET"])
def state(run_id: str) -> Response:
    """The same for the page's script."""
    run = services.imports.get_run(me(), run_id)
    services.imports.see_to(run)
    return jsonify(
        state=run.state,
        busy=run.is_at_work,
        percent=run.percent,
        words=_progress_words(run),
        version=run.version,
    )


@bp.route("/<run_id>/columns", methods=["GET", "POST"])
def columns(run_id: str) -> Answer:
    """What each column holds: guessed, shown on ten rows, and changed until it is right."""
    run = services.imports.get_run(me(), run_id)
    if not run.is_waiting:
        return redirect(url_for(".show", run_id=run_id), 303)
    if request.method == "GET":
        return _columns_page(run)
    try:
        run = services.imports.set_columns(
            me(), run_id, chosen_columns(request.form, run), seen_version(request.form)
        )
        if "look" in request.form:
            return redirect(url_for(".columns", run_id=run_id), 303)
        services.imports.check(me(), run_id)
        return redirect(url_for(".check", run_id=run_id), 303)
    except (Invalid, TooLarge) as error:
        return _columns_page(run, error.message), error.status
    except Changed as error:
        return _again(error, ".columns", run_id)


@bp.route("/<run_id>/layout", methods=["POST"])
def layout(run_id: str) -> Answer:
    """Read the file in another way."""
    run = services.imports.get_run(me(), run_id)
    try:
        services.imports.set_layout(
            me(), run_id, chosen_layout(request.form, run), seen_version(request.form)
        )
    except (Invalid, TooLarge) as error:
        return _columns_page(run, error.message), error.status
    except Changed as error:
        return _again(error, ".columns", run_id)
    return redirect(url_for(".columns", run_id=run_id), 303)


@bp.route("/<run_id>/check", methods=["GET", "POST"])
def check(run_id: str) -> Answer:
    """What would come in, what would not and why; then it does."""
    run = services.imports.get_run(me(), run_id)
    if run.state != runs.CHECK:
        return redirect(_step(run), 303)
    if request.method == "GET":
        return _check_page(run)
    keep, leave = (chosen_lines(request.form.getlist(name)) for name in ("keep", "leave"))
    if request.form.get("duplicates") == "keep":
        keep = services.imports.result(run).skip
    try:
        chosen = chosen_categories(request.form)
        services.imports.confirm(me(), run_id, keep, leave, seen_version(request.form), chosen)
    except Invalid as error:
        return _check_page(run, error.message), 400
    except Changed as error:
        return _again(error, ".check", run_id)
    return redirect(url_for(".show", run_id=run_id), 303)


@bp.route("/<run_id>/revert", methods=["POST"])
def revert(run_id: str) -> Answer:
    """Take everything back that the file brought."""
    return _moved(services.imports.revert, run_id)


@bp.route("/<run_id>/restore", methods=["POST"])
def restore(run_id: str) -> Answer:
    """Bring it all back again."""
    return _moved(services.imports.restore, run_id)


@bp.route("/<run_id>/forget", methods=["POST"])
def forget(run_id: str) -> Answer:
    """Let go of a file that has not come in."""
    run = services.imports.get_run(me(), run_id)
    try:
        services.imports.forget(me(), run_id)
        flash(f"{run.file_name} is forgotten; nothing of it came in.")
    except Invalid as error:
        flash(error.message, "error")
    return redirect(url_for(".index"), 303)


def _moved(move: Any, run_id: str) -> Answer:
    try:
        move(me(), run_id)
    except Invalid as error:
        flash(error.message, "error")
    return redirect(url_for(".show", run_id=run_id), 303)


def _again(error: PlannerError, endpoint: str, run_id: str) -> Answer:
    """Show how things stand now: the person decided on something that has changed."""
    flash(error.message, "error")
    return redirect(url_for(endpoint, run_id=run_id), 303)


def _step(run: ImportRun) -> str:
    """The page on which the run goes on."""
    pages = {runs.COLUMNS: ".columns", runs.CHECK: ".check"}
    return url_for(pages.get(run.state, ".show"), run_id=run.run_id)


def _summary(run: ImportRun) -> dict[str, Any]:
    return {
        "run": run,
        "address": _step(run),
        "words": view.STATES[run.state],
        "count": view.expenses_words(run.done if run.state != runs.CHECK else run.expected, me()),
        "days": view.days_words(run.first, run.last, me()),
        "day": run.created_at.date(),
    }


def _progress_words(run: ImportRun) -> str:
    if run.state == runs.RUNNING:
        return f"{view.expenses_words(run.done, me())} of {view.expenses_words(run.expected, me())}"
    return view.STATES[run.state]


def _columns_page(run: ImportRun, error: str = "") -> str:
    user, reading = me(), run.reading
    preview = services.imports.preview(run)
    return render_template(
        "imports/columns.html",
        run=run,
        error=error,
        missing=reading.columns.missing(),
        about=view.layout_words(run, user),
        columns=view.columns_of(run, preview.rows),
        rows=view.cells_of(preview.rows, reading.width),
        outcome=view.outcome_of(preview.rows, reading.columns, user),
        chosen=reading.columns,
        doubts=reading.doubts,
        labels=LABELS,
        orders=ORDERS,
        marks=MARKS,
        signs=SIGNS,
        currencies=CURRENCIES,
        encodings=OFFERED,
        separators=SEPARATORS,
        layout=reading.layout,
    )


def _check_page(run: ImportRun, error: str = "") -> str:
    user, found = me(), services.imports.result(run)
    sure, unsure = view.twins_of(found, user)
    to_look_at, filed = view.groups_of(found, user)
    return render_template(
        "imports/check.html",
        run=run,
        error=error,
        found=found,
        count=view.expenses_words(found.ready, user),
        out=view.total_words(found.sums, user, "out"),
        into=view.total_words(found.sums, user, "into"),
        days=view.days_words(found.first, found.last, user),
        left_out=view.left_out_words(run, user),
        sure=sure,
        unsure=unsure,
        more_sure=len(found.skip) - len(sure),
        more_unsure=len(found.perhaps) - len(unsure),
        more_problems=found.counts["problem"] - len(found.left),
        groups=to_look_at,
        filed=filed,
        more_groups=found.more_groups + len(found.groups) - len(to_look_at) - len(filed),
        offered=user.categories.offered,
        names=run.reading.header,
        categories=view.categories_of(found, user),
        first_lines=view.first_lines(found, user),
    )
