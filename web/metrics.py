"""What the planner counts of itself, for Prometheus; only with the token that the operator set."""

import hmac

from flask import Blueprint, Response, request

from lib.errors import NotFound, NotSignedIn
from lib.metrics import ReadableMetrics
from web.context import services
from web.sign_in import public

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
@public
def show() -> Response:
    token, metrics = services.settings.metrics_token.get_secret_value(), services.metrics
    if not token or not isinstance(metrics, ReadableMetrics):
        raise NotFound
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        raise NotSignedIn("Send the token that METRICS_TOKEN has, as a bearer token.")
    return Response(metrics.text(), content_type=FORMAT)
