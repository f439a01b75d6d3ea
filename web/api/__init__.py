"""The planner as JSON, for scripts and for our own pages."""

from flask import Blueprint, Response, jsonify
from flask_login import current_user

from web.sign_in import public

bp = Blueprint("api", __name__)


@bp.get("/api/check-session")
@public
def check_session() -> Response:
    """Whether this browser is still signed in: asked by pages that the back button brings back."""
    if not current_user.is_authenticated:
        return jsonify(authenticated=False, user=None)
    user = current_user.user
    return jsonify(authenticated=True, user={"username": user.username, "display_name": user.display_name})
