"""The e-mails about accounts."""

from collections.abc import Sequence

from lib.identity.events import SecurityEvent
from lib.letters.letter import Action, Letter, written
from lib.periods import zone
from lib.records import Email, User
from lib.writing import formats

ONCE = "The link works once, within {time}."


def reset(user: User, address: str, link: str) -> Email:
    asked = f"Someone, hopefully you, wants to choose a new password for the account “{user.username}”."
    return _letter(
        user,
        address,
        "Choose a new password",
        [_hello(user), f"{asked} {ONCE.format(time='an hour')}"],
        Action("Choose a new password", link),
        ["If it was not you, do nothing: the password stays as it is."],
    )


def confirm_email(user: User, new_email: str, address: str, link: str) -> Email:
    asked = f"The account “{user.username}” is to use this e-mail address from now on."
    mail = _letter(
        user,
        address,
        "Confirm your e-mail address",
        ["Hello,", f"{asked} {ONCE.format(time='24 hours')}"],
        Action("Confirm this address", link),
        ["If you know nothing of this, do nothing: the address is not used then."],
    )
    return mail._replace(to=new_email)


def email_changing(user: User, new_email: str, address: str) -> Email:
    asked = (
        f"Someone who knows the password of the account “{user.username}” asked to change its e-mail address."
    )
    return _letter(
        user,
        address,
        "Your e-mail address is about to change",
        [_hello(user), f"{asked} That happens once they open the link that was sent to the new one."],
        Action("Look at security settings", f"{address}/settings/security"),
        ["If it was not you, sign in, change your password, and cancel the change under Settings, Security."],
        [("New address", new_email)],
    )


def password_changed(user: User, address: str) -> Email:
    changed = f"The password of the account “{user.username}” was changed, and other devices were signed out."
    return _letter(
        user,
        address,
        "Your password was changed",
        [_hello(user), changed, "If it was not you, choose a new one now."],
        Action("Choose a new password", f"{address}/password/forgot"),
    )


def new_browser(user: User, event: SecurityEvent, address: str) -> Email:
    """`event` is the sign-in."""
    at = event.at.astimezone(zone(user.time_zone))
    figures = [
        ("When", f"{formats.whole_day(at.date(), user.locale)} at {at:%H:%M}"),
        ("Browser", event.browser),
        *([("Network", event.place)] if event.place else []),
    ]
    signed_in = f"Someone who knows the password of the account “{user.username}” signed in from a browser that had not before."
    return _letter(
        user,
        address,
        "A new browser signed in to your account",
        [_hello(user), f"{signed_in} If it was you, all is well."],
        Action("Look at security settings", f"{address}/settings/security"),
        ["If it was not you, change your password now: that signs out every other device."],
        figures,
    )


def welcome(user: User, address: str, link: str) -> Email:
    """`link` confirms the address; without one, a message service asks for that in a letter of its own."""
    by_link = f"Confirm that this address is yours. {ONCE.format(time='24 hours')}"
    by_letter = "A second letter asks whether this address may be written to. Say yes to it."
    then = (
        "From then on you are told here when a budget is nearly used up or exceeded, and when a larger expense "
        "comes in. What you are told of, and how, is yours to choose under Settings, Notifications."
    )
    return _letter(
        user,
        address,
        "Welcome to Smart Budget Planner",
        [
            _hello(user),
            f"Your account “{user.username}” is ready. {by_link if link else by_letter}",
            then,
        ],
        Action("Confirm this address", link)
        if link
        else Action("Choose what you are told of", f"{address}/settings/notifications"),
        ["If you made no account, do nothing: this address is written to no more."],
    )


def confirm_alerts(user: User, address: str, link: str) -> Email:
    return _letter(
        user,
        address,
        "Confirm your e-mail address",
        [
            _hello(user),
            f"Messages about your budgets are to come to this address. {ONCE.format(time='24 hours')}",
        ],
        Action("Confirm this address", link),
        ["If you know nothing of this, do nothing: no messages come then."],
    )


def name_of(user: User) -> str:
    return user.display_name or user.username


def _hello(user: User) -> str:
    return f"Hello {name_of(user)},"


def _letter(
    user: User,
    address: str,
    subject: str,
    paragraphs: Sequence[str],
    action: Action,
    after: Sequence[str] = (),
    figures: Sequence[tuple[str, str]] = (),
) -> Email:
    letter = Letter(
        subject=subject,
        paragraphs=paragraphs,
        action=action,
        after=after,
        figures=figures,
        reason=f"About the account “{user.username}”.",
    )
    return written(letter, user.email, address)
