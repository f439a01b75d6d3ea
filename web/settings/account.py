"""The end of an account."""

from typing import Any

from flask import make_response, redirect, session, url_for
from flask_login import logout_user

from lib.errors import NotAllowed
from web.account_forms import DeleteForm
from web.context import me, services
from web.settings.pages import bp, page


@bp.route("/settings/delete", methods=["GET", "POST"])
def delete() -> Any:
    """Erase everything, once the name is typed and the password given."""
    if me().demo:
        raise NotAllowed("The sample household disappears by itself.")
    form = DeleteForm()
    if form.sent(
        lambda: services.accounts.delete_account(me(), form.typed("username"), form.typed("password"))
    ):
        logout_user()
        session.clear()
        response = make_response(redirect(url_for("auth.goodbye"), 303))
        response.headers["Clear-Site-Data"] = '"cache"'
        return response
    return form.shown(page("delete.html", "delete", form=form))
