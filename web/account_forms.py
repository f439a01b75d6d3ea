"""The forms about accounts. They hold what was typed; what is wrong with it is for lib to say."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField, TelField

from lib.categories import Category
from lib.errors import Changed, Invalid, NotSignedIn, PlannerError, Taken, TooMany
from lib.records import User
from lib.writing.locales import LOCALES, currency_choices
from lib.writing.time_zones import time_zones
from web.swatches import COLOURS, ICONS

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that goes to one call into lib, and shows what that call says is wrong."""

    result: Any = None
    error: PlannerError | None = None

    def sent(self, call: Callable[[], Any]) -> bool:
        """Whether the form was sent and `call` did it; what it gave is in `result`. If not, `shown` tells why."""
        if not self.is_submitted():
            return False
        try:
            self.result = call()
        except (Invalid, Taken, NotSignedIn, TooMany, Changed) as error:
            self.blame(error)
            return False
        return True

    def shown(self, page: str) -> tuple[str, int, dict[str, str]]:
        """The answer that shows the form on `page`."""
        wait = {"Retry-After": str(self.error.retry_after)} if isinstance(self.error, TooMany) else {}
        return page, self.error.status if self.error else 200, wait

    def typed(self, name: str) -> str:
        return str(self[name].data or "")

    def blame(self, error: PlannerError) -> None:
        """Put the words to the fields they are about, or on top of the form."""
        self.error = error
        for one in getattr(error, "errors", [error]):
            field = self._fields.get(getattr(one, "field", ""))
            if field is None:
                self.form_errors.append(one.message)
            else:
                field.errors = [*field.errors, one.message]


class RegisterForm(Form):
    username = StringField("Username", default="")
    email = EmailField("E-mail", default="")
    password = PasswordField("Password", default="")
    phone = TelField("Phone", default="")
    time_zone = HiddenField(default="")


class LoginForm(Form):
    login = StringField("Username or e-mail", default="")
    password = PasswordField("Password", default="")
    next = HiddenField(default="")


class ForgotForm(Form):
    login = StringField("Username or e-mail", default="")


class ResetForm(Form):
    new = PasswordField("New password", default="")


class ProfileForm(Form):
    display_name = StringField("Name", default="")
    phone = TelField("Phone", default="")
    currency = SelectField("Currency", choices=currency_choices, validate_choice=False)
    locale = SelectField("Numbers and dates", choices=LOCALES, validate_choice=False)
    time_zone = SelectField("Time zone", validate_choice=False)
    first_weekday = SelectField(
        "First day of the week", choices=list(enumerate(WEEKDAYS)), validate_choice=False
    )
    theme = RadioField(
        "Look",
        choices=[("auto", "As my device"), ("light", "Light"), ("dark", "Dark")],
        validate_choice=False,
    )
    version = HiddenField(default="0")

    def __init__(self, user: User) -> None:
        super().__init__(obj=user)
        # An account may have a zone that the list has no more.
        zones = dict.fromkeys((*time_zones(), user.time_zone))
        self.time_zone.choices = [(zone, zone.replace("_", " ")) for zone in zones]

    def fields(self) -> dict[str, str]:
        """What was typed, but for the version."""
        return {
            name: str(value or "")
            for name, value in self.data.items()
            if name not in ("version", "csrf_token")
        }


class PasswordForm(Form):
    old = PasswordField("Password now", default="", id="old-password")
    new = PasswordField("New password", default="", id="new-password")


class EmailForm(Form):
    email = EmailField("New e-mail", default="", id="new-email")
    password = PasswordField("Password", default="", id="email-password")


class TokenForm(Form):
    name = StringField("Name", default="")
    scope = RadioField(
        "It may",
        choices=[("read", "Read"), ("write", "Read and write")],
        default="read",
        validate_choice=False,
    )
    days = SelectField(
        "It lasts",
        choices=[("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("0", "until it is revoked")],
        default="90",
        validate_choice=False,
    )
    password = PasswordField("Your password", default="")


class DeleteForm(Form):
    username = StringField("Username", default="")
    password = PasswordField("Password", default="")


class CategoryForm(Form):
    name = StringField("Name", default="")
    icon = RadioField("Icon", choices=ICONS, default="tag", validate_choice=False)
    colour = RadioField("Colour", choices=COLOURS, default="0", validate_choice=False)
    was = HiddenField(default="")  # how the category looked when the form was opened

    @classmethod
    def of(cls, category: Category) -> "CategoryForm":
        return cls(
            data={
                "name": category.name,
                "icon": category.icon,
                "colour": category.colour,
                "was": mark(category),
            }
        )


class MergeForm(Form):
    into = SelectField("Count as", validate_choice=False)


def mark(category: Category) -> str:
    """What tells one look of a category from another."""
    return f"{category.name}|{category.icon}|{category.colour}"
