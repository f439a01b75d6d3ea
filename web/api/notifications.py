"""Notifications: list, mark as read, and have an address confirmed."""

from typing import Any

from lib.errors import Invalid
from lib.identity import profile
from web.api.account import contact_of
from web.api.blueprint import bp
from web.api.description import NOTIFICATIONS, described
from web.api.models import ContactInfo
from web.api.notification_models import (
    NotificationList,
    NotificationOut,
    NotificationQuery,
    ReadIn,
    ReadOut,
    SubscribeIn,
)
from web.context import me, services

Answer = Any


@bp.get("/api/notifications")
@described(NOTIFICATIONS, {200: NotificationList}, problems=(409,))
def list_notifications(query: NotificationQuery) -> NotificationList:
    """What you were told, the newest first, and whether it reached you.

    They come in pages: ask again with `cursor` set to the `next_cursor` of the answer, until that is null.
    """
    page = services.ledger.get_user_notifications(me(), query.cursor, query.limit, unread=query.unread)
    return NotificationList(
        notifications=[NotificationOut.of(each) for each in page.items],
        next_cursor=page.cursor or None,
        unread=me().unread,
    )


@bp.post("/api/notifications/read")
@described(NOTIFICATIONS, {200: ReadOut}, "write")
def read_notifications(json: ReadIn) -> ReadOut:
    """Mark notifications as read."""
    return ReadOut(read=services.ledger.read(me(), json.ids))


@bp.post("/api/notifications/subscribe")
@described(NOTIFICATIONS, {202: ContactInfo}, "write", problems=(409,))
def subscribe(json: SubscribeIn) -> Answer:
    """Have your e-mail address or your number confirmed, so that messages go there.

    The address gets a link; the number gets a code, to be typed in Settings, Notifications. What is confirmed already is
    not asked again.
    """
    user = me()
    if json.email is not None and profile.folded(json.email) != profile.folded(user.email):
        raise Invalid("That is not your account's address. Change it in Settings, Security.", "email")
    if json.phone is not None:
        user = services.accounts.save_profile(user, phone=json.phone)
    kept = services.alert_choices.get(user)
    if json.phone is not None and not kept.phone_is_confirmed(user):
        services.alert_addresses.ask_phone(user)
    if (json.email is not None or json.phone is None) and not kept.email_is_confirmed(user):
        services.alert_addresses.ask_email(user)
    return contact_of(user), 202
