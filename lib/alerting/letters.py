"""A notification as a letter."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from lib.alerting import kinds
from lib.alerting.kinds import Kind
from lib.alerting.preferences import Preferences
from lib.letters.letter import Action, Letter, Part, is_figure, written
from lib.letters.plain import one_line
from lib.records import Email, Notification, User

HEADLINES = (
    "Over",
    "Left",
    "Amount",
    "Spent",
)  # what the labels of figures that matter begin with, the first first
SETTINGS = "/settings/notifications"
_IN_A_LINK = "/?=&%:.,~_-+"


def letter(user: User, preferences: Preferences, notification: Notification, address: str) -> Email:
    """Write it to its owner.

    Args:
        address: What links start with.
    """
    kind, data = kinds.ALL[notification.kind], notification.data
    headline, figures = _figures(data.get("figures", ()))
    parts = [
        Part(part["subject"], part["message"], _link(address, part.get("link", "")))
        for part in data.get("lines", ())
    ]
    off = _unsubscribe(user, preferences, kind, address)
    choose = Action("Choose what you are told of", address + SETTINGS)
    return written(
        Letter(
            subject=one_line(notification.subject) or kind.name,
            paragraphs=[notification.message] if notification.message and not parts else [],
            topic=kind.name,
            state=data.get("state", ""),
            headline=headline,
            percent=data.get("percent"),
            figures=figures,
            parts=parts,
            action=_action(data, address),
            reason=_reason(user, kind),
            ways_out=[Action(_turn_off(kind), off), choose] if off else [choose],
            locale=user.locale,
        ),
        user.email,
        address,
        headers=_headers(off),
        key=f"{user.user_id}/{notification.notification_id}",
    )


def _figures(
    pairs: Sequence[Sequence[str]],
) -> tuple[tuple[str, str] | None, list[tuple[str, str]]]:
    """The figure that matters, if one does, and the others."""
    figures = [(label, value) for label, value in pairs]
    found = [
        pair for name in HEADLINES for pair in figures if pair[0].startswith(name) and is_figure(pair[1])
    ]
    return next(iter(found), None), [pair for pair in figures if pair not in found[:1]]


def _action(data: Mapping[str, Any], address: str) -> Action:
    link = _link(address, data.get("link", ""))
    if not link:
        return Action("See your notifications", f"{address}/notifications")
    return Action(data.get("action") or "Look at it", link)


def _link(address: str, path: str) -> str:
    """A page of the planner; "" for whatever would lead elsewhere."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        return ""
    return address + quote(path, safe=_IN_A_LINK)


_REASONS = {
    kinds.TEST: "who asked for a test",
    kinds.DIGEST: "who asked for one e-mail a day",
    kinds.WELCOME: "whose address was confirmed",
}


def _reason(user: User, kind: Kind) -> str:
    to = f"Sent to {user.display_name or user.username}"
    why = _REASONS.get(kind)
    return f"{to}, {why}." if why else f"{to}, who has e-mails on for “{kind.name}”."


def _turn_off(kind: Kind) -> str:
    return "Turn off e-mails like this" if kind.optional else "Turn off all of these e-mails"


def _unsubscribe(user: User, preferences: Preferences, kind: Kind, address: str) -> str:
    """The link that needs nobody to sign in; "" while there is no key to it."""
    if not preferences.key:
        return ""
    only = f"?{urlencode({'kind': kind.key})}" if kind.optional else ""
    return f"{address}/notifications/unsubscribe/{user.user_id}.{preferences.key}{only}"


def _headers(off: str) -> tuple[tuple[str, str], ...]:
    """What mail programs show a button from. One click is for https alone (RFC 8058)."""
    if not off:
        return ()
    link = ("List-Unsubscribe", f"<{off}>")
    one_click = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    return (link, one_click) if off.startswith("https://") else (link,)
