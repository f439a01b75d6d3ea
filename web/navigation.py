"""The frame around every page: the places people go, and in which of them they are."""

from functools import cached_property
from typing import NamedTuple

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from web import icons

# Blueprint, endpoint, words, icon, and whether the phone's bottom bar has room for it. Those that exist are shown.
PLACES = (
    ("dashboard", "dashboard.index", "Overview", "house", True),
    ("expenses", "expenses.index", "Expenses", "list-ul", True),
    ("budgets", "budgets.index", "Budgets", "bullseye", True),
    ("reports", "reports.index", "Reports", "file-earmark-bar-graph", False),
    ("imports", "imports.index", "Import", "box-arrow-in-down", False),
    ("notifications", "notifications.index", "Notifications", "bell", False),
    ("settings", "settings.profile", "Settings", "gear", False),
)
LINKS = {
    "home": "dashboard.index",
    "add": "expenses.new",
    "find": "expenses.index",
    "bring": "imports.index",
    "notifications": "notifications.index",
    "sign_out": "auth.logout",
    "sign_in": "auth.login",
    "register": "auth.register",
    "demo": "landing.demo",
    "landing": "landing.index",
    "check_session": "api.check_session",
}
MANY = 99


class Place(NamedTuple):
    group: str
    address: str
    words: str
    icon: str
    on_bar: bool


class Navigation:
    """Addresses are worked out once, at the first page: they never change while the program runs."""

    @cached_property
    def places(self) -> list[Place]:
        known = current_app.view_functions
        return [
            Place(group, url_for(endpoint), words, icon, on_bar)
            for group, endpoint, words, icon, on_bar in PLACES
            if endpoint in known
        ]

    @cached_property
    def links(self) -> dict[str, str]:
        known = current_app.view_functions
        return {name: url_for(endpoint) for name, endpoint in LINKS.items() if endpoint in known}

    def part(self, name: str, unread: int = 0) -> Markup:
        """A macro of components/frame.html for the place we are in, made once: such parts are the same for everyone with as
        many unread messages. Of those, more than MANY look alike."""
        here = request.blueprint or ""  # nothing on an error page for an unknown address
        count = min(unread, MANY + 1)
        kept = self._parts.get((name, here, count))
        if kept is None:
            macro = getattr(current_app.jinja_env.get_template("components/frame.html").module, name)
            kept = self._parts[name, here, count] = icons.noting(lambda: macro(here, count))
        icons.used().update(kept[1])
        return kept[0]

    @cached_property
    def _parts(self) -> dict[tuple[str, str, int], tuple[Markup, frozenset[str]]]:
        return {}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["nav"] = Navigation()
