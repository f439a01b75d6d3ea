"""The e-mails about accounts, as plain text."""

from lib.records import Email, User

SIGNATURE = "\n\n-- \nSmart Budget Planner\n{address}\n"


def reset(user: User, address: str, link: str) -> Email:
    return _letter(
        user.email,
        "Choose a new password",
        address,
        f"""Hello {name_of(user)},

someone, hopefully you, wants to choose a new password for the account “{user.username}”.
Open this link within an hour; it works once:

{link}

If it was not you, do nothing: the password stays as it is.""",
    )


def confirm_email(user: User, new_email: str, address: str, link: str) -> Email:
    return _letter(
        new_email,
        "Confirm your e-mail address",
        address,
        f"""Hello,

the account “{user.username}” is to use this e-mail address from now on.
Open this link within 24 hours and confirm it there; it works once:

{link}

If you know nothing of this, do nothing: the address is not used then.""",
    )


def email_changing(user: User, new_email: str, address: str) -> Email:
    return _letter(
        user.email,
        "Your e-mail address is about to change",
        address,
        f"""Hello {name_of(user)},

someone who knows the password of the account “{user.username}” asked to change its e-mail address to
{new_email}. That happens once they open the link that was sent there.

If it was not you, sign in, change your password, and cancel the change under Settings, Security:

{address}/settings/security""",
    )


def password_changed(user: User, address: str) -> Email:
    return _letter(
        user.email,
        "Your password was changed",
        address,
        f"""Hello {name_of(user)},

the password of the account “{user.username}” was changed, and other devices were signed out.

If it was not you, choose a new one now:

{address}/password/forgot""",
    )


def welcome(user: User, address: str, link: str) -> Email:
    """`link` confirms the address; without one, a message service asks for that in a letter of its own."""
    asks = (
        f"""Open this link within 24 hours to confirm that this address is yours:

{link}
"""
        if link
        else """A second letter asks whether this address may be written to. Say yes to it.
"""
    )
    return _letter(
        user.email,
        "Welcome to Smart Budget Planner",
        address,
        f"""Hello {name_of(user)},

your account “{user.username}” is ready.

{asks}
From then on you are told here when a budget is nearly used up or exceeded, and when a larger expense comes in.
What you are told of, and how, is yours to choose:

{address}/settings/notifications

If you made no account, do nothing: this address is written to no more.""",
    )


def confirm_alerts(user: User, address: str, link: str) -> Email:
    return _letter(
        user.email,
        "Confirm your e-mail address",
        address,
        f"""Hello {name_of(user)},

messages about your budgets are to come to this address.
Open this link within 24 hours and confirm it there; it works once:

{link}

If you know nothing of this, do nothing: no messages come then.""",
    )


def name_of(user: User) -> str:
    return user.display_name or user.username


def _letter(to: str, subject: str, address: str, text: str) -> Email:
    return Email(to, subject, text + SIGNATURE.format(address=address))
