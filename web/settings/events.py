"""What happened to the account's security, a page at a time."""

from typing import Any

from flask import flash, redirect, request, url_for

from lib.errors import Invalid
from web.context import me, services
from web.settings.pages import bp, page

PAGE = 50


@bp.get("/settings/security/events")
def events() -> Any:
    """The newest first."""
    cursor = request.args.get("cursor", "")
    try:
        found = services.events.page(me(), cursor, PAGE)
    except Invalid as problem:
        flash(problem.message, "error")
        return redirect(url_for(".events"))
    return page(
        "events.html",
        "security",
        events=found.items,
        older=url_for(".events", cursor=found.cursor) if found.cursor else "",
        newest=url_for(".events") if cursor else "",
    )
