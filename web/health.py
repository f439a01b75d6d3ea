"""Is the planner alive, and can it work?"""

from flask import Blueprint

from lib.errors import Unavailable
from web.api.description import HEALTH, described
from web.api.models import Health, Readiness, State
from web.context import services
from web.sign_in import public

bp = Blueprint("health", __name__)


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
    """Whether every part works.

    503 when one does not; `parts` says which.
    """
    parts: dict[str, State] = {}
    for name in ("store", "files", "queue", "messenger"):
        try:
            getattr(services, name).check()
            parts[name] = "ok"
        except Unavailable:
            parts[name] = "unavailable"
    whole: State = "unavailable" if "unavailable" in parts.values() else "ok"
    return Readiness(status=whole, parts=parts), 503 if whole == "unavailable" else 200
