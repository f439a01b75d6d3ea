"""Is the planner alive, and can it work?"""

from flask import Blueprint, Response, jsonify

from lib.errors import Unavailable
from web.context import services
from web.sign_in import public

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def alive() -> Response:
    """200 as long as the process answers. Looks at nothing else, so that a broken database does not restart it."""
    return jsonify(status="ok")


@bp.get("/health/ready")
@public
def ready() -> tuple[Response, int]:
    """200 when every port works, else 503 with the names of those that do not."""
    parts: dict[str, str] = {}
    for name in ("store", "files", "queue", "messenger"):
        try:
            getattr(services, name).check()
            parts[name] = "ok"
        except Unavailable:
            parts[name] = "unavailable"
    broken = any(state != "ok" for state in parts.values())
    return jsonify(status="unavailable" if broken else "ok", parts=parts), 503 if broken else 200
