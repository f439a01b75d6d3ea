"""Which rows are there already, and how one can tell.

Each expense that is there answers for one row at most. So a file brought a second time adds nothing, and two coffees on one
day stay two. What agrees in every respect is found while the rows go by; what merely resembles is decided at the end, when
it is known which expenses nothing else answers to.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from lib.importing.drafts import Draft
from lib.importing.words import plain, these
from lib.records import Expense

NEAR = timedelta(days=3)  # a card payment is booked when the shop hands it in
_OFFSETS = [timedelta(days=n) for n in (0, 1, -1, 2, -2, 3, -3)]
MOST_COMPARED = 10  # expenses of the same amount that a row is compared with, the nearest by day
MOST_OPEN = 10_000  # rows that are compared so; an account in which more are alike is nobody's
SAME, LIKELY, PERHAPS, REPEATED = "same", "likely", "perhaps", "repeated"
LEFT_OUT = frozenset({SAME, LIKELY, REPEATED})  # unless the person decides otherwise
_EMPTY_WORDS = these("""and the von und der die das mit fur vom zum bei for from to at on payment card purchase visa debit kartenzahlung
    lastschrift zahlung betaling pinpas carte achat compra pago con ltd gmbh inc www com sagt danke""")

Key = tuple[Decimal, str, bool]


class Other(NamedTuple):
    """What a row seems to be a second time: an expense that is there, or an earlier row of the same file."""

    spent_on: date
    payee: str
    description: str
    category: str = ""
    expense_id: str = ""
    line: int = 0


class Twin(NamedTuple):
    draft: Draft
    verdict: str
    reason: str  # a sentence
    other: Other


def key_of(entry: Draft | Expense) -> Key:
    return entry.amount, entry.currency, entry.money_in


def text_of(entry: Draft | Expense) -> str:
    return plain(f"{entry.payee} {entry.description}")


def words_of(text: str) -> frozenset[str]:
    """The words that tell payments apart: no numbers, no fillers, nothing of two letters."""
    return frozenset(w for w in text.split() if len(w) > 2 and not w.isdigit() and w not in _EMPTY_WORDS)


def shared_word(a: str, b: str) -> str:
    """A word that shows two texts to be of the same payee; empty where they are not alike."""
    in_a, in_b = words_of(a), words_of(b)
    shared = in_a & in_b
    if shared and len(shared) * 2 >= min(len(in_a), len(in_b)):
        return max(shared, key=lambda word: (len(word), word))
    short, long = sorted((a.replace(" ", ""), b.replace(" ", "")), key=len)
    return short if len(short) > 3 and short in long else ""


Shelf = dict[tuple[str, str], list[Expense]]  # of one day, by payee and description


@dataclass
class Window:
    """The expenses that rows of the moment can be compared with, and that no row was found for.

    In a sorted file it moves along with the rows, and what it has left behind is let go; otherwise it only grows.
    """

    read: Callable[[date, date], Iterator[Expense]]  # from a day to a day, the second excluded
    moves: bool
    slack: timedelta
    since: date | None = None
    until: date | None = None
    known: dict[Key, dict[date, Shelf]] = field(default_factory=dict)

    def cover(self, first: date, last: date) -> None:
        """Make sure that everything NEAR the days from `first` to `last` is there."""
        since, until = first - NEAR, last + NEAR + timedelta(days=1)
        if self.since is None or self.until is None:
            self._take(since, until)
            self.since, self.until = since, until
            return
        if since < self.since:
            self._take(since, self.since)
            self.since = since
        if until > self.until:
            self._take(self.until, until)
            self.until = until
        if self.moves:
            self._let_go(since - self.slack, until + self.slack)

    def near(self, key: Key, day: date) -> Iterator[Expense]:
        """Expenses of that amount on the day and those around it, the nearest first."""
        shelves = self.known.get(key, {})
        for offset in _OFFSETS if shelves else ():
            for expenses in shelves.get(day + offset, {}).values():
                yield from expenses

    def pop(self, key: Key, day: date, texts: tuple[str, str]) -> Expense | None:
        """Take out an expense that agrees in all of that."""
        shelf = self.known.get(key, {}).get(day, {})
        expenses = shelf.get(texts)
        if not expenses:
            return None
        found = expenses.pop()
        if not expenses:
            del shelf[texts]
        return found

    def _take(self, since: date, until: date) -> None:
        for expense in self.read(since, until):
            days = self.known.setdefault(key_of(expense), {})
            texts = expense.payee, expense.description
            days.setdefault(expense.spent_on, {}).setdefault(texts, []).append(expense)

    def _let_go(self, since: date, until: date) -> None:
        if self.since is None or self.until is None:
            return
        if self.since < since - self.slack or self.until > until + self.slack:  # not for every chunk
            self.since, self.until = max(self.since, since), min(self.until, until)
            for key, days in list(self.known.items()):
                kept = {day: shelf for day, shelf in days.items() if since <= day < until and shelf}
                if kept:
                    self.known[key] = kept
                else:
                    del self.known[key]


class Duplicates:
    """Tells for each row whether it is there already: `see` chunks of rows in the file's order, then `settle`."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._open: list[tuple[Draft, list[Expense]]] = []  # rows, and what they may be a second time
        self._wanted: set[str] = set()  # ids of all of the latter
        self._answered: set[str] = set()  # those of them that a row was found for
        self._runs: set[str] = set()  # earlier imports of which this file repeats at least one row
        self._references: dict[int, int] = {}  # hash of a reference and what goes with it -> line

    def see(self, drafts: list[Draft]) -> Iterator[Twin]:
        """Twins that leave no doubt."""
        if not drafts:
            return
        self._window.cover(min(d.spent_on for d in drafts), max(d.spent_on for d in drafts))
        for draft in drafts:
            twin = self._repeated(draft) or self._same(draft)
            if twin:
                yield twin

    def _repeated(self, draft: Draft) -> Twin | None:
        if not draft.reference:
            return None
        mark = hash((draft.reference, draft.spent_on, *key_of(draft)))
        line = self._references.setdefault(mark, draft.line)
        if line == draft.line:
            return None
        reason = f"Line {line:,} has the same reference “{draft.reference[:40]}”, day and amount."
        return Twin(draft, REPEATED, reason, Other(draft.spent_on, draft.payee, draft.description, line=line))

    def _same(self, draft: Draft) -> Twin | None:
        key = key_of(draft)
        if key not in self._window.known:
            return None
        expense = self._window.pop(key, draft.spent_on, (draft.payee, draft.description))
        if expense is not None:
            self._runs |= {expense.import_id} - {""}
            return self._answer(draft, expense, SAME, "The same day, amount and text.")
        near = list(islice(self._window.near(key, draft.spent_on), MOST_COMPARED))
        if near and len(self._open) < MOST_OPEN:
            self._open.append((draft, near))
            self._wanted.update(each.expense_id for each in near)
        return None

    def _answer(self, draft: Draft, expense: Expense, verdict: str, reason: str) -> Twin:
        if expense.expense_id in self._wanted:
            self._answered.add(expense.expense_id)
        other = Other(
            expense.spent_on, expense.payee, expense.description, expense.category, expense.expense_id
        )
        return Twin(draft, verdict, reason, other)

    def settle(self) -> Iterator[Twin]:
        """Twins that are likely or possible, now that every row has been seen. The nearest by day answers first."""
        pairs = sorted(
            (abs(expense.spent_on - draft.spent_on), place, number)
            for place, (draft, near) in enumerate(self._open)
            for number, expense in enumerate(near)
            if expense.expense_id not in self._answered
        )
        done: set[int] = set()
        for wanted in (LIKELY, PERHAPS):
            for _distance, place, number in pairs:
                draft, near = self._open[place]
                if place in done or near[number].expense_id in self._answered:
                    continue
                verdict, reason = self._compare(draft, near[number])
                if verdict == wanted:
                    done.add(place)
                    yield self._answer(draft, near[number], verdict, reason)

    def _compare(self, draft: Draft, expense: Expense) -> tuple[str, str]:
        """The verdict on two that have the amount in common and are near by day, and the sentence that explains it.

        What an earlier import brought has the bank's own day: on another day it is another payment.
        """
        days = abs((expense.spent_on - draft.spent_on).days)
        if days and expense.import_id:
            return "", ""
        apart = "the same day" if not days else "one day apart" if days == 1 else f"{days} days apart"
        text = text_of(expense)
        if word := shared_word(text_of(draft), text):
            return LIKELY, f"The same amount, {apart}, and both say “{word}”."
        if not text:
            return LIKELY, f"The same amount, {apart}; the one you have says nothing more."
        if expense.import_id in self._runs:
            return (
                LIKELY,
                "From the same bank, on the same day and of the same amount; its text was changed since.",
            )
        return PERHAPS, f"The same amount, {apart}, but another text."
