"""What an account is made of, checked: each function gives the value to keep or says what would be one."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from lib.errors import Invalid, InvalidFields
from lib.money import CURRENCIES
from lib.storable import text
from lib.writing.cldr import locale_of
from lib.writing.locales import is_locale
from lib.writing.time_zones import time_zones

THEMES = ("auto", "light", "dark")
LEAST_USERNAME, MOST_USERNAME, MOST_EMAIL, MOST_PHONE, MOST_NAME = 3, 40, 254, 40, 80


def folded(name: str) -> str:
    """The same for usernames and e-mails that people, and the stores, take for the same."""
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def username(value: str) -> str:
    """Letters and digits of any script, with dots, underscores and hyphens between: never mistaken for an e-mail."""
    name = unicodedata.normalize("NFKC", text(value, "username", 200).strip())
    if not LEAST_USERNAME <= len(name) <= MOST_USERNAME:
        raise Invalid(f"Use {LEAST_USERNAME} to {MOST_USERNAME} characters, such as “maria.k”.", "username")
    if not all(
        c in "._-" or unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Nd" for c in name
    ):
        raise Invalid(
            "Use letters, digits, dots, hyphens and underscores only, such as “maria.k”.", "username"
        )
    if not (name[0].isalnum() and any(c.isalnum() for c in name)):
        raise Invalid("Begin with a letter or a digit, such as “maria.k”.", "username")
    return name


def email(value: str, field: str = "email") -> str:
    """An address as mail programs write it; whether anyone reads it, only a letter could tell."""
    value = text(value, field, 1000).strip()
    if not value:
        raise Invalid("Give an e-mail address, such as maria@example.com.", field)
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise Invalid(f"This is not an e-mail address such as maria@example.com. {problem}", field) from None


def phone(value: str, locale: str) -> str:
    """The number in E.164 ("+4930123456"), or nothing. Without a country code it is taken for one of the locale's country."""
    value = text(value, "phone", MOST_PHONE).strip()
    if not value:
        return ""
    region = locale_of(locale).territory
    example = "+49 30 123456"
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        raise Invalid(f"Write the number with its country code, such as {example}.", "phone") from None
    # Possible, not "valid": the list of numbers in use grows faster than programs are updated.
    if not phonenumbers.is_possible_number(number):
        raise Invalid(f"This number has too few or too many digits. A full one is {example}.", "phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def display_name(value: str) -> str:
    return " ".join(text(value, "display_name", MOST_NAME).split())


def _one_of(choices: Callable[[str], bool], field: str, sentence: str) -> Callable[[Any], str]:
    def checked(value: Any) -> str:
        if not isinstance(value, str) or not choices(value):
            raise Invalid(sentence, field)
        return value

    return checked


def _first_weekday(value: Any) -> int:
    if not re.fullmatch("[0-6]", str(value)):
        raise Invalid("Choose a day of the week.", "first_weekday")
    return int(value)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "display_name": display_name,
    "currency": _one_of(CURRENCIES.__contains__, "currency", "Choose a currency from the list."),
    "locale": _one_of(is_locale, "locale", "Choose a language and region from the list."),
    "time_zone": _one_of(lambda zone: zone in time_zones(), "time_zone", "Choose a time zone from the list."),
    "theme": _one_of(THEMES.__contains__, "theme", "Choose one of the looks."),
    "first_weekday": _first_weekday,
}


def preferences(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values for the fields of User that a person may set as they like. Raises InvalidFields for those wrong."""
    return together({name: partial(_CHECKS[name], value) for name, value in fields.items()})


def together(checks: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """What every check gives, by name; or InvalidFields with all that is wrong, so that a form is not sent once for each."""
    checked, wrong = {}, []
    for name, check in checks.items():
        try:
            checked[name] = check()
        except InvalidFields as several:
            wrong += several.errors
        except Invalid as error:
            wrong.append(error)
    if wrong:
        raise InvalidFields(wrong)
    return checked
