"""The receipts in an expense's form: taken in as they come, kept with the expense once it is saved."""

import logging
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, NamedTuple

from flask import flash, request, url_for
from werkzeug.datastructures import FileStorage

from lib.errors import Invalid, NotFound, PlannerError, TooLarge, TooMany, Unavailable
from lib.logs import why
from lib.receipts.arriving import MOST
from lib.receipts.kinds import FORMATS
from lib.records import Expense, Receipt, User
from web.context import services
from web.expenses.forms import ExpenseForm
from web.expenses.offers import Offer, offer_of
from web.reports import size_words
from web.toast import undoable

LARGEST_FORM = 3 * MOST + 1_000_000  # a few photographs at once, and what was typed
MOST_READ = 2  # while somebody waits for the page
READING_LASTS = 15  # seconds, after which no more is begun
log = logging.getLogger(__name__)


class ReceiptRow(NamedTuple):
    id: str
    name: str
    about: str  # kind, pages, size
    thumbnail: str  # its address, or empty
    is_pdf: bool
    waits: bool  # for the expense to be saved
    offer: Offer | None


class ReceiptsPart:
    """What a form says of receipts. With a script files came before and the form names them; without, it brings them."""

    most = MOST
    formats = FORMATS

    def __init__(self, user: User, expense_id: str, saved: Expense | None = None) -> None:
        self.user, self.expense_id = user, expense_id
        self.saved = list(saved.receipts) if saved else []
        self.waiting: list[Receipt] = []
        self.named = [each for each in request.form.getlist("receipt_id") if each]
        self.brought = any(_chosen())
        self.removed = set(request.form.getlist("remove"))
        self.lost: list[str] = []  # names of files that could not be kept
        self.offer: tuple[str, Offer] | None = None  # a receipt's id, and what was read on it
        self._new: list[Receipt] = []

    @property
    def rows(self) -> list[ReceiptRow]:
        return [self._row(one, waits=False) for one in self.saved] + [
            self._row(one, waits=True) for one in self.waiting if one not in self.saved
        ]

    @property
    def address(self) -> str:
        """Of each receipt, its id put behind."""
        return url_for("receipts.show", expense_id=self.expense_id, receipt_id="-").removesuffix("-")

    def look(self) -> "ReceiptsPart":
        """See what waits for the expense to be saved."""
        self.waiting = services.receipts.waiting(self.user, self.expense_id)
        return self

    def take(self, form: ExpenseForm) -> None:
        """Take in the files that came with the form. What is wrong with them is said at the field."""
        errors: list[str] = []
        struck_out = len(self.removed & {one.receipt_id for one in self.saved})
        for file in _chosen():
            name = file.filename or ""
            try:
                self._new.append(
                    services.receipts.upload_receipt(
                        self.user, self.expense_id, name, file.stream, instead=struck_out
                    )
                )
                self.removed.discard(self._new[-1].receipt_id)  # struck out, and then brought again
            except (Invalid, TooLarge, TooMany) as problem:
                errors.append(f"{name}: {problem.message}")
            except Unavailable as problem:
                log.error("a receipt could not be kept: %s", why(problem), exc_info=problem)
                self.lost.append(name)
        form.receipt.errors = errors

    def read(self, form: ExpenseForm) -> "ReceiptsPart":
        """Offer what the first of those that wait says, if one says anything.

        Not where files were refused, nor where a script asks for it: the page then only reports what is wrong.
        """
        self.look()
        if form.receipt.errors or not (self.brought or "use" in request.form):
            return self
        until = monotonic() + READING_LASTS
        known = list(services.expenses.habits(self.user).payees) if self.waiting else []
        for one in self.waiting[:MOST_READ]:
            found = services.receipt_reader.read(
                self.user, self.expense_id, one.receipt_id, known, until=until
            )
            if found:
                offer = offer_of(found, form, self.user)
                self.offer = (one.receipt_id, offer) if offer else None
                break
        return self

    def keep(self) -> bool:
        """Once the expense is saved: its receipts are kept with it, those struck out go. Whether all of that was done; if
        not, the next page says so."""
        named = dict.fromkeys([*self.named, *(one.receipt_id for one in self._new)])
        problems = [f"“{name}” could not be kept. Add it here again." for name in self.lost]
        for each in self.removed & {*named, *(one.receipt_id for one in self.saved)}:
            problems += self._problems(services.receipts.delete_receipt, each, gone_is_fine=True)
        for each in named:
            if each not in self.removed:
                problems += self._problems(services.receipts.attach, [each])
        if problems:
            words = " ".join(dict.fromkeys(problems))
            flash(f"The expense is saved, but its receipts are not as you wanted them: {words}", "error")
        return not problems

    def say(self, words: str) -> None:
        """What was done, with a way to bring back receipts that were taken from the expense."""
        gone = [one.receipt_id for one in self.saved if one.receipt_id in self.removed]
        if not gone:
            flash(words)
            return
        count = "1 receipt" if len(gone) == 1 else f"{len(gone)} receipts"
        undo = url_for("receipts.restore", expense_id=self.expense_id)
        undoable(f"{words}, without {count}", undo, {"id": gone}, label="Bring back")

    def _problems(self, do: Callable[..., Any], what: object, *, gone_is_fine: bool = False) -> list[str]:
        """What kept one of the receipts from following the expense: the others do all the same."""
        try:
            do(self.user, self.expense_id, what)
        except PlannerError as problem:
            return [] if gone_is_fine and isinstance(problem, NotFound) else [problem.message]
        return []

    def _row(self, one: Receipt, *, waits: bool) -> ReceiptRow:
        there = f"{self.address}{one.receipt_id}"
        return ReceiptRow(
            id=one.receipt_id,
            name=one.name,
            about=about(one, self.user) + (", kept when you save" if waits else ""),
            thumbnail=f"{there}/thumbnail" if one.has_thumbnail else "",
            is_pdf=not one.is_picture,
            waits=waits,
            offer=self.offer[1] if self.offer and self.offer[0] == one.receipt_id else None,
        )


def about(one: Receipt, user: User) -> str:
    """ "PDF, 2 pages, 84 kB" """
    pages = [f"{one.pages} pages"] if one.pages > 1 else []
    return ", ".join([one.extension.upper(), *pages, size_words(one.size, user)])


def _chosen() -> Iterator[FileStorage]:
    """The files in the form. A field in which none was chosen sends one without a name."""
    return (file for file in request.files.getlist("receipt") if file.filename)
