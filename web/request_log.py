"""One log line a request, and the same counted: which page, how it went, how long it took. Never what was asked for or by whom."""

import logging
import time

from flask import Flask, Response, g, request

from lib import logs
from lib.metrics import LATENCY, REQUESTS, CollectingMetrics
from web.context import services

# Asked by programs every few seconds: counted, they would hide what people meet. Stylesheets and the like never come here.
NOT_COUNTED = {"health", "metrics"}  # blueprints
log = logging.getLogger("planner.request")


def init_app(app: Flask) -> None:
    """To be called after what sets `g.request_id`: both work in the order they were added."""
    app.before_request(_start)
    app.after_request(_write)
    app.teardown_request(_leave)


def _start() -> None:
    g.started = time.perf_counter()
    logs.request_id.set(g.request_id)
    # An address may name a person's things; the rule it belongs to does not.
    logs.route.set(request.url_rule.rule if request.url_rule else "(none)")
    logs.user.set(logs.NOTHING)  # until it is known; see web.context.SignedIn


def _write(response: Response) -> Response:
    route, user, status = logs.route.get(), logs.user.get(), response.status_code
    ms = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    if request.blueprint not in NOT_COUNTED:
        services.metrics.record(LATENCY, ms, by=route)
        services.metrics.record(REQUESTS, by=f"{status // 100}xx")
    elif isinstance(services.metrics, CollectingMetrics):  # perhaps nobody comes for hours but who asks that
        services.metrics.flush(only_old=True)
    if log.isEnabledFor(logging.INFO):
        extra = {"method": request.method, "status": status, "ms": round(ms, 1)} | g.get("from_proxy", {})
        log.info("%s %s %d %.1f ms %s", request.method, route, status, ms, user, extra=extra)
    g.answered = True
    return response


def _leave(_: BaseException | None) -> None:
    """What was answered without us, because the page of an error failed as well, is counted; the thread's next lines are nobody's."""
    if "started" in g and "answered" not in g:
        services.metrics.record(REQUESTS, by="5xx")
    for each in (logs.request_id, logs.route, logs.user):
        each.set(logs.NOTHING)
