"""What was learned of each person: where they file things, kept as one document of theirs."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from threading import Lock

from lib.categorising.categoriser import Categoriser
from lib.categorising.learner import Learner
from lib.categorising.state import from_text, to_text
from lib.errors import Changed, Invalid
from lib.filing.asking import country_of, purchase_of, taught
from lib.filing.lately import MOST, WINDOW, lately, news
from lib.ports import Store
from lib.records import Document, Expense, Filters, User

KIND, NAME, LATELY = "learned", "learned", "lately"
MOST_TAUGHT = 5_000  # expenses that a history is learned from
MOST_READ = 20_000  # expenses that are looked through for them
PAGE = 1_000
REMEMBERED = 16  # people whose document is kept as it was read
_TRIES = 5


class Memory:
    """What a store gives is never changed in place, for several threads may be reading it."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], learn_the_rest: Callable[[User], object]
    ) -> None:
        """`learn_the_rest` has the whole of a history learned by someone who has the time for it."""
        self._store, self._now, self._learn_the_rest = store, now, learn_the_rest
        self._read: dict[str, tuple[int, Learner]] = {}  # by user: the document's version, and what it says
        self._lock = Lock()

    def learner(self, user: User) -> Learner:
        """Of someone who was never asked for: what the latest of their history says."""
        kept = self._store.get_document(user.user_id, KIND, NAME)
        return self._begin(user) if kept is None else self._understood(user, kept)

    def change(self, user: User, before: Sequence[Expense], after: Sequence[Expense]) -> None:
        """Take back what was taught by what was there `before`, and learn from what is there `after`: all of it is saved."""
        for _ in range(_TRIES):
            kept = self._documents(user)
            if NAME not in kept:
                self._begin(user)  # which knows of both
                return
            seen = kept[LATELY].data["seen"] if LATELY in kept else {}
            forget, learn = (taught(each) for each in news(seen, before, after))
            if self._changed(user, kept[NAME], forget, learn):
                return
        raise Changed

    def rebuild(self, user: User) -> Learner:
        """Learn anew from the history, the latest first, and keep that. Reads up to MOST_READ expenses."""
        return self._learn(user, MOST_READ)[0]

    def _begin(self, user: User) -> Learner:
        """As `rebuild`, as far as there is time for it while someone waits."""
        learner, is_all = self._learn(user, PAGE)
        if not is_all:
            self._learn_the_rest(user)
        return learner

    def _learn(self, user: User, most: int) -> tuple[Learner, bool]:
        """What the latest `most` expenses say, which is kept, and whether older ones have more to say."""
        for _ in range(_TRIES):
            kept, learner = self._documents(user), Learner()
            history, seen, is_all = self._history(user, most)
            categoriser = _of(user, learner)
            for expense in history:
                categoriser.learn(purchase_of(expense), expense.category)
            with suppress(Changed):  # of the note: someone else is learning it anew, too
                self._note(user, kept.get(LATELY), seen)
                if self._keep(user, kept[NAME].version if NAME in kept else 0, learner):
                    return learner, is_all
        raise Changed

    def _documents(self, user: User) -> dict[str, Document]:
        return {each.id: each for each in self._store.list_documents(user.user_id, KIND)}

    def _note(self, user: User, old: Document | None, seen: dict[str, int]) -> None:
        """Before what is learned is kept: who finds the one and not the other keeps something else, and this is done again."""
        if seen or old:
            data = {"seen": dict(list(seen.items())[:MOST])}
            version, until = old.version if old else 0, self._now() + WINDOW
            self._store.put_document(Document(user.user_id, KIND, LATELY, data, until, version))

    def _changed(
        self, user: User, kept: Document, forget: Sequence[Expense], learn: Sequence[Expense]
    ) -> bool:
        try:
            learner = from_text(kept.data["text"])
        except Invalid:  # of a version to come, or before
            self._begin(user)
            return True
        categoriser = _of(user, learner)
        for expense in forget:
            categoriser.unlearn(purchase_of(expense), expense.category)
        for expense in learn:
            categoriser.learn(purchase_of(expense), expense.category)
        return self._keep(user, kept.version, learner)

    def _keep(self, user: User, version: int, learner: Learner) -> bool:
        """Whether nobody was quicker."""
        document = Document(user.user_id, KIND, NAME, {"text": to_text(learner)}, version=version)
        try:
            self._remember(user, self._store.put_document(document).version, learner)
        except Changed:
            return False
        return True

    def _understood(self, user: User, kept: Document) -> Learner:
        with self._lock:
            version, learner = self._read.get(user.user_id, (0, None))
        if learner is not None and version == kept.version:
            return learner
        try:
            learner = from_text(kept.data["text"])
        except Invalid:
            return self._begin(user)
        self._remember(user, kept.version, learner)
        return learner

    def _remember(self, user: User, version: int, learner: Learner) -> None:
        with self._lock:
            self._read.pop(user.user_id, None)
            self._read[user.user_id] = (version, learner)
            if len(self._read) > REMEMBERED:
                del self._read[next(iter(self._read))]

    def _history(self, user: User, most: int) -> tuple[list[Expense], dict[str, int], bool]:
        """What the latest `most` teach, what of them and of the trash was written just now, and whether that is all."""
        trash = self._store.list_expenses(user.user_id, Filters(removed=True), limit=MOST).items
        found, seen, read, cursor = list[Expense](), lately(trash, self._now()), 0, ""
        while True:
            page = self._store.list_expenses(user.user_id, Filters(), cursor, PAGE)
            found, read, cursor = found + taught(page.items), read + PAGE, page.cursor
            seen |= lately(page.items, self._now())
            if not cursor or len(found) >= MOST_TAUGHT:
                return found[:MOST_TAUGHT], seen, True
            if read >= most:
                return found, seen, most >= MOST_READ


def _of(user: User, learner: Learner) -> Categoriser:
    return Categoriser(user.categories, learner=learner, country=country_of(user))
