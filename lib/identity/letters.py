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


def name_of(user: User) -> str:
    return user.display_name or user.username


def _letter(to: str, subject: str, address: str, text: str) -> Email:
    return Email(to, subject, text + SIGNATURE.format(address=address))
