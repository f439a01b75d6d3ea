"""The overview: what may still be spent this month, and where the rest went."""

from datetime import date
from functools import partial

from flask import Blueprint, current_app, render_template, request, session, url_for

from lib.periods import Month
from lib.records import User
from web import overview_view
from web.context import chosen_month, me, services, today
from web.page_cache import PageCache

bp = Blueprint("dashboard", __name__)
bp.record_once(lambda state: state.app.extensions.setdefault("overview_pages", PageCache()))


@bp.get("/dashboard")
def index() -> str:
    """The month's overview, kept rendered until something of the person's changes or the day turns."""
    user, day = me(), today()
    month = chosen_month()
    render = partial(_render, user, month, day)
    if "csrf_token" not in session or "_flashes" in session or request.args.keys() - {"month"}:
        return render()  # a message to show once, or a session that has yet to be given its form token
    pages: PageCache = current_app.extensions["overview_pages"]
    return pages.get((user.user_id, user.revision, session["csrf_token"], month, day), render)


def _render(user: User, month: Month, day: date) -> str:
    overview = services.overviews.load(user, month, day)
    return render_template(
        "dashboard/index.html",
        o=overview,
        month=month,
        this_month=Month.of(day),
        path=url_for("dashboard.index"),
        expenses=url_for("expenses.index"),
        budgets=url_for("budgets.index"),
        **overview_view.view(user, overview, day.day),
    )
