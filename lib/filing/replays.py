"""Filing a whole history again with what is known by now: first shown as a diff, then applied, and taken back if need be.

Only what no person decided is touched. The work can be interrupted anywhere and done again: what an expense was before is noted
in a document before it is changed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from lib.categories import UNCATEGORISED
from lib.errors import Changed, Invalid, NotFound
from lib.filing import replay as states
from lib.filing.asking import outdoes, purchase_of
from lib.filing.categorizer import ExpenseCategorizer
from lib.filing.many import Many
from lib.filing.replay import KIND, Replay, moves_of
from lib.filing.undo import restored, state_of
from lib.ids import id_for
from lib.jobs import REPLAY, Jobs
from lib.ports import Store
from lib.records import Document, Expense, Filters, User

NOTES = "replay-note"  # documents of what expenses were before
KEPT = timedelta(days=30)
PAGE = 200  # expenses looked at between two signs of life; what they were before fits into one document
LOOK = 1_000
EXAMPLES = 5  # of each move
SIGN_OF_LIFE = timedelta(seconds=2)
_TRIES = 5


class Replays:
    def __init__(
        self, store: Store, filing: ExpenseCategorizer, jobs: Jobs, now: Callable[[], datetime]
    ) -> None:
        self.store, self.filing, self.jobs, self.now = store, filing, jobs, now

    def start(self, user: User, key: str) -> Replay:
        """Have the worker look what would change; `key` makes a repeated request start one look. One is at work at a time."""
        for run in self.list_replays(user):
            if run.is_at_work:
                return run
        replay_id = id_for(user.user_id, key)
        run = Replay(user.user_id, replay_id, self.now(), self.now() + KEPT, total=self.filing.count(user))
        with suppress(Changed):  # the same form, sent twice
            run = self._save(run)
        self.see_to(run)
        return self.get_replay(user, replay_id)

    def get_replay(self, user: User, replay_id: str) -> Replay:
        """Raises NotFound."""
        found = self._find(user.user_id, replay_id)
        if found is None:
            raise NotFound("This is not there any more.")
        return found

    def list_replays(self, user: User) -> list[Replay]:
        """The latest first."""
        found = map(Replay.from_document, self.store.list_documents(user.user_id, KIND))
        return sorted(found, key=lambda run: run.created_at, reverse=True)

    def apply(self, user: User, replay_id: str) -> Replay:
        """Have the worker make the changes that the diff shows: no other kind, whatever was learned since."""
        run = self.get_replay(user, replay_id)
        if run.state == states.READY and not run.moves:
            raise Invalid("There is nothing to change.")
        return self._begin(run, states.READY, states.APPLYING)

    def take_back(self, user: User, replay_id: str) -> Replay:
        """Have the worker put back what was changed, but for what a person decided since."""
        return self._begin(self.get_replay(user, replay_id), states.DONE, states.TAKING_BACK)

    def see_to(self, run: Replay) -> None:
        """Have one worked on that should be, also where its job was lost."""
        if run.is_at_work:
            self.jobs.submit(REPLAY, run.user_id, run.replay_id, run.state)

    def work(self, user_id: str, replay_id: str, state: str = "") -> None:
        """The worker's part."""
        run, user = self._find(user_id, replay_id), self.store.get_user(user_id)
        if run is None or user is None:
            return
        if run.state == states.LOOKING:
            self._look(user, run)
        elif run.state == states.APPLYING:
            self._apply(user, run)
        elif run.state == states.TAKING_BACK:
            self._take_back(user, run)

    def _begin(self, run: Replay, wanted: str, state: str) -> Replay:
        if run.state == state:
            self.see_to(run)
            return run
        if run.state != wanted:
            raise Changed
        run = self._save(replace(run, state=state, seen=0))
        self.see_to(run)
        return run

    def _look(self, user: User, run: Replay) -> None:
        filer, since = Many(self.filing.categoriser(user), purchase_of), self.now()
        counted: dict[tuple[str, str], tuple[int, list[str]]] = {}
        cursor, seen = "", 0
        while True:
            page = self.store.list_expenses(user.user_id, Filters(), cursor, LOOK)
            for old, new in _proposals(user, filer, page.items):
                move = user.categories[old.category].key, new.category
                count, ids = counted.get(move, (0, []))
                counted[move] = count + 1, [*ids, old.expense_id] if count < EXAMPLES else ids
            seen, cursor = seen + len(page.items), page.cursor
            if not cursor:
                break
            if self.now() - since >= SIGN_OF_LIFE:
                run, since = self._alive(replace(run, seen=seen)), self.now()
        self._save(replace(run, state=states.READY, seen=seen, moves=moves_of(counted)))

    def _apply(self, user: User, run: Replay) -> None:
        agreed = {(move.before, move.after) for move in run.moves}
        filer, since, more = Many(self.filing.categoriser(user), purchase_of), self.now(), True
        while more:
            page = self.store.list_expenses(user.user_id, Filters(sort="oldest"), run.cursor, PAGE)
            changed = self._file(user, run, filer, page.items, agreed)
            run = replace(
                run,
                seen=run.seen + len(page.items),
                changed=run.changed + changed,
                cursor=page.cursor,
                page=run.page + 1,
            )
            more = bool(page.cursor)
            if self.now() - since >= SIGN_OF_LIFE:
                run, since = self._alive(run), self.now()
        self._save(replace(run, state=states.DONE))
        self.filing.watch.changed(user)

    def _file(
        self,
        user: User,
        run: Replay,
        filer: Many[Expense],
        expenses: Sequence[Expense],
        agreed: set[tuple[str, str]],
    ) -> int:
        """File these as the diff says. Returns how many that are, with those that were filed before it was cut off."""
        for _ in range(_TRIES):
            changes = [
                (old, replace(new, updated_at=self.now()))
                for old, new in _proposals(user, filer, expenses)
                if (user.categories[old.category].key, new.category) in agreed
            ]
            if not changes:
                return self._note(run, ())
            noted = self._note(run, changes)
            try:
                self.store.save_expenses([new for _, new in changes])
                return noted
            except Changed:  # a person was quicker with one of them
                expenses = self.store.get_expenses(user.user_id, [each.expense_id for each in expenses])
        raise Changed

    def _note(self, run: Replay, changes: Sequence[tuple[Expense, Expense]]) -> int:
        """Note what expenses were before. What was noted already, by a worker that was cut off, was true then.

        Returns how many are noted.
        """
        name = f"{run.replay_id}-{run.page:06d}"
        kept = self.store.get_document(run.user_id, NOTES, name)
        was = {old.expense_id: state_of(old, new.category) for old, new in changes}
        if kept is not None:
            was |= kept.data["was"]
        if was != (kept.data["was"] if kept else {}):
            version = kept.version if kept else 0
            self.store.put_document(Document(run.user_id, NOTES, name, {"was": was}, run.expires_at, version))
        return len(was)

    def _take_back(self, user: User, run: Replay) -> None:
        since = self.now()
        for note in self._notes(run):
            was = note.data["was"]
            for _ in range(_TRIES):
                back = [
                    restored(each, was[each.expense_id])
                    for each in self.store.get_expenses(user.user_id, list(was))
                    if _is_as_filed(each, was[each.expense_id][2])
                ]
                try:
                    self.store.save_expenses([replace(each, updated_at=self.now()) for each in back])
                    break
                except Changed:
                    continue
            else:
                raise Changed
            self.filing.see_to(self.store.get_expenses(run.user_id, list(was)))  # also what waited before
            self.store.remove_document(run.user_id, NOTES, note.id)
            run = replace(run, seen=run.seen + len(was))
            if self.now() - since >= SIGN_OF_LIFE:
                run, since = self._alive(run), self.now()
        self._save(replace(run, state=states.TAKEN_BACK))
        self.filing.watch.changed(user)

    def _notes(self, run: Replay) -> Iterator[Document]:
        for page in range(run.page + 1):
            found = self.store.get_document(run.user_id, NOTES, f"{run.replay_id}-{page:06d}")
            if found is not None:
                yield found

    def _alive(self, run: Replay) -> Replay:
        """Save how far it is, and say that it is being worked on. Raises Changed where another worker has it."""
        run = self._save(run)
        self.jobs.alive(REPLAY, run.user_id, run.replay_id, run.state)
        return run

    def _find(self, user_id: str, replay_id: str) -> Replay | None:
        found = self.store.get_document(user_id, KIND, replay_id)
        return Replay.from_document(found) if found else None

    def _save(self, run: Replay) -> Replay:
        return replace(run, version=self.store.put_document(run.document()).version)


def _proposals(
    user: User, filer: Many[Expense], expenses: Sequence[Expense]
) -> Iterator[tuple[Expense, Expense]]:
    """Those that would be filed elsewhere now, as they are and as they would be."""
    for old in expenses:
        if old.removed_at is None and old.is_open:
            look, now = filer.look(old), user.categories[old.category].key
            is_better = now == UNCATEGORISED or outdoes(
                look.filing.source, look.filing.confidence, old.filing
            )
            if is_better and look.category not in (UNCATEGORISED, now):
                yield old, replace(old, category=look.category, filing=look.filing)


def _is_as_filed(expense: Expense, category: str) -> bool:
    """Whether it still is where the planner put it, and nobody has said anything about it since."""
    return expense.removed_at is None and expense.filing is not None and expense.category == category
