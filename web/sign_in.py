"""Who may see what: everything needs a sign-in, but what says that it is public."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Request, current_app, flash, g, redirect, request, url_for
from flask_login import current_user

from lib.errors import NotSignedIn
from web.context import SignedIn, services
from web.errors import wants_json

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view as open to everyone. Put it under `route`."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def load_signed_in(login_id: str) -> SignedIn | None:
    """Who the cookie says it is, if the server still knows that session. A bearer token beside it counts alone."""
    if bearer_token() is not None:
        return None
    _be_a_stranger()
    user_id, _, token = login_id.partition(".")
    found = services.sessions.resume(user_id, token)
    return SignedIn(*found, token) if found else None


def load_program(_: Request) -> SignedIn | None:
    """Whose bearer token a program sends, if it is one that works. Only the API takes them."""
    _be_a_stranger()
    token = bearer_token()
    found = services.tokens.check(token) if token is not None else None
    return SignedIn(*found, "") if found else None


def _be_a_stranger() -> None:
    """Until the store has said who asks. If it cannot, the page that says so must not wait for it once more."""
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def bearer_token() -> str | None:
    """What stands after "Authorization: Bearer", working or not; None where nothing does."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and wants_json() else None


def protect_forms() -> None:
    """Before every request that changes something: it comes from a page of ours, or from a program with its own token.

    No other site can make a browser send an Authorization header, so there is nothing to protect a program from.
    """
    if bearer_token() is None:
        current_app.extensions["csrf"].protect(apply_exemptions=True)


def refuse_strangers() -> Any:
    """Before every request: a page asks a stranger to sign in and leads back afterwards; the API answers 401."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "is_public", False) or current_user.is_authenticated:
        return None
    if bearer_token() is not None:
        raise NotSignedIn("This token does not work: it has ended, was revoked, or never was one.")
    if wants_json():
        raise NotSignedIn
    if request.method == "GET":
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))
    flash("You were signed out, so nothing was saved. Sign in and send it again.")
    return redirect(url_for("auth.login", next=_page_before()), 303)


def _page_before() -> str | None:
    """The page of ours that the form stands on; where it leads is checked again by who follows it."""
    before = urlsplit(request.referrer or "")
    if f"{before.scheme}://{before.netloc}/" != request.host_url:
        return None
    return before._replace(scheme="", netloc="", fragment="").geturl()
