"""Moving a whole installation to another home, over the ports alone: so any home moves to any other.

What is there already is left as it is, so a move that was cut off goes on where it stopped. It is finished when both homes
hold the same, record by record, and only then.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from lib import jobs
from lib.binding import bind
from lib.errors import Changed, PlannerError, Taken
from lib.file_keys import FOLDERS
from lib.holdings import Census, Holdings, documents, holdings, notifications, pages
from lib.ports import Files, Store
from lib.records import Document, User

# Documents of nobody in particular. Work that waits comes along; pauses after wrong passwords and sample households do not.
SHARED = {jobs.OWNER: "waiting work"}
NOBODY: frozenset[str] = frozenset()
MARK = Document("-moving", "move", "state", {})
LAG = (0, 1, 2, 4, 8, 15)  # seconds to wait for a home whose lists follow what was written


class Refused(PlannerError):
    """The new home cannot take this."""


@dataclass(frozen=True)
class Home:
    store: Store
    files: Files
    lags: bool = True  # whether its lists follow only after a while what was written


@dataclass(frozen=True)
class Stale:
    """One owner whose records differ in the new home, and how much the new home has of them."""

    owner: str  # a user's id, or one of SHARED
    name: str
    has: Census


class Move:
    def __init__(
        self,
        source: Home,
        target: Home,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.source, self.target = source, target
        self.now, self._tell, self._pause = now, tell, pause

    def run(self, *, replacing: Set[str] = NOBODY) -> list[str]:
        """Copy what is missing, compare everything, and note that it is finished. Returns what differs: nothing, at best.

        Args:
            replacing: Whose records are removed from the new home and copied anew, if they differ: of those in `stale`.

        Raises:
            Refused: If the new home has accounts of its own, or was moved into before.
        """
        self._begin()
        people = self._people()
        differences: list[str] = []
        for owner in SHARED:
            differences += self._move_shared(owner, replacing=owner in replacing)
        for user in people:
            differences += self._move_user(user, replacing=user.user_id in replacing)
        differences += self._strangers(people)
        differences += self._move_files({user.user_id for user in people})
        if not differences:
            self._finish()
        return differences

    def stale(self) -> list[Stale]:
        """Whose records differ though they are in both homes: what could be replaced, and how much that would remove."""
        found = []
        for owner, name in SHARED.items():
            there = documents(self.target.store, owner)
            if there and there != documents(self.source.store, owner):
                found.append(Stale(owner, name, Census(Counter({name: len(there)}))))
        for user in self._people():
            has = holdings(self.target.store, user.user_id)
            if has.user and holdings(self.source.store, user.user_id).differences(has):
                found.append(Stale(user.user_id, user.username, Census.of(has)))
        return found

    def census(self, home: Home) -> Census:
        """Count what moves, in one of the two homes. Sample households stay behind, and so do files of nobody."""
        found = Census()
        for owner, name in SHARED.items():
            found.counts[name] += len(documents(home.store, owner))
        people = [user for user in home.store.each_user() if not user.demo]
        for user in people:
            holdings(home.store, user.user_id).count(found)
        for key in _file_keys(home.files, {user.user_id for user in people}):
            found.counts["files"] += 1
            found.counts["bytes in files"] += _digest(home.files, key)[0]
        return found

    def _people(self) -> list[User]:
        return sorted(
            (user for user in self.source.store.each_user() if not user.demo), key=lambda u: u.user_id
        )

    def refuse(self) -> None:
        """Raise Refused where the new home cannot take this. Changes nothing."""
        mark = self.target.store.get_document(MARK.user_id, MARK.kind, MARK.id)
        if mark is None:
            if any(not user.demo for user in self.target.store.each_user()):
                raise Refused("The new home has accounts of its own. Move into an empty one.")
        elif mark.data["finished"]:
            raise Refused(f"Everything was moved there on {mark.data['finished']}. It is not done again.")

    def _begin(self) -> None:
        self.refuse()
        with suppress(Changed):  # it was begun before
            self.target.store.put_document(replace(MARK, data={"finished": ""}))

    def _finish(self) -> None:
        bind(
            self.target.store, self.target.files
        )  # the old home may have the same, and must not sweep them any more
        mark = self.target.store.get_document(MARK.user_id, MARK.kind, MARK.id)
        if mark is not None:
            self.target.store.put_document(
                replace(mark, data={"finished": f"{self.now():%Y-%m-%d %H:%M} UTC"})
            )

    def _strangers(self, people: list[User]) -> list[str]:
        known = {user.user_id for user in people}
        return [
            f"{user.username}: is in the new home only"
            for user in self.target.store.each_user()
            if user.user_id not in known and not user.demo
        ]

    def _move_shared(self, owner: str, *, replacing: bool) -> list[str]:
        here = documents(self.source.store, owner)
        self._copy_documents(owner)
        if replacing and documents(self.target.store, owner) != here:
            for kind, id in documents(self.target.store, owner):
                self.target.store.remove_document(owner, kind, id)
            self._copy_documents(owner)
        return [] if documents(self.target.store, owner) == here else [f"{SHARED[owner]}: differs"]

    def _move_user(self, user: User, *, replacing: bool) -> list[str]:
        here = holdings(self.source.store, user.user_id)
        if not here.differences(holdings(self.target.store, user.user_id)):
            self._tell(f"{user.username}: is there")
            return []
        self._copy_user(user)
        different = self._settled(here, user.user_id)
        if different and replacing:
            self._tell(f"{user.username}: differs, and is copied anew")
            self.target.store.erase_user(user.user_id)
            self._copy_user(user)
            different = self._settled(here, user.user_id)
        self._tell(f"{user.username}: {len(here.expenses):,} expense{'s' if len(here.expenses) != 1 else ''}")
        return [f"{user.username}: {what} differ" for what in different]

    def _settled(self, here: Holdings, user_id: str) -> list[str]:
        """What still differs when the new home's lists have had their time to follow."""
        different: list[str] = []
        for seconds in LAG if self.target.lags else (0,):
            self._pause(seconds)
            if not (different := here.differences(holdings(self.target.store, user_id))):
                break
        return different

    def _copy_user(self, user: User) -> None:
        if self.target.store.get_user(user.user_id) is None:
            try:
                self.target.store.create_user(replace(user, version=0, revision=0))
            except Taken:
                raise Refused(
                    f"Someone else in the new home has the name or address of {user.username}."
                ) from None
        self._copy_documents(user.user_id)
        there = {budget.budget_id for budget in self.target.store.list_budgets(user.user_id)}
        for budget in self.source.store.list_budgets(user.user_id):
            if budget.budget_id not in there:
                self.target.store.save_budget(replace(budget, version=0))
        for notification in notifications(self.source.store, user.user_id):
            self.target.store.add_notification(notification)
        for page in pages(self.source.store, user.user_id):
            self.target.store.add_expenses(page)

    def _copy_documents(self, owner: str) -> None:
        for document in self.source.store.each_document(owner):
            with suppress(Changed):  # it is there
                self.target.store.put_document(replace(document, version=0))

    def _move_files(self, owners: set[str]) -> list[str]:
        if self.source.files is self.target.files:
            return []
        here, there = (_file_keys(home.files, owners) for home in (self.source, self.target))
        different = [f"{key}: is in the new home only" for key in sorted(set(there) - set(here))]
        for key in here:
            if key in there and _digest(self.source.files, key) == _digest(self.target.files, key):
                continue
            with self.source.files.open(key) as stream:
                self.target.files.put(key, stream)
            if _digest(self.source.files, key) != _digest(self.target.files, key):
                different.append(f"{key}: differs")
        self._tell(f"{len(here):,} file{'s' if len(here) != 1 else ''}")
        return different


def _file_keys(files: Files, owners: set[str]) -> list[str]:
    return [key for folder in FOLDERS for key in files.list(folder) if key.split("/")[1] in owners]


def _digest(files: Files, key: str) -> tuple[int, str]:
    """How long a file is, and what is in it."""
    with files.open(key) as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a stream is a stream
        return stream.tell(), digest
