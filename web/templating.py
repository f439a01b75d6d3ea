"""What templates may use: figures and dates in the person's locale, icons, addresses of static files."""

from datetime import date
from decimal import Decimal
from typing import Any
from zlib import crc32

from flask import Flask
from flask_login import current_user

from lib.ids import new_id
from lib.periods import Month
from lib.settings import Settings
from lib.writing import formats


def init_app(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_person)
    app.add_template_filter(money)
    app.add_template_filter(day)
    app.add_template_filter(month_name)
    app.add_template_filter(anchor)
    app.add_template_global(new_id, "new_key")
    app.add_template_global(lambda: settings.demo, "demo_is_open")
    app.add_template_global(lambda: settings.registration, "registration_is_open")


def _person() -> dict[str, Any]:
    """`me` is the User signed in, or None."""
    return {"me": current_user.user if current_user.is_authenticated else None}


def _locale() -> str:
    return current_user.user.locale if current_user.is_authenticated else "en"


def money(amount: Decimal, currency: str | None = None) -> str:
    """An amount as the person writes it, in their currency unless another is named."""
    user = current_user.user
    return formats.money(amount, currency or user.currency, user.locale)


def day(value: date, form: str = "short") -> str:
    return formats.long_day(value, _locale()) if form == "long" else formats.short_day(value, _locale())


def month_name(month: Month) -> str:
    return formats.month_name(month, _locale())


def anchor(text: str) -> str:
    """A short name for an element's id made of any text."""
    return f"{crc32(text.encode()):08x}"
