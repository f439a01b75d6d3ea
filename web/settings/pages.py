"""What the pages of the settings have in common."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, url_for

from lib.periods import zone
from lib.writing import formats
from web.context import me, today

bp = Blueprint("settings", __name__)

TABS = (
    ("profile", "Profile", "settings.profile"),
    ("categories", "Categories", "settings.categories"),
    ("rules", "Rules", "settings.rules"),
    ("notifications", "Notifications", "settings.notifications"),
    ("security", "Security", "settings.security"),
    ("tokens", "API tokens", "settings.tokens"),
    ("delete", "Delete account", "settings.delete"),
)
CLOSED_TO_DEMO = {"tokens", "delete"}


def page(template: str, tab: str, **values: Any) -> str:
    """A page of the settings, with the way to the others on top."""
    tabs = [
        (key, words, url_for(endpoint))
        for key, words, endpoint in TABS
        if not (me().demo and key in CLOSED_TO_DEMO)
    ]
    return render_template(f"settings/{template}", tabs=tabs, tab=tab, **values)


@bp.app_template_filter("when")
def when(moment: datetime | str) -> str:
    """A moment in words, by the person's clock: "today at 14:05", "21 Nov 2026 at 14:05"."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    here = at.astimezone(zone(me().time_zone))
    days = {today(): "today", today() - timedelta(days=1): "yesterday"}
    return f"{days.get(here.date()) or formats.whole_day(here.date(), me().locale)} at {here:%H:%M}"
