"""What was learned of each person: where they file things, kept as one document of theirs."""

from collections.abc import Sequence
from threading import Lock

from lib.categorising.categoriser import Categoriser
from lib.categorising.learner import Learner
from lib.categorising.state import from_text, to_text
from lib.errors import Changed, Invalid
from lib.filing.asking import country_of, purchase_of
from lib.ports import Store
from lib.records import Document, Expense, Filters, User

KIND, NAME = "learned", "learned"
MOST_TAUGHT = 5_000  # expenses that a history is learned from
MOST_READ = 20_000  # expenses that are looked through for them
PAGE = 1_000
REMEMBERED = 16  # people whose document is kept as it was read
_TRIES = 5


class Memory:
    """What a store gives is never changed in place, for several threads may be reading it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, tuple[int, Learner]] = {}  # by user: the document's version, and what it says
        self._lock = Lock()

    def learner(self, user: User) -> Learner:
        """Of someone who was never asked for: what their history says."""
        kept = self._store.get_document(user.user_id, KIND, NAME)
        return self.rebuild(user) if kept is None else self._understood(user, kept)

    def change(self, user: User, forget: Sequence[Expense], learn: Sequence[Expense]) -> None:
        """Take back what `forget` taught, and learn from `learn`: which are saved already."""
        for _ in range(_TRIES):
            kept = self._store.get_document(user.user_id, KIND, NAME)
            if kept is None:
                self.rebuild(user)  # which knows of both
                return
            if self._changed(user, kept, forget, learn):
                return
        raise Changed

    def rebuild(self, user: User) -> Learner:
        """Learn anew from the history, the latest first, and keep that."""
        for _ in range(_TRIES):
            kept = self._store.get_document(user.user_id, KIND, NAME)
            learner = Learner()
            categoriser = _of(user, learner)
            for expense in self._history(user):
                categoriser.learn(purchase_of(expense), expense.category)
            if self._keep(user, kept.version if kept else 0, learner):
                return learner
        raise Changed

    def _changed(
        self, user: User, kept: Document, forget: Sequence[Expense], learn: Sequence[Expense]
    ) -> bool:
        try:
            learner = from_text(kept.data["text"])
        except Invalid:  # of a version to come, or before
            self.rebuild(user)
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
            return self.rebuild(user)
        self._remember(user, kept.version, learner)
        return learner

    def _remember(self, user: User, version: int, learner: Learner) -> None:
        with self._lock:
            self._read.pop(user.user_id, None)
            self._read[user.user_id] = (version, learner)
            if len(self._read) > REMEMBERED:
                del self._read[next(iter(self._read))]

    def _history(self, user: User) -> list[Expense]:
        found: list[Expense] = []
        cursor, read = "", 0
        while len(found) < MOST_TAUGHT and read < MOST_READ:
            page = self._store.list_expenses(user.user_id, Filters(), cursor, PAGE)
            found += [each for each in page.items if each.teaches]
            read += PAGE
            cursor = page.cursor
            if not cursor:
                break
        return found[:MOST_TAUGHT]


def _of(user: User, learner: Learner) -> Categoriser:
    return Categoriser(user.categories, learner=learner, country=country_of(user))
