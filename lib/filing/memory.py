"""What was learned of each person: where they file things. A long document of theirs, and a short one with what came since."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from lib.categorising.categoriser import Categoriser
from lib.categorising.learner import Learner, Lesson
from lib.categorising.state import from_text, to_text
from lib.errors import Changed, Invalid
from lib.filing import lessons
from lib.filing.asking import country_of, purchase_of
from lib.filing.lately import MOST, WINDOW, news, written_lately
from lib.filing.lessons import KIND, MOST_LESSONS, Lessons
from lib.ports import Store
from lib.records import Document, Expense, Filters, User

NAME = "learned"
MOST_TAUGHT = 5_000  # expenses that a history is learned from
MOST_READ = 20_000  # expenses that are looked through for them
PAGE = 1_000
REMEMBERED = 4  # people whose documents are kept as they were read
_TRIES = 5


class _Long(NamedTuple):
    """The long document, read."""

    learner: Learner
    through: int  # the number of the first lesson that it does not know
    version: int


@dataclass
class _Read:
    """What this process knows of one person. What is in it is never changed, for several threads may be reading it."""

    long: _Long
    with_lessons: dict[int, Learner] = field(default_factory=dict)  # by the short document's version: one


class Memory:
    def __init__(self, store: Store, now: Callable[[], datetime], learn_more: Callable[[str], None]) -> None:
        """`learn_more` has somebody rebuild a history, by its user, that is too long for whoever is waiting."""
        self._store, self._now, self._learn_more = store, now, learn_more
        self._read: dict[str, _Read] = {}
        self._lock = Lock()

    def learner(self, user: User) -> Learner:
        """Of someone who was never asked for: what the latest of their history says."""
        kept = {each.id: each for each in self._store.list_documents(user.user_id, KIND)}
        long, lately = kept.get(NAME), lessons.read(kept.get(lessons.NAME))
        read = self._understood(user.user_id, long) if long and lately else None
        if read is None or lately is None or not lately.is_readable:
            return self._first(user)
        found = read.with_lessons.get(lately.version)
        if found is None:
            found = read.long.learner.copy()
            for each in lately.after(read.long.through):
                each.apply(found)
            read.with_lessons = {lately.version: found}
        return found

    def change(self, user: User, before: Sequence[Expense], after: Sequence[Expense]) -> None:
        """Take back what was taught by what was there `before`, and learn from what is there `after`: all of it is saved.

        Of someone who was never asked for nothing is written: whoever asks first learns from what is saved.
        """
        for _ in range(_TRIES):
            lately = lessons.load(self._store, user.user_id)
            if lately is None or not lately.is_readable:
                return
            lately = lately.at(self._now())
            gone, come = (_lessons(user, each) for each in news(lately.seen, before, after))
            more = lately.with_more(gone, come)
            with suppress(Changed):
                if len(more.noted) <= MOST_LESSONS:
                    lessons.save(self._store, more)
                else:
                    self._fold(user, lately, gone, come)
                return
        raise Changed

    def rebuild(self, user: User, most: int = MOST_READ) -> tuple[Learner, bool]:
        """Learn anew from the latest of the history, and keep that. Also says whether no more than `most` had to be read."""
        for _ in range(_TRIES):
            with suppress(Changed):
                before = lessons.load(self._store, user.user_id) or Lessons(user.user_id)
                sealed = lessons.save(self._store, replace(before.seal(), is_readable=True))
                kept = self._store.get_document(user.user_id, KIND, NAME)
                history, seen, is_whole = self._history(user, most)
                learner = Learner()
                for lesson in _lessons(user, history):
                    learner.take(lesson)
                # Changed where a lesson came meanwhile, which may be in that history, and may not.
                lessons.save(self._store, replace(sealed, seen=seen, seen_until=self._now() + WINDOW))
                self._keep(user, kept, learner, sealed.following)
                return learner, is_whole
        raise Changed

    def _first(self, user: User) -> Learner:
        learner, is_whole = self.rebuild(user, PAGE)
        if not is_whole:
            self._learn_more(user.user_id)
        return learner

    def _fold(self, user: User, lately: Lessons, gone: Iterable[Lesson], come: Iterable[Lesson]) -> None:
        """Write everything into the long document. Cut off anywhere, nothing is known twice. Raises Changed."""
        sealed = lessons.save(self._store, lately.seal())
        kept = self._store.get_document(user.user_id, KIND, NAME)
        long = None if kept is None else _long(kept)
        if long is None:
            self.rebuild(user, PAGE)
            self._learn_more(user.user_id)
            return
        for each in sealed.after(long.through):
            each.apply(long.learner)
        for lesson in gone:
            long.learner.take_back(lesson)
        for lesson in come:
            long.learner.take(lesson)
        self._keep(user, kept, long.learner, sealed.following)
        with suppress(Changed):  # then the next one shortens the list
            lessons.save(self._store, sealed.without(sealed.following))

    def _keep(self, user: User, before: Document | None, learner: Learner, through: int) -> None:
        """Raises Changed where somebody was quicker."""
        data = {"text": to_text(learner), "through": through}
        self._store.put_document(
            Document(user.user_id, KIND, NAME, data, version=before.version if before else 0)
        )

    def _understood(self, user_id: str, kept: Document) -> _Read | None:
        """None for what cannot be read: a document of a version to come, or before."""
        with self._lock:
            read = self._read.pop(user_id, None)
            if read is None or read.long.version != kept.version:
                long = _long(kept)
                read = None if long is None else _Read(long)
            if read is not None:
                self._read[user_id] = read
                if len(self._read) > REMEMBERED:
                    del self._read[next(iter(self._read))]
        return read

    def _history(self, user: User, most: int) -> tuple[list[Expense], dict[str, int], bool]:
        """What the latest `most` teach, what of them and of the trash was written just now, and whether that is all."""
        trash = self._store.list_expenses(user.user_id, Filters(removed=True), limit=MOST).items
        found, seen, cursor = list[Expense](), written_lately(trash, self._now()), ""
        for _ in range(0, most, PAGE):
            page = self._store.list_expenses(user.user_id, Filters(), cursor, PAGE)
            found += page.items
            seen |= written_lately(page.items, self._now())
            cursor = page.cursor
            if not cursor or sum(each.teaches for each in found) >= MOST_TAUGHT:
                break
        teaching = [each for each in found if each.teaches][:MOST_TAUGHT]
        return teaching, dict(list(seen.items())[:MOST]), not cursor or len(teaching) == MOST_TAUGHT


def _long(kept: Document) -> _Long | None:
    try:
        return _Long(from_text(kept.data["text"]), kept.data["through"], kept.version)
    except (Invalid, KeyError):
        return None


def _lessons(user: User, expenses: Iterable[Expense]) -> list[Lesson]:
    """What they teach, those that do."""
    teacher = Categoriser(user.categories, country=country_of(user))
    found = (teacher.lesson(purchase_of(each), each.category) for each in expenses if each.teaches)
    return [lesson for lesson in found if lesson is not None]
