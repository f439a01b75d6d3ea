"""Where links in messages lead. They work without signing in: who has the letter has the address.

Opening one changes nothing, since mail programs open links by themselves; a button does. Only the one that turns e-mails off
also takes a POST without a form of ours, as RFC 8058 has mail programs send it.
"""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user

from lib.alerting import kinds
from lib.errors import NotFound
from web.context import services
from web.notifications.blueprint import bp
from web.sign_in import public

Answer = Any


@bp.route("/notifications/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Answer:
    """The address that a letter went to is theirs."""
    try:
        if request.method == "POST":
            services.alert_addresses.confirm_email(token)
            flash("Your e-mail address is confirmed. Messages about your budgets come there from now on.")
            signed_in = current_user.is_authenticated
            return redirect(url_for("settings.notifications" if signed_in else "auth.login"), 303)
        user = services.alert_addresses.who_confirms(token)
    except NotFound as error:
        return _old(error)
    return render_template("notifications/confirm.html", email=user.email, token=token)


@bp.route("/notifications/received/<token>", methods=["GET", "POST"])
@public
def received(token: str) -> Answer:
    """A test message arrived."""
    try:
        test = services.ledger.received(token) if request.method == "POST" else None
    except NotFound as error:
        return _old(error)
    return render_template("notifications/received.html", token=token, test=test)


@bp.route("/notifications/unsubscribe/<token>", methods=["GET", "POST"])
@public
def unsubscribe(token: str) -> Answer:
    """No more e-mails: of the kind that `?kind=` names, or of any. The answer to the POST is a page, never a redirect."""
    kind = next((one for one in kinds.OPTIONAL if one.key == request.args.get("kind")), None)
    try:
        user = services.alert_choices.who_unsubscribes(token)
        if request.method == "POST":
            everything = kind is None or request.form.get("all") == "yes"
            services.alert_choices.unsubscribe(token, "" if everything else kind.key if kind else "")
            return render_template("notifications/unsubscribed.html", kind=None if everything else kind)
    except NotFound as error:
        return _old(error)
    return render_template("notifications/unsubscribe.html", kind=kind, token=token, email=user.email)


@bp.record_once
def _let_mail_programs_in(state: BlueprintSetupState) -> None:
    """The key in the address is proof enough, and a mail program has no form of ours to take a token from."""
    state.app.extensions["csrf"].exempt(unsubscribe)


def _old(error: NotFound) -> Answer:
    href = url_for("settings.notifications")
    page = render_template("auth/old_link.html", message=error.message, href=href, words="Go to the settings")
    return page, error.status
