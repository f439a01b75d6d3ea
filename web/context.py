"""What every view has at hand: the services, and who is signed in."""

from typing import Any, cast

from flask import current_app, request
from flask_login import UserMixin, current_user
from werkzeug.local import LocalProxy

from lib import logs
from lib.periods import Month, today_in
from lib.records import Document, User
from lib.services import Services

services = cast(Services, LocalProxy(lambda: current_app.extensions["planner"]))


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A person and the session they came with. From now on, every log line of the request says that it is theirs."""

    def __init__(self, user: User, session: Document, token: str) -> None:
        self.user, self.session, self._token = user, session, token
        logs.user.set(services.pseudonyms.of(user.user_id))

    def get_id(self) -> str:
        return f"{self.user.user_id}.{self._token}"


def me() -> User:
    """The person signed in. Only in views that require it."""
    return cast(User, current_user.user)


def today() -> Any:
    return today_in(me().time_zone, services.now())


def chosen_month() -> Month:
    """The month that the address names (`?month=2026-11`), or this one. Raises Invalid for what is not a month."""
    text = request.args.get("month", "")
    return Month.parse(text) if text else Month.of(today())
