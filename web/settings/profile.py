"""Name, money, numbers and dates, and how the planner looks."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import flash, redirect, url_for

from lib.errors import Changed
from lib.records import User
from lib.writing import formats
from web.account_forms import ProfileForm
from web.context import me, services, today
from web.settings.pages import bp, page

SAMPLE = Decimal("1234.56")


@bp.route("/settings", methods=["GET", "POST"])
def profile() -> Any:
    """The form, and how an amount and a date will look."""
    form, saved = ProfileForm(me()), me()
    if form.sent(lambda: _save(form, saved)):
        flash("Saved.")
        return redirect(url_for(".profile"), 303)
    changed = isinstance(form.error, Changed)
    if changed:
        form.version.data = str(saved.version)  # saving again, after having been told, overwrites
    return form.shown(
        page(
            "profile.html",
            "profile",
            form=form,
            sample=_sample(saved),
            now=_others(form, saved) if changed else [],
        )
    )


def _save(form: ProfileForm, saved: User) -> User:
    version = form.typed("version")
    read = int(version) if version.isdecimal() and len(version) < 10 else 0
    return services.accounts.save_profile(replace(saved, version=read), **form.fields())


def _sample(user: User) -> str:
    return f"{formats.money(SAMPLE, user.currency, user.locale)} · {formats.long_day(today(), user.locale)}"


def _others(form: ProfileForm, saved: User) -> list[tuple[str, str]]:
    """What is stored where something else was typed: (label, value in words)."""
    found = []
    for name, typed in form.fields().items():
        stored = str(getattr(saved, name))
        if stored != typed:
            choices = {str(key): words for key, words in getattr(form[name], "choices", None) or []}
            found.append((form[name].label.text, choices.get(stored, stored) or "nothing"))
    return found
