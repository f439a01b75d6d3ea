"""Browsers that somebody has signed in from before. Tries from one are counted apart, so that strangers who guess at a name
lock nobody out of their own phone. (OWASP: "Slow Down Online Guessing Attacks with Device Cookies".)

The cookie signs nobody in. It says "<user id>.<made up once>", signed with the application's secret.
"""

import hashlib
from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from lib.ids import secret_token
from lib.records import User

NAME = "planner-browser"
LASTS = timedelta(days=400)  # browsers keep none for longer


def known_browser() -> str:
    """What a cookie of ours says; empty where there is none, or one that somebody made."""
    try:
        return str(_signer().loads(request.cookies.get(_name(), "")))
    except BadSignature:
        return ""


def remember_browser(user: User) -> None:
    """Let the answer to this request leave the cookie, unless this person's is there already."""
    if known_browser().startswith(f"{user.user_id}."):
        return
    signed = str(_signer().dumps(f"{user.user_id}.{secret_token()}"))

    @after_this_request
    def leave_cookie(response: Response) -> Response:
        response.set_cookie(
            _name(),
            signed,
            max_age=LASTS,
            path="/login",
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response


def _name() -> str:
    return f"__Secure-{NAME}" if current_app.config["SESSION_COOKIE_SECURE"] else NAME


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        str(current_app.secret_key), salt="known browser", signer_kwargs={"digest_method": hashlib.sha256}
    )
