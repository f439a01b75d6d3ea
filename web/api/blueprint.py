"""The blueprint, and what holds for every request to the API."""

from typing import Any

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from flask_login import current_user
from werkzeug.routing import BaseConverter

from lib.errors import Invalid, NotAllowed
from lib.receipts.arriving import TOO_LARGE
from web.api.fields import ID_PATTERN
from web.api.reading import LARGEST_BODY, LARGEST_FORM
from web.context import services
from web.errors import answer
from web.sign_in import bearer_token

READING = {"GET", "HEAD", "OPTIONS"}
NAMES = {
    "spent_on": "date",
    "text": "search",
    "least": "min_amount",
    "most": "max_amount",
}  # of fields, in the API

bp = Blueprint("api", __name__)


class Id(BaseConverter):
    """An id as the planner makes them. What is none is found nowhere, without asking the store."""

    regex = ID_PATTERN


@bp.record_once
def _know_ids(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["id"] = Id


@bp.before_request
def _admit() -> None:
    """A token does what it was made for, and nobody asks too fast. Strangers have been refused by now."""
    if not current_user.is_authenticated:
        return
    token = current_user.session
    if token.kind == "token" and token.data["scope"] != "write" and request.method not in READING:
        raise NotAllowed("This token may only read. Make one that may write, in Settings.")
    services.pace.step(current_user.user.user_id)


@bp.after_request
def _challenge(response: Response) -> Response:
    """Say how to sign in, as HTTP wants it."""
    if response.status_code == 401:
        wrong = ' error="invalid_token"' if bearer_token() is not None else ""
        response.headers["WWW-Authenticate"] = f"Bearer{wrong}"
    return response


@bp.errorhandler(Invalid)
def _unfit(error: Invalid) -> Any:
    """What was sent could be read (else `reading` had refused it) but does not fit what the account holds."""
    field = NAMES.get(error.field, error.field)
    more = {"errors": [{"field": field, "message": error.message}]} if field else {}
    return answer(409, "That does not fit", error.message, **more)


@bp.errorhandler(413)
def _too_large(_: Exception) -> Any:
    takes_files = request.max_content_length == LARGEST_FORM
    words = TOO_LARGE if takes_files else f"A request may have up to {LARGEST_BODY // 1000} kB."
    return answer(413, "Too large", words)
