"""Every error is a page for people, or an RFC 9457 problem for programs."""

import logging
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lib.errors import PlannerError, TooLarge, TooMany, Unavailable
from lib.logs import why
from lib.metrics import ERRORS
from web.context import services

log = logging.getLogger(__name__)
Answer = Any

WORDS = {
    400: "The browser sent something that cannot be read. Go back, reload the page and try again.",
    403: "That is not open to you here.",
    404: "There is nothing here under that address, or it is not yours.",
    405: "That address does not work this way.",
    413: "That is more than fits here. A bank's file may have up to 20 MB, a receipt up to 10 MB.",
    415: "That kind of content cannot be read here.",
    429: "That was tried too often. Wait a little, then try again.",
}


def init_app(app: Flask) -> None:
    app.log_exception = _failed_twice  # type: ignore[method-assign, assignment]
    app.register_error_handler(PlannerError, _planner_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    return request.path.startswith("/api/")


def answer(status: int, title: str, message: str, **extra: Any) -> Answer:
    """The error as a page or as a problem document."""
    if wants_json():
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message} | extra
        response = jsonify(problem | {"request_id": g.get("request_id", "")})
        response.content_type = "application/problem+json"
        response.status_code = status
        return response
    with suppress(Unavailable):  # whoever cannot be looked up sees the error as a stranger does
        _ = current_user.is_authenticated
    return render_template("errors/error.html", status=status, title=title, message=message), status


def _planner_error(error: PlannerError) -> Answer:
    if error.status >= 500:
        log.error("%s: %s", type(error).__name__, why(error), exc_info=error)
    extra: dict[str, Any] = {}
    field = getattr(error, "field", "")
    errors = getattr(error, "errors", None) or (
        [{"field": field, "message": error.message}] if field else None
    )
    if errors:
        extra["errors"] = errors
    result = answer(error.status, error.title, error.message, **extra)
    return _with_retry_after(result, error.retry_after) if isinstance(error, TooMany) else result


def _with_retry_after(result: Answer, seconds: int) -> Response:
    response = make_response(result)
    response.headers["Retry-After"] = str(seconds)
    return response


def _csrf_error(error: CSRFError) -> Answer:
    log.warning("form refused: %s", error.description)
    if wants_json():
        words = "Send the page's CSRF token as X-CSRFToken, or a bearer token. Nothing was saved."
        return answer(400, "No CSRF token", words)
    if services.settings.address.startswith("https:") and not request.is_secure:  # no cookie comes back
        words = (
            f"Nothing was saved. It is reached at {services.settings.address}: open it there, and sign in."
        )
        return answer(400, "Open the planner at its own address", words)
    words = "Nothing was saved. Go back, reload the page and send the form again."
    return answer(400, "This form was open too long", words)


def _http_error(error: HTTPException) -> Answer:
    if error.code is None or error.code < 400:
        return error
    title = TooLarge.title if error.code == 413 else HTTPStatus(error.code).phrase.capitalize()
    result = answer(error.code, title, WORDS.get(error.code, title))
    if error.code == 405 and getattr(error, "valid_methods", None):
        response = make_response(result)
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
        return response
    return result


def _unexpected(error: Exception) -> Answer:
    services.metrics.record(ERRORS)
    log.exception("unexpected error")
    return answer(500, PlannerError.title, "Something went wrong on our side. What you saved before is safe.")


def _failed_twice(error: Any) -> None:
    """Where the page that says so fails as well. Flask's own words would have the address, and that may be secret."""
    services.metrics.record(ERRORS)
    log.error("the page of an error cannot be made", exc_info=error)
