"""What was read on a receipt, as buttons that fill it in: into fields that are empty, or in place of what stands there."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from lib.errors import Invalid
from lib.money import parse_amount
from lib.receipts.reading.paper import Reading
from lib.records import MAX_PAYEE, User
from lib.writing.formats import money, plain_amount, whole_day
from web.expenses.forms import ExpenseForm

FIELDS = ("amount", "currency", "spent_on", "payee", "other_category")


class Choice(NamedTuple):
    words: str
    value: str  # what the fields get, as a query


class Offer(NamedTuple):
    fresh: Choice | None  # for fields in which nothing stands yet, all at once
    others: tuple[Choice, ...]  # each in place of what stands in its field


class _Part(NamedTuple):
    words: str
    values: dict[str, str]
    typed: str  # what stands in the field
    is_there: bool  # whether that says the same


def offer_of(found: Reading | None, form: ExpenseForm, user: User) -> Offer | None:
    """What of `found` would change the form; None where nothing would."""
    parts = [part for part in _parts(found or Reading(), form, user) if not part.is_there]
    fresh = [part for part in parts if not part.typed]
    others = tuple(_choice([part]) for part in parts if part.typed)
    return Offer(_choice(fresh) if fresh else None, others) if parts else None


def fill_in(form: ExpenseForm, query: str) -> None:
    """What a button offered, into the form."""
    for name, value in parse_qsl(query[:1000]):
        if name in FIELDS:
            form[name].data = value
        if name == "spent_on":
            form.day.data = "other"
        if name == "other_category":
            form.category.data = ""


def _parts(found: Reading, form: ExpenseForm, user: User) -> Iterator[_Part]:
    if found.total:
        typed = form.typed("currency") or user.currency
        total, currency = found.total.value, found.currency.value if found.currency else typed
        values = {"amount": plain_amount(total, currency, user.locale), "currency": currency}
        is_there = _amount(form, typed, user) == total and typed == currency
        yield _Part(money(total, currency, user.locale), values, form.typed("amount"), is_there)
    if found.day:
        day, typed = found.day.value, _day(form)
        yield _Part(
            whole_day(day, user.locale), {"spent_on": day.isoformat()}, typed, typed == day.isoformat()
        )
    if found.merchant:
        name, typed = found.merchant.value[:MAX_PAYEE], form.typed("payee")
        yield _Part(name, {"payee": name}, typed, typed.casefold() == name.casefold())


def _amount(form: ExpenseForm, currency: str, user: User) -> Decimal | None:
    """The amount that was typed, if it is one."""
    with suppress(Invalid):
        return parse_amount(form.typed("amount"), currency, user.locale)
    return None


def _day(form: ExpenseForm) -> str:
    """The day that was chosen. "Today" is how the form begins, so it is no choice."""
    return form.typed("spent_on") or (form.typed("day") if form.typed("day") == "yesterday" else "")


def _choice(parts: Sequence[_Part]) -> Choice:
    values = {name: value for part in parts for name, value in part.values.items()}
    return Choice(", ".join(part.words for part in parts), urlencode(values))
