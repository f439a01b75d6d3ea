"""Reading a kept receipt: by whom, how often, and what happens where that does not work. Nothing, for the person."""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from shutil import copyfileobj
from tempfile import TemporaryFile
from time import monotonic
from typing import BinaryIO

from lib.errors import Changed, NotFound, PlannerError
from lib.logs import why
from lib.periods import today_in
from lib.ports import PictureReader, Store
from lib.receipts.apart import Overwhelmed, apart
from lib.receipts.handler import ReceiptHandler
from lib.receipts.reading.paper import Paper, Reading
from lib.records import Document, Receipt, User

KIND = "receipt-reading"
KEPT_FOR = timedelta(days=1)  # as long as a receipt waits for its expense
MOST_AN_HOUR = 60  # for each person: a picture takes this machine seconds, or costs a cent
log = logging.getLogger(__name__)


class ReceiptReader:
    """Total, day and merchant of a receipt, to be offered. What cannot be read is nothing: it is never an error on a page."""

    def __init__(
        self,
        store: Store,
        receipts: ReceiptHandler,
        now: Callable[[], datetime],
        pictures: PictureReader | None = None,
        *,
        is_on: bool = True,
    ) -> None:
        """`pictures` is who reads those; without, only PDFs are read. None at all where it is not on."""
        self.store, self.receipts, self.now, self.pictures, self.is_on = store, receipts, now, pictures, is_on

    def reads(self, receipt: Receipt) -> bool:
        """Whether receipts of this kind are read here."""
        return self.is_on and (not receipt.is_picture or self.pictures is not None)

    def read(
        self,
        user: User,
        expense_id: str,
        receipt_id: str,
        known: Sequence[str] = (),
        *,
        until: float = math.inf,
    ) -> Reading | None:
        """What a receipt says that is attached or waiting, if anything.

        It is read once, and known for a day.

        Args:
            known: The payees that this person uses, the most usual first.
            until: By `time.monotonic`: nothing is begun after it.

        Raises:
            NotFound: If there is no such receipt of theirs.
        """
        receipt = self.receipts.find(user, expense_id, receipt_id)
        if not self.reads(receipt) or (user.demo and receipt.is_picture):  # a stranger's: it costs too much
            return None
        id = f"{expense_id}-{receipt_id}"
        if kept := self.store.get_document(user.user_id, KIND, id):
            return Reading.of(kept.data) or None
        if monotonic() >= until:
            return None
        if self.store.count_hit(f"receipt-reading-{user.user_id}", timedelta(hours=1)) > MOST_AN_HOUR:
            return None
        reading = self._read(user, expense_id, receipt, known, until)
        if reading is None:
            return None
        with suppress(Changed):  # someone else has read it meanwhile
            expires = self.now() + KEPT_FOR
            self.store.put_document(Document(user.user_id, KIND, id, reading.data(), expires))
        return reading or None

    def _read(
        self, user: User, expense_id: str, receipt: Receipt, known: Sequence[str], until: float
    ) -> Reading | None:
        """What it says, which may be nothing; None where nobody could look."""
        try:
            with (
                closing(self.receipts.open(user, expense_id, receipt.receipt_id)) as kept,
                TemporaryFile() as file,
            ):
                copyfileobj(kept, file)
                file.flush()
                return self._of(file, receipt, user, known, until)
        except NotFound:
            raise
        except (PlannerError, OSError) as error:
            log.warning("a receipt could not be read: %s", why(error))
            return None

    def _of(
        self, file: BinaryIO, receipt: Receipt, user: User, known: Sequence[str], until: float
    ) -> Reading:
        from lib.receipts.reading.parser import (
            read_paper,
        )  # its words take time to load, and functions need none

        today = today_in(user.time_zone, self.now())
        together = Reading()
        with suppress(Overwhelmed):  # what was seen until then is worth something
            for paper in self._papers(file, receipt, user):
                found = read_paper(paper, today, currency=user.currency, locale=user.locale, known=known)
                together = together.surer_of(found)
                if (together.total and together.day) or monotonic() >= until:
                    break
        return together

    def _papers(self, file: BinaryIO, receipt: Receipt, user: User) -> Iterator[Paper]:
        """How it was seen, and if that was not enough, how it was seen at a second look."""
        if not receipt.is_picture:
            yield Paper(tuple(apart("lib.receipts.reading.pdf_text:text_of", file).facts["lines"]))
        elif self.pictures is not None:
            yield from self.pictures.looks(file, user.locale)
