"""The list of expenses, as a page and as a file."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from flask import (
    Response,
    current_app,
    redirect,
    render_template,
    request,
    session,
    stream_with_context,
    url_for,
)
from markupsafe import Markup

from lib import sums
from lib.categories import UNCATEGORISED
from lib.errors import Invalid
from lib.exporting import csv_of, file_name
from lib.filing.categorizer import ON_A_PAGE
from lib.identity.events import What
from lib.ids import new_id
from lib.periods import Month
from lib.records import Expense, Filters, Page, Sum, User
from lib.writing.formats import number
from web.context import me, services, today
from web.expenses.blueprint import bp
from web.expenses.filters import SORTS, Selection, in_words, read_selection
from web.expenses.forms import AUTO
from web.expenses.rows import days_of, received_words, rows_of, spent_words
from web.page_cache import PageCache

PAGE = 50
FILE_PAGE = 1_000
PAYEES = 10  # that the short form suggests; the long one knows more
TRAIL = 20  # earlier pages that an address remembers
KEY = new_id()  # stands in kept pages where each page sent out has a key of its own; nobody can know it
KEY_FIELD = 'name="key" value="{}"'
bp.record_once(lambda state: state.app.extensions.setdefault("expense_pages", PageCache()))
bp.record_once(lambda state: state.app.extensions.setdefault("add_forms", PageCache()))


@bp.get("/expenses")
def index() -> Any:
    """What the address selects, newest first, fifty a page; kept until something of the person's changes."""
    user, day, query = me(), today(), request.query_string
    if b"=&" in query or query.endswith(
        b"="
    ):  # a form sends what was left empty, too; addresses are for keeping
        return redirect(_address(read_selection(request.args, user)))
    if "csrf_token" not in session or "_flashes" in session:
        page = _render(
            user, day
        )  # a message to show once, or a session that has yet to be given its form token
    else:
        pages: PageCache = current_app.extensions["expense_pages"]
        kept_as = (user.user_id, user.revision, session["csrf_token"], day, query)
        page = pages.get(kept_as, partial(_render, user, day))
    return page.replace(KEY_FIELD.format(KEY), KEY_FIELD.format(new_id()), 1)


def _render(user: User, day: date) -> str:
    selection = read_selection(request.args, user)
    cursor, trail = request.args.get("cursor", ""), request.args.get("trail", "")
    try:
        page = services.expenses.list_expenses(user, selection.filters, cursor, PAGE)
    except Invalid as problem:
        if not cursor:
            raise
        selection.errors["cursor"], cursor, trail = problem.message, "", ""
        page = services.expenses.list_expenses(user, selection.filters, "", PAGE)
    services.filing.see_to(page.items, ON_A_PAGE)
    return render_template(
        "expenses/index.html",
        **_contents(user, selection, page, day, continued=bool(cursor)),
        **_paging(selection, page, cursor, trail),
        selection=selection,
        query=selection.query(),
        keep=_rest(selection),
        here=request.query_string.decode("ascii", "replace"),
        this_month=Month.of(day),
        today=day,
        sorts=SORTS,
        offered=[*user.categories.all, user.categories[UNCATEGORISED]],
        choices=Markup(_choices(user)),  # noqa: S704  # rendered by a template
        key=KEY,
        open_count=services.review.count(user) if selection.is_all or selection.month else 0,
        path=url_for(".index"),
    )


def _contents(user: User, selection: Selection, page: Page, day: date, *, continued: bool) -> dict[str, Any]:
    """The rows, under their days where they are in order of days, and the sentence above them."""
    processor, filters = services.expenses, selection.filters
    sums = _sums(user, page, filters, continued=continued)
    count = None if sums is None else sum(row.count for row in sums)
    by_day = filters.sort in ("newest", "oldest")
    return {
        "days": days_of(page, user, filters, day, processor, continued=continued) if by_day else [],
        "rows": [] if by_day else rows_of(page.items, user),
        "count": count,
        "counted": number(count or 0, user.locale),
        "words": in_words(selection, user, count),
        "unsaid": _unsaid(filters) if sums is None else "",
        "spent": spent_words(sums or [], user),
        "received": received_words(sums or [], user),
    }


def _sums(user: User, page: Page, filters: Filters, *, continued: bool) -> list[Sum] | None:
    """What the whole list adds up to. None where the store would have to look through too much for it."""
    if not continued and not page.cursor:  # as mostly when somebody searches: what is shown adds up to it
        return sums.of_listed(user, page.items)
    cut_short = len(page.items) < PAGE and bool(page.cursor)
    if cut_short and filters == filters.quickest and not filters.whole_months:
        return None  # it has looked through that much for this page already
    return services.expenses.sum_expenses(user, filters)


def _unsaid(filters: Filters) -> str:
    has_ends = filters.since is not None and filters.until is not None
    return f"Too many to add up at once: choose a {'shorter ' if has_ends else ''}period."


def _paging(selection: Selection, page: Page, cursor: str, trail: str) -> dict[str, str]:
    """Where older and newer expenses are. A page only knows the next one, so the address remembers those before."""
    been = [one for one in trail.split(".") if one][-TRAIL:]
    older = newer = ""
    if page.cursor:
        trodden = [*been, cursor][-TRAIL:] if cursor else []
        older = _address(selection, cursor=page.cursor, trail=".".join(trodden))
    if cursor:
        newer = (
            _address(selection, cursor=been[-1], trail=".".join(been[:-1])) if been else _address(selection)
        )
    return {"older": older, "newer": newer, "newer_words": "Newer" if been else "Newest"}


def _rest(selection: Selection) -> str:
    """What stays in the address when another month is chosen."""
    rest = selection.query(month="", **{"from": "", "to": ""})
    return f"&{rest}" if rest else ""


def _address(selection: Selection, **changes: str) -> str:
    query = selection.query(**changes)
    return url_for(".index") + (f"?{query}" if query else "")


def _choices(user: User) -> str:
    """What the short form offers, kept as long as nothing of the person's changes."""
    kept: PageCache = current_app.extensions["add_forms"]
    render = partial(_render_choices, user)
    return kept.get((user.user_id, user.revision), render)


def _render_choices(user: User) -> str:
    habits = services.expenses.habits(user)
    return render_template(
        "expenses/choices.html",
        payees=list(habits.payees.items())[:PAYEES],
        likeliest=habits.likeliest,
        offered=user.categories.offered,
        auto=AUTO,
    )


@bp.get("/expenses.csv")
def export() -> Response:
    """What the list shows, all of it, as a file for a spreadsheet. Sent while it is read, a thousand rows at a time."""
    user, selection = me(), read_selection(request.args, me())
    if selection.errors:
        raise Invalid(next(iter(selection.errors.values())), next(iter(selection.errors)))
    services.events.note(user, What.EXPORTED)
    pages = _pages(user, selection.filters)
    name = file_name(selection.filters, today())
    return Response(
        stream_with_context(csv_of(user, pages)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _pages(user: User, filters: Filters) -> Iterator[list[Expense]]:
    cursor = ""
    while True:
        page = services.expenses.list_expenses(user, filters, cursor, FILE_PAGE)
        yield page.items
        cursor = page.cursor
        if not cursor:
            return
