"""What someone is told of, on which ways, and when not."""

from typing import Any

from flask import flash, redirect, request, url_for

from lib.alerting import kinds
from lib.alerting.choices import Choice
from lib.alerting.preferences import Preferences
from lib.errors import Changed, Invalid, NotAllowed, TooMany
from lib.records import Notification
from web.context import me, services
from web.notification_forms import ChoiceForm, CodeForm, SecretForm, WebhookForm
from web.notifications.ways import NAMES, ways_of
from web.settings.pages import bp, page


@bp.route("/settings/notifications", methods=["GET", "POST"])
def notifications() -> Any:
    """The kinds, the ways, and what else there is to choose; each of the smaller forms goes to an address of its own."""
    kept = services.alert_choices.get(me())
    form = ChoiceForm(me(), Choice.of(kept))
    if form.sent(lambda: _save(form, kept)):
        flash("Saved.")
        return redirect(url_for(".notifications"), 303)
    if isinstance(form.error, Changed):
        form.was.data = Choice.of(kept).mark  # saving again, after having been told, overwrites
    return form.shown(_page(choice=form))


def _save(form: ChoiceForm, kept: Preferences) -> Preferences:
    shown = {way.channel for way in ways_of(me(), kept)}
    return services.alert_choices.save(me(), form.choice(Choice.of(kept), shown), form.typed("was"))


@bp.post("/settings/notifications/email")
def ask_email() -> Any:
    """Send a link that confirms the address."""
    return _done(
        "email", lambda: services.alert_addresses.ask_email(me()), f"A link is on its way to {me().email}."
    )


@bp.post("/settings/notifications/email/look")
def look_at_email() -> Any:
    """Whether the message service's own question was answered by now."""
    if services.alert_addresses.look_again(me()):
        flash("Your e-mail address is confirmed.")
    else:
        flash(
            "The question is not answered yet. Look for a letter from AWS Notifications, also among junk mail.",
            "error",
        )
    return redirect(url_for(".notifications", _anchor="email"), 303)


@bp.post("/settings/notifications/phone")
def ask_phone() -> Any:
    """Send a code to the number."""
    return _done(
        "sms", lambda: services.alert_addresses.ask_phone(me()), f"A code is on its way to {me().phone}."
    )


@bp.post("/settings/notifications/phone/code")
def confirm_phone() -> Any:
    form = CodeForm()
    if form.sent(lambda: services.alert_addresses.confirm_phone(me(), form.typed("code"))):
        flash("Your number is confirmed.")
        return redirect(url_for(".notifications", _anchor="sms"), 303)
    return form.shown(_page(code=form))


@bp.post("/settings/notifications/phone/stop")
def stop_sms() -> Any:
    services.alert_choices.stop_sms(me())
    flash("No more SMS come to this number.")
    return redirect(url_for(".notifications", _anchor="sms"), 303)


@bp.post("/settings/notifications/webhook")
def set_webhook() -> Any:
    """Where else messages go. The secret that signs them is on the answer to this, and nowhere afterwards."""
    form = WebhookForm()
    if not form.sent(lambda: _set_webhook(form)):
        return form.shown(_page(webhook=form))
    _, secret = form.result
    if not secret:
        flash("Saved.")
        return redirect(url_for(".notifications", _anchor="webhook"), 303)
    return _page(secret=secret)


def _set_webhook(form: WebhookForm) -> tuple[Preferences, str]:
    _no_demo()
    services.accounts.check_password(me(), form.typed("password"))
    return services.alert_choices.set_webhook(me(), form.typed("webhook_url"))


@bp.post("/settings/notifications/webhook/secret")
def renew_secret() -> Any:
    """The new one is shown as the first one was, and wants the password as that did."""
    _no_demo()
    form = SecretForm()
    if form.sent(lambda: _renew_secret(form)):
        return _page(secret=form.result)
    if not services.alert_choices.get(me()).webhook_url:  # the form is not on the page then
        flash("Set an address first.", "error")
        return redirect(url_for(".notifications", _anchor="webhook"), 303)
    return form.shown(_page(secret_form=form))


def _renew_secret(form: SecretForm) -> str:
    services.accounts.check_password(me(), form.typed("password"))
    return services.alert_choices.renew_secret(me())


@bp.post("/settings/notifications/webhook/remove")
def remove_webhook() -> Any:
    services.alert_choices.remove_webhook(me())
    flash("No messages go there any more.")
    return redirect(url_for(".notifications", _anchor="webhook"), 303)


@bp.post("/settings/notifications/test")
def send_test() -> Any:
    """Send a message on one way; the page then shows how it fares."""
    _no_demo()
    channel = request.form.get("channel", "")
    try:
        sent = _tested(channel)
    except (Invalid, TooMany) as error:
        flash(error.message, "error")
        return redirect(url_for(".notifications", _anchor=channel if channel in NAMES else None), 303)
    return redirect(url_for(".notifications", test=sent.notification_id, _anchor=channel), 303)


def _tested(channel: str) -> Notification:
    ready = {way.channel for way in ways_of(me(), services.alert_choices.get(me())) if way.is_ready}
    if channel not in ready - {kinds.APP}:
        raise Invalid("Set that up first, then send a test.", "channel")
    return services.ledger.send_test(me(), channel)


def _done(anchor: str, act: Any, words: str) -> Any:
    """Do what a button asks for and say so, or why not, back on the page."""
    try:
        act()
    except (Invalid, TooMany) as error:
        flash(error.message, "error")
    else:
        flash(words)
    return redirect(url_for(".notifications", _anchor=anchor), 303)


def _no_demo() -> None:
    if me().demo:
        raise NotAllowed("The sample household sends nothing. Make an account of your own for that.")


def _page(
    choice: ChoiceForm | None = None,
    code: CodeForm | None = None,
    webhook: WebhookForm | None = None,
    secret_form: SecretForm | None = None,
    secret: str = "",
) -> str:
    kept = services.alert_choices.get(me())
    changed = choice is not None and isinstance(choice.error, Changed)
    return page(
        "notifications.html",
        "notifications",
        kinds=kinds.OPTIONAL,
        ways=ways_of(me(), kept),
        form=choice or ChoiceForm(me(), Choice.of(kept), fresh=True),
        now=_others(choice, Choice.of(kept)) if choice and changed else [],
        code=code or CodeForm(formdata=None),
        webhook=webhook or WebhookForm(formdata=None, data={"webhook_url": kept.webhook_url}),
        secret_form=secret_form or SecretForm(formdata=None),
        secret=secret,
        test=_test(),
        has_mail=services.settings.has_mail,
    )


def _test() -> Notification | None:
    """The test message that was sent just now, as it is at this moment."""
    sent = request.args.get("test", "")
    found = services.store.get_notification(me().user_id, sent) if 0 < len(sent) <= 64 else None
    return found if found and found.kind == kinds.TEST.key else None


def _others(form: ChoiceForm, saved: Choice) -> list[tuple[str, str]]:
    """What is saved of the kinds where something else was ticked: (name, ways in words)."""
    found = []
    for kind in kinds.OPTIONAL:
        stored = saved.channels[kind.key]
        if any((f"{kind.key}.{way}" in form.ticked) != (way in stored) for way in NAMES):
            found.append(
                (kind.name, ", ".join(NAMES[way] for way in kinds.CHANNELS if way in stored) or "nowhere")
            )
    return found
