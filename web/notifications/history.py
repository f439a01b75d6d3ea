"""The history of messages: what was told, when, on which ways, and what became of each."""

from collections.abc import Collection
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for

from lib.alerting import kinds
from lib.errors import Invalid
from lib.records import NotificationPage
from web.auth import local_address
from web.context import me, services
from web.notifications.blueprint import bp
from web.notifications.rows import days_of
from web.notifications.ways import NAMES

PAGE = 50
STATES = {
    "unread": "Unread",
    "sent": "Sent",
    "queued": "Waiting to be sent",
    "sending": "Being sent",
    "held": "Held",
    "failed": "Not sent",
}
MOST_IDS = 200  # more than a page has


class Selection(NamedTuple):
    """What the address asks for; what it cannot mean is left out."""

    kind: str
    channel: str
    state: str

    @property
    def query(self) -> str:
        return urlencode([(name, value) for name, value in self._asdict().items() if value])

    @property
    def words(self) -> str:
        """What is listed: "Budget exceeded, by SMS, not sent"; nothing where nothing is left out."""
        kind = kinds.ALL[self.kind].name if self.kind else ""
        channel = f"by {NAMES[self.channel]}" if self.channel else ""
        return ", ".join(part for part in (kind, channel, STATES.get(self.state, "").lower()) if part)


@bp.get("/notifications")
def index() -> Any:
    """Newest first, fifty a page. Looking changes nothing; static/js/alert-read.js says what was seen."""
    selection, cursor = _selection(), request.args.get("cursor", "")
    if "" in request.args.values():  # a form sends what was left empty, too; addresses are for keeping
        return redirect(_address(selection))
    try:
        page = _find(selection, cursor)
    except Invalid as problem:
        if not cursor:
            raise
        flash(problem.message, "error")
        return redirect(_address(selection))
    return render_template(
        "notifications/index.html",
        days=days_of(page.items, me()),
        unread=[row.notification_id for row in page.items if row.unread],
        selection=selection,
        kinds=kinds.ALL.values(),
        channels=[(channel, NAMES[channel]) for channel in kinds.CHANNELS if channel != kinds.APP],
        states=STATES.items(),
        older=_address(selection, page.cursor) if page.cursor else "",
        newest=_address(selection) if cursor else "",
        here=request.full_path.rstrip("?"),
    )


def _find(selection: Selection, cursor: str) -> NotificationPage:
    return services.ledger.get_user_notifications(
        me(),
        cursor,
        PAGE,
        kind=selection.kind,
        channel=selection.channel,
        status="" if selection.state == "unread" else selection.state,
        unread=selection.state == "unread",
    )


def _selection() -> Selection:
    known: dict[str, Collection[str]] = {"kind": kinds.ALL, "channel": NAMES, "state": STATES}
    return Selection(
        *(request.args.get(name, "") * (request.args.get(name) in known[name]) for name in known)
    )


def _address(selection: Selection, cursor: str = "") -> str:
    query = "&".join(
        part for part in (selection.query, urlencode({"cursor": cursor}) if cursor else "") if part
    )
    return url_for(".index") + (f"?{query}" if query else "")


@bp.post("/notifications/read")
def read() -> Any:
    """Those that the form names (`id`) were seen; all, where it names none."""
    named = request.form.getlist("id")
    if named:
        services.ledger.read(me(), [each for each in named[:MOST_IDS] if 0 < len(each) <= 64])
        return "", 204
    services.ledger.read_all(me())
    return redirect(url_for(".index"), 303)


@bp.post("/notifications/<notification_id>/retry")
def retry(notification_id: str) -> Any:
    """Send again what could not be sent on one way."""
    services.ledger.retry(me(), notification_id, request.form.get("channel", ""))
    flash("It is sent once more.")
    return redirect(local_address(request.form.get("back", "")) or url_for(".index"), 303)
