"""What the pages about expenses share."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, request, url_for

from lib.records import Expense, User
from lib.writing.formats import money
from web.context import me, services
from web.toast import undoable

bp = Blueprint("expenses", __name__)
LONGEST_QUERY = 3_000  # characters; servers refuse addresses over 4,094
KEPT_IN_COOKIE = 10  # ids that fit into the session cookie beside other things


def list_address(query: str = "") -> str:
    """The list, as a query that came from a form selects it. Written anew, so that nothing else can hide in it."""
    known = urlencode(parse_qsl(query)) if len(query) <= LONGEST_QUERY else ""
    return url_for("expenses.index") + (f"?{known}" if known else "")


def came_from() -> str:
    """The query of the list that a link was followed on, to lead back there."""
    try:
        source = urlsplit(request.referrer or "")
    except ValueError:  # browsers send addresses, others what they like
        return ""
    return source.query if source.path == url_for("expenses.index") else ""


def name_of(expense: Expense, user: User) -> str:
    """What to call an expense in a sentence: "€12.50 at REWE"."""
    amount = money(expense.amount, expense.currency, user.locale)
    if expense.payee:
        return f"{amount} {'from' if expense.money_in else 'at'} {expense.payee}"
    return f"{amount} in {user.categories[expense.category].name}"


def say_deleted(words: str, ids: Sequence[str], back: str) -> None:
    """A toast that brings `ids` back. Few of them travel with it; many are noted down and go by the note's id."""
    fields: dict[str, str | Sequence[str]] = {"back": back} if back and len(back) < 500 else {}
    if len(ids) <= KEPT_IN_COOKIE:
        fields["id"] = list(ids)
    else:
        fields["deleted"] = services.expenses.note_deleted(me(), ids)
    undoable(words, url_for("expenses.restore"), fields)
