"""Password, e-mail, and the devices one is signed in on."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import flash, redirect, url_for
from flask_login import current_user

from lib.identity.passwords import HINT
from lib.records import Document
from web.account_forms import EmailForm, PasswordForm
from web.auth import enter
from web.context import me, services
from web.settings.pages import bp, page

LATEST = 5  # events; the rest has a page of its own


class Device(NamedTuple):
    session_id: str
    agent: str
    address: str
    since: datetime
    seen: datetime
    is_this: bool


@bp.get("/settings/security")
def security() -> Any:
    """Each of its forms goes to an address of its own and comes back here."""
    return _page()


@bp.post("/settings/security/password")
def change_password() -> Any:
    """Every other device is signed out, and this one gets a session of its own again."""
    form = PasswordForm()
    if form.sent(lambda: services.accounts.change_password(me(), form.typed("old"), form.typed("new"))):
        enter(form.result)
        flash("Your password is changed. Other devices are signed out.")
        return redirect(url_for(".security"), 303)
    return form.shown(_page(password=form))


@bp.post("/settings/security/email")
def change_email() -> Any:
    """The address changes when the link that goes to it is opened."""
    form = EmailForm()
    if form.sent(
        lambda: services.account_links.ask_email_change(me(), form.typed("password"), form.typed("email"))
    ):
        flash(f"A link is on its way to {form.result}. Open it to confirm the address.")
        return redirect(url_for(".security"), 303)
    return form.shown(_page(email=form))


@bp.post("/settings/security/email/cancel")
def cancel_email() -> Any:
    services.account_links.keep_email(me())
    flash("Your e-mail address stays as it is.")
    return redirect(url_for(".security"), 303)


@bp.post("/settings/security/sessions/<session_id>/revoke")
def revoke_session(session_id: str) -> Any:
    services.sessions.revoke(me(), session_id)
    flash("That device is signed out.")
    return redirect(url_for(".security"), 303)


@bp.post("/settings/security/sessions/end")
def end_sessions() -> Any:
    """Sign out everywhere else."""
    ended = services.sessions.end_others(me(), but=current_user.session.id)
    flash(f"{ended} other devices are signed out." if ended != 1 else "One other device is signed out.")
    return redirect(url_for(".security"), 303)


def _page(password: PasswordForm | None = None, email: EmailForm | None = None) -> str:
    return page(
        "security.html",
        "security",
        password=password or PasswordForm(formdata=None),
        email=email or EmailForm(formdata=None),
        new_email=services.account_links.new_email(me()),
        devices=[_device(session) for session in services.sessions.list(me())],
        hint=HINT,
        events=services.events.newest(me())[:LATEST],
    )


def _device(session: Document) -> Device:
    data = session.data
    since, seen = datetime.fromisoformat(data["created_at"]), datetime.fromisoformat(data["seen_at"])
    return Device(
        session.id, data["agent"], data["address"], since, seen, session.id == current_user.session.id
    )
