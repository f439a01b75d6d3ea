"""One log line a request: which page, how it went, how long it took. Never what was asked for or by whom."""

import logging
import time

from flask import Flask, Response, g, request

from lib.logs import request_id, who

log = logging.getLogger("planner.request")


def init_app(app: Flask) -> None:
    """To be called after what sets `g.request_id`: both work in the order they were added."""
    app.before_request(_start)
    app.after_request(_write)


def _start() -> None:
    g.started = time.perf_counter()
    request_id.set(g.request_id)


def _write(response: Response) -> Response:
    if log.isEnabledFor(logging.INFO):
        route = (
            request.url_rule.rule if request.url_rule else "(none)"
        )  # an address may name a person's things
        ms = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
        found = g.get("_login_user")  # looked at, not looked up: a page for everyone reads nobody's session
        user = who(found.user.user_id) if found is not None and found.is_authenticated else "-"
        status = response.status_code
        extra = {"method": request.method, "route": route, "status": status, "ms": round(ms, 1), "user": user}
        log.info("%s %s %d %.1f ms %s", request.method, route, status, ms, user, extra=extra)
    return response
