"""Moving a whole installation to another home, over the ports alone: so any home moves to any other.

What is there already is left as it is, so a move that was cut off goes on where it stopped. It is finished when both homes
hold the same, record by record, and only then.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from lib import jobs
from lib.errors import Changed, PlannerError, Taken
from lib.file_keys import FOLDERS
from lib.periods import FIRST_MONTH, LAST_MONTH
from lib.ports import Files, Store
from lib.records import Budget, Document, Expense, Filters, Notification, User

# Documents of nobody in particular. Work that waits comes along; pauses after wrong passwords and sample households do not.
SHARED = (jobs.OWNER,)
MARK = Document("-moving", "move", "state", {})
PAGE = 500
LAG = (0, 1, 2, 4, 8, 15)  # seconds to wait for a home whose lists follow what was written
EXPENSES = (Filters(sort="oldest"), Filters(sort="oldest", removed=True))


class Refused(PlannerError):
    """The new home cannot take this."""


@dataclass(frozen=True)
class Home:
    store: Store
    files: Files


@dataclass
class Census:
    """How much there is, of everything that moves."""

    counts: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(
        default_factory=Counter
    )  # by currency, of expenses that count: money out less money in

    def rows(self) -> dict[str, str]:
        shown = {name: f"{count:,}" for name, count in self.counts.items()}
        return shown | {f"sum in {name}": f"{value:,f}" for name, value in sorted(self.sums.items())}


@dataclass(frozen=True)
class Holdings:
    """Everything of one account, in a form that two homes can be compared by."""

    user: User | None
    expenses: dict[str, bytes]
    in_trash: int
    totals: frozenset[tuple[object, ...]]
    budgets: dict[str, Budget]
    documents: dict[tuple[str, str], Document]
    notifications: dict[str, bytes]

    def count(self, census: Census) -> None:
        census.counts.update(
            {
                "accounts": self.user is not None,
                "expenses": len(self.expenses) - self.in_trash,
                "expenses in the trash": self.in_trash,
                "budgets": len(self.budgets),
                "documents": len(self.documents),
                "notifications": len(self.notifications),
            }
        )
        for _, _, currency, spent, _ in self.totals:
            census.sums[str(currency)] += spent  # type: ignore[operator]  # Decimals add up as well

    def differences(self, other: "Holdings") -> list[str]:
        names = ("user", "expenses", "in_trash", "totals", "budgets", "documents", "notifications")
        return [name.replace("_", " ") for name in names if getattr(self, name) != getattr(other, name)]


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

    def run(self, *, replacing: bool = False) -> list[str]:
        """Copy what is missing, compare everything, and note that it is finished. Returns what differs: nothing, at best.

        Args:
            replacing: Whether accounts that differ are removed from the new home and copied anew.

        Raises:
            Refused: If the new home has accounts of its own, or was moved into before.
        """
        self._begin()
        people = self._people()
        differences: list[str] = []
        for owner in SHARED:
            self._copy_documents(owner)
        for user in people:
            differences += self._move_user(user, replacing=replacing)
        differences += self._strangers(people)
        differences += self._move_files({user.user_id for user in people})
        if not differences:
            self._finish()
        return differences

    def census(self, home: Home) -> Census:
        """Count what moves, in one of the two homes. Sample households stay behind, and so do files of nobody."""
        found = Census()
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

    def _begin(self) -> None:
        mark = self.target.store.get_document(MARK.user_id, MARK.kind, MARK.id)
        if mark is None:
            if next(iter(self.target.store.each_user()), None) is not None:
                raise Refused("The new home has accounts of its own. Move into an empty one.")
            self.target.store.put_document(replace(MARK, data={"finished": ""}))
        elif mark.data["finished"]:
            raise Refused(f"Everything was moved there on {mark.data['finished']}. It is not done again.")

    def _finish(self) -> None:
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
            if user.user_id not in known
        ]

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
        self._tell(f"{user.username}: {len(here.expenses):,} expenses")
        return [f"{user.username}: {what} differ" for what in different]

    def _settled(self, here: Holdings, user_id: str) -> list[str]:
        """What still differs when the new home's lists have had their time to follow."""
        different: list[str] = []
        for seconds in LAG:
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
        for notification in _notifications(self.source.store, user.user_id):
            self.target.store.add_notification(notification)
        for page in _pages(self.source.store, user.user_id):
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
        self._tell(f"{len(here):,} files")
        return different


def holdings(store: Store, user_id: str) -> Holdings:
    user = store.get_user(user_id)
    expenses, in_trash = {}, 0
    for page in _pages(store, user_id):
        expenses.update({expense.expense_id: _mark(expense) for expense in page})
        in_trash += sum(expense.removed_at is not None for expense in page)
    return Holdings(
        # What is unread is compared where it is; how much that is, homes may say a moment apart.
        user=None if user is None else replace(user, version=0, revision=0, unread=0),
        expenses=expenses,
        in_trash=in_trash,
        totals=frozenset(
            (total.month, total.category, total.currency, total.spent, total.count)
            for total in store.month_totals(user_id, FIRST_MONTH, LAST_MONTH.plus(1))
        ),
        budgets={budget.budget_id: replace(budget, version=0) for budget in store.list_budgets(user_id)},
        documents={
            (document.kind, document.id): replace(document, version=0)
            for document in store.each_document(user_id)
        },
        notifications={each.notification_id: _mark(each) for each in _notifications(store, user_id)},
    )


def _pages(store: Store, user_id: str) -> Iterator[list[Expense]]:
    """All expenses, those in the trash last."""
    for filters in EXPENSES:
        cursor, more = "", True
        while more:
            page = store.list_expenses(user_id, filters, cursor, PAGE)
            yield page.items
            cursor = page.cursor
            more = bool(cursor)


def _notifications(store: Store, user_id: str) -> Iterator[Notification]:
    cursor, more = "", True
    while more:
        page = store.list_notifications(user_id, cursor, PAGE)
        yield from page.items
        cursor = page.cursor
        more = bool(cursor)


def _mark(record: Expense | Notification) -> bytes:
    """The same for the same thing in every home, whatever its version there."""
    content = asdict(replace(record, version=0))
    return hashlib.sha256(json.dumps(content, default=_plain, sort_keys=True).encode()).digest()[:16]


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return str(value.timestamp()) if value.tzinfo else ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _file_keys(files: Files, owners: set[str]) -> list[str]:
    return [key for folder in FOLDERS for key in files.list(folder) if key.split("/")[1] in owners]


def _digest(files: Files, key: str) -> tuple[int, str]:
    """How long a file is, and what is in it."""
    with files.open(key) as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a stream is a stream
        return stream.tell(), digest
