"""What every answer carries, and what no request may do."""

import re
import secrets

from flask import Flask, Response, current_app, g, request

from lib.identity.events import NOBODY, Visit, visit
from web.context import services

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
HSTS = "max-age=31536000; includeSubDomains"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Nothing private may come back from a cache or the back button after signing out.
    "Cache-Control": "no-store",
}


def policy(files: str = "") -> str:
    """What a page may load and where it may send. `files` is the origin that files come from, where it is not the pages'."""
    also = f" {files}" if files else ""
    return "; ".join(
        [
            "default-src 'self'",
            f"img-src 'self' data:{also}",
            *([f"connect-src 'self'{also}"] if also else []),
            "object-src 'none'",
            "base-uri 'none'",
            f"form-action 'self'{also}",
            "frame-ancestors 'none'",
        ]
    )


def init_app(app: Flask) -> None:
    app.before_request(_prepare)
    app.after_request(_protect)
    app.teardown_request(_forget)


def _prepare() -> None:
    g.request_id, g.from_proxy = secrets.token_hex(8), _id_from_the_proxy()
    visit.set(Visit(request.headers.get("User-Agent", ""), request.remote_addr or ""))
    view = current_app.view_functions.get(request.endpoint or "")
    # Set before anything reads the body: a view that takes files says so with `largest_body` bytes.
    largest = getattr(view, "largest_body", None)
    if largest is not None:
        request.max_content_length = largest


def _id_from_the_proxy() -> dict[str, str]:
    """For the request's line: what a proxy of ours calls it, so that its log and ours can be read together.

    A field of its own, because many proxies hand on what visitors send, and our ids lead operators from line to line.
    """
    given = request.headers.get("X-Request-ID", "") if services.settings.proxies else ""
    return {"proxy_id": given} if REQUEST_ID.fullmatch(given) else {}


def _forget(_: BaseException | None) -> None:
    visit.set(NOBODY)


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy(services.files.origin))
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HSTS
    return response
