"""Tokens for programs that use the API."""

from typing import Any

from flask import flash, redirect, url_for

from lib.errors import NotAllowed
from lib.records import Document
from web.account_forms import TokenForm
from web.context import me, services
from web.settings.pages import bp, page


@bp.route("/settings/tokens", methods=["GET", "POST"])
def tokens() -> Any:
    """The list, and the form that makes one more: its text is on the answer to that, and nowhere afterwards."""
    if me().demo:
        raise NotAllowed("The sample household has no tokens. Make an account to use the API.")
    form = TokenForm()
    made = ""
    if form.sent(lambda: _create(form)):
        _, made = form.result
        form = TokenForm(formdata=None)
    return form.shown(page("tokens.html", "tokens", form=form, made=made, tokens=services.tokens.list(me())))


def _create(form: TokenForm) -> tuple[Document, str]:
    services.accounts.check_password(me(), form.typed("password"))
    days = int(form.days.data) if form.days.data in ("0", "30", "90", "365") else -1
    return services.tokens.create(me(), form.typed("name"), form.scope.data or "", days)


@bp.post("/settings/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> Any:
    services.tokens.revoke(me(), token_id)
    flash("That token works no more.")
    return redirect(url_for(".tokens"), 303)
