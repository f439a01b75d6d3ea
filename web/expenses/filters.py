"""Which expenses an address asks for, and how to say that in words. The address is all there is to know of a list."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from lib.categories import UNCATEGORISED
from lib.errors import Invalid
from lib.expenses import known_category
from lib.money import CURRENCIES, parse_limit
from lib.periods import Month
from lib.records import MAX_TAG, Filters, User
from lib.search import words
from lib.storable import text
from lib.tags import tidy_tags
from lib.writing.formats import month_name, number, short_money, whole_day
from web.expenses.forms import day_typed

Answer = TypeVar("Answer")
MAX_SEARCH = 200
SORTS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "largest": "Largest first",
    "smallest": "Smallest first",
}
# What an address may carry, in the order in which we write it.
NAMES = ("q", "category", "month", "from", "to", "min", "max", "tag", "currency", "import", "sort")


@dataclass
class Selection:
    """What the address asks for: `typed` as it came, `filters` what could be understood, `errors` what could not."""

    typed: dict[str, list[str]]
    filters: Filters = field(default_factory=Filters)
    month: Month | None = None
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """The first value of `name`, as typed."""
        return self.typed.get(name, [""])[0]

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return replace(self.filters, sort="newest") == Filters()

    def query(self, **changes: str) -> str:
        """The address's query with some values changed, or left out where they are empty."""
        values = {**self.typed, **{name: [value] for name, value in changes.items()}}
        return urlencode([(name, value) for name in values for value in values[name] if value])


def read_selection(args: "MultiDict[str, str]", user: User) -> Selection:
    """What to list. What cannot be understood is left out of the filters and said at its field."""
    given = {name: [one[:500] for one in args.getlist(name)[:250] if one] for name in NAMES}
    typed = {name: values for name, values in given.items() if values}
    if typed.get("from") or typed.get("to"):
        typed.pop("month", None)
    found = Selection(typed)
    reader = _Reader(found, user)
    since, until = reader.days()
    least, most = reader.amount("min"), reader.amount("max")
    if least is not None and most is not None and least > most:
        found.errors["max"] = "Use an amount that is not below the other one."
        most = None
    found.filters = Filters(
        text=reader.read("q", _search) or "",
        categories=reader.categories(),
        since=since,
        until=until,
        least=least,
        most=most,
        tag=reader.read("tag", _tag) or "",
        currency=reader.read("currency", _currency) or "",
        import_id=reader.read("import", lambda typed: text(typed, "import", 64)) or "",
        sort=reader.read("sort", _sort) or "newest",
    )
    return found


@dataclass
class _Reader:
    found: Selection
    user: User

    def read(self, name: str, understand: Callable[[str], Answer]) -> Answer | None:
        typed = self.found[name].strip()
        try:
            return understand(typed) if typed else None
        except Invalid as problem:
            self.found.errors[name] = problem.message
            return None

    def amount(self, name: str) -> Decimal | None:
        return self.read(name, lambda typed: parse_limit(typed, self.user.currency, self.user.locale, name))

    def categories(self) -> tuple[str, ...]:
        try:
            keys = [known_category(self.user, key) for key in self.found.typed.get("category", ())]
        except Invalid as problem:
            self.found.errors["category"] = problem.message
            return ()
        return tuple(sorted(set(keys)))

    def days(self) -> tuple[date | None, date | None]:
        month = self.found.month = self.read("month", Month.parse)
        if month:
            return month.first, month.end
        since = self.read("from", lambda typed: day_typed(typed, self.user.locale, "from"))
        last = self.read("to", lambda typed: day_typed(typed, self.user.locale, "to"))
        if since and last and last < since:
            self.found.errors["to"] = "Use a day that is not before the first one."
            last = None
        if since and last and since.day == 1 and Month.of(since).last == last:
            self.found.month = Month.of(since)
        return since, last + timedelta(days=1) if last else None


def _search(typed: str) -> str:
    words(text(typed, "q", MAX_SEARCH))
    return typed


def _tag(typed: str) -> str:
    return text(next(iter(tidy_tags([typed])), ""), "tag", MAX_TAG)


def _currency(typed: str) -> str:
    if typed not in CURRENCIES:
        raise Invalid("Use a currency's three letters, such as EUR.", "currency")
    return typed


def _sort(typed: str) -> str:
    if typed not in SORTS:
        raise Invalid("Choose how to sort: newest, oldest, largest or smallest first.", "sort")
    return typed


def in_words(selection: Selection, user: User, count: int | None) -> str:
    """What is listed: "23 expenses in Groceries in November 2026"; `count` None where nobody knows how many."""
    filters = selection.filters
    pieces = [
        _words_of_count(count, user),
        _words_of_categories(filters, user),
        _words_of_days(selection, user),
        _words_of_amounts(filters, user),
        f"tagged “{filters.tag}”" if filters.tag else "",
        f"in {filters.currency}" if filters.currency else "",
        f"with “{filters.text}”" if filters.text else "",
        "from one import" if filters.import_id else "",
    ]
    return " ".join(piece for piece in pieces if piece)


def _words_of_count(count: int | None, user: User) -> str:
    if count is None:
        return "Expenses"
    return f"{number(count, user.locale)} expense{'s' if count != 1 else ''}" if count else "No expenses"


def _words_of_categories(filters: Filters, user: User) -> str:
    keys = filters.categories
    if keys == (UNCATEGORISED,):
        return "without a category"
    names = [user.categories[key].name for key in keys]
    if len(names) > 3:
        return f"in {len(names)} categories"
    return "in " + " or ".join(names) if names else ""


def _words_of_days(selection: Selection, user: User) -> str:
    since, until = selection.filters.since, selection.filters.until
    last = until - timedelta(days=1) if until else None
    if selection.month:
        return f"in {month_name(selection.month, user.locale)}"
    if since and last:
        if since == last:
            return f"on {whole_day(since, user.locale)}"
        return f"from {whole_day(since, user.locale)} to {whole_day(last, user.locale)}"
    if since:
        return f"since {whole_day(since, user.locale)}"
    return f"until {whole_day(last, user.locale)}" if last else ""


def _words_of_amounts(filters: Filters, user: User) -> str:
    least, most = (
        None if amount is None else short_money(amount, filters.currency or user.currency, user.locale)
        for amount in (filters.least, filters.most)
    )
    if least and most:
        return f"of {least} to {most}"
    if least:
        return f"of {least} or more"
    return f"of up to {most}" if most else ""
