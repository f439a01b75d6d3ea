"""What strangers see first: what this is, and a sample household to walk around in."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from lib.errors import NotFound
from lib.writing.locales import guess_locale
from lib.writing.time_zones import guess_time_zone
from web.auth import enter
from web.context import services
from web.sign_in import public

bp = Blueprint("landing", __name__)

# Private pages need no rule: whoever is not signed in is sent to the sign-in.
ROBOTS = """User-agent: *
Disallow: /api/
"""


@bp.get("/")
@public
def index() -> Any:
    """The first page; whoever is signed in is taken to their overview."""
    if current_user.is_authenticated:
        return redirect(url_for("dashboard.index"))
    return render_template("landing/index.html")


@bp.route("/demo", methods=["GET", "POST"])
@public
def demo() -> Any:
    """Says what the sample household is; the button opens one. A GET changes nothing, so links may be followed freely."""
    if not services.settings.demo:
        raise NotFound
    if request.method == "GET":
        return render_template("landing/demo.html")
    habits = guess_locale(request.headers.get("Accept-Language", ""))
    zone = guess_time_zone(habits.locale)
    enter(services.demo.open(request.remote_addr or "unknown", time_zone=zone, **habits._asdict()))
    flash("This is sample data: change anything, break anything.")
    return redirect(url_for("dashboard.index"), 303)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    return Response(ROBOTS, content_type="text/plain; charset=utf-8")


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """For what asks without reading the page first."""
    response = redirect(current_app.extensions["assets"].address("favicon.svg"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response  # type: ignore[return-value]
