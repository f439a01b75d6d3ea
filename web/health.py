"""Is the planner alive, and can it work?"""

import logging
import threading
from datetime import timedelta

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState

from lib.errors import PlannerError
from lib.services import Services
from web.api.description import HEALTH, described
from web.api.models import Health, Readiness, State
from web.sign_in import public

PARTS = ("store", "files", "queue", "messenger")
KEPT_FOR = timedelta(seconds=30)
bp = Blueprint("health", __name__)
log = logging.getLogger(__name__)


class Look:
    """How every part is, looked at once in a while: anyone may ask, and looking calls the mail server and locks the queue."""

    def __init__(self, services: Services) -> None:
        self._services, self._turn = services, threading.Lock()
        self._parts: dict[str, State] = {}
        self._until = services.now()

    def parts(self) -> dict[str, State]:
        # While one looks, perhaps at a mail server that never answers, the others take what was found last.
        if self._is_old() and self._turn.acquire(blocking=not self._parts):
            try:
                if self._is_old():
                    self._parts = {name: self._state(name) for name in PARTS}
                    self._until = self._services.now() + KEPT_FOR
            finally:
                self._turn.release()
        return self._parts

    def _is_old(self) -> bool:
        return self._services.now() >= self._until

    def _state(self, name: str) -> State:
        try:
            getattr(self._services, name).check()
        except PlannerError as error:
            log.warning("%s does not work: %s", name, error.message)
            return "unavailable"
        return "ok"


@bp.record_once
def _keep_the_look(state: BlueprintSetupState) -> None:
    state.app.extensions["look"] = Look(state.app.extensions["planner"])


@bp.get("/health")
@public
@described(HEALTH, {200: Health}, "public")
def alive() -> Health:
    """Whether the process answers.

    It looks at nothing else, so that a broken database does not restart it.
    """
    return Health(status="ok")


@bp.get("/health/ready")
@public
@described(HEALTH, {200: Readiness, 503: Readiness}, "public")
def ready() -> tuple[Readiness, int]:
    """Whether every part worked when it was last looked at, at most half a minute ago.

    503 when one does not; `parts` says which.
    """
    parts = current_app.extensions["look"].parts()
    whole: State = "unavailable" if "unavailable" in parts.values() else "ok"
    return Readiness(status=whole, parts=parts), 503 if whole == "unavailable" else 200
