"""Writing down what was spent, changing it, finding it again, and undoing all of that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from lib import sums
from lib.categories import INCOME, UNCATEGORISED
from lib.errors import Changed, Invalid, NotFound
from lib.habits import LATEST, Habits, habits_of
from lib.holdings import pages
from lib.ids import id_for, new_id
from lib.periods import today_in
from lib.ports import Store
from lib.records import Document, Expense, Filters, Page, Sum, User
from lib.tags import tidy_tags
from lib.watching import NOBODY, UNFILED, Filer, Watch

TRASH_DAYS = 30
_IN_TRASH = "You deleted this expense. It can be restored from the trash for 30 days."
MAX_AT_ONCE = 1_000  # expenses that one action may change
CHUNK = 49  # of them saved in one transaction: so many fit into one of any store's, with the totals of as many months


@dataclass(frozen=True, slots=True)
class ExpenseDraft:
    """An expense as a person means it, before it has an id. `money_in` None: as the category says (Income comes in).

    `auto` leaves the category to the planner; `category` is UNCATEGORISED then.
    """

    amount: Decimal
    currency: str
    category: str
    spent_on: date
    payee: str = ""
    description: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    money_in: bool | None = None
    auto: bool = False

    @property
    def comes_in(self) -> bool:
        return self.category == INCOME if self.money_in is None else self.money_in

    def to_expense(self, user: User, expense_id: str, now: datetime) -> Expense:
        """Raises Invalid, with the field, for what cannot be kept."""
        category = known_category(user, self.category)
        return Expense(
            user_id=user.user_id,
            expense_id=expense_id,
            spent_on=self.spent_on,
            amount=self.amount,
            currency=self.currency,
            category=category,
            created_at=now,
            money_in=replace(self, category=category).comes_in,
            payee=self.payee.strip(),
            description=self.description.strip(),
            note=self.note.replace("\r\n", "\n").strip(),
            tags=tidy_tags(self.tags),
        )


class ExpenseProcessor:
    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        watch: Watch = NOBODY,
        purged: Callable[[Sequence[Expense]], None] = lambda _: None,
        filer: Filer = UNFILED,
    ) -> None:
        """`watch` is told what was written, once it is; `purged` what may have had receipts, and is gone for good."""
        self.store, self.now, self.watch, self.purged, self.filer = store, now, watch, purged, filer

    def add_expense(self, user: User, draft: ExpenseDraft, key: str) -> Expense:
        """Add what `draft` says; `key` makes a repeated request add it once and answer with what is there.

        Raises:
            Invalid: For what cannot be kept, with the field.
            Changed: If the expense of that key has been deleted since.
        """
        expense = self._filed(user, draft, draft.to_expense(user, id_for(user.user_id, key), self.now()))
        if self.store.add_expenses([expense]):
            self._tell(user, expense)
            self.filer.saved(user, [], [expense])
            return replace(expense, version=1)
        found = self.store.get_expense(user.user_id, expense.expense_id)
        if found is None or found.removed_at is not None:
            raise Changed(
                "You added this before and deleted it since. Restore it from the trash, or add it anew."
            )
        self._tell(user, found)  # who sends it again had no answer: perhaps nobody was told either
        if found.is_waiting:
            self.filer.saved(user, [], [found])
        return found

    def get_expense(self, user: User, expense_id: str) -> Expense:
        """Raises NotFound for what is not there, not the user's, or in the trash."""
        found = self.store.get_expense(user.user_id, expense_id)
        if found is None:
            raise NotFound
        if found.removed_at is not None:
            raise NotFound(_IN_TRASH)
        return found

    def is_there(self, user: User, expense_id: str) -> bool:
        """Whether it has been added. Raises NotFound, as `get_expense`, for one in the trash."""
        found = self.store.get_expense(user.user_id, expense_id)
        if found is not None and found.removed_at is not None:
            raise NotFound(_IN_TRASH)
        return found is not None

    def update_expense(self, user: User, expense_id: str, draft: ExpenseDraft, version: int) -> Expense:
        """Make the expense what `draft` says. Raises NotFound, Invalid, and Changed if `version` is not the saved one's.

        A category that the planner chose stays its own while the draft says the same. Where it found none, it looks anew at
        other words.
        """
        old, now = self.get_expense(user, expense_id), self.now()
        new = replace(
            draft.to_expense(user, expense_id, old.created_at),
            import_id=old.import_id,
            receipts=old.receipts,
            updated_at=now,
            version=version,
        )
        new = self._filed(user, draft, new, old)
        saved = self.store.save_expenses([new])
        self._tell(user, saved[0])
        self.filer.saved(user, [old], saved)
        return saved[0]

    def _tell(self, user: User, expense: Expense) -> None:
        """Of one that waits for its category who files it tells: it may be none that anybody is warned of."""
        if not expense.is_waiting:
            self.watch.written(user, [expense])

    def _filed(self, user: User, draft: ExpenseDraft, new: Expense, old: Expense | None = None) -> Expense:
        """`new`, filed by the planner where the person leaves that to it, or left it to it before and says nothing else."""
        if draft.auto:
            return self.filer.file(user, new, old)
        if old is None or old.filing is None or new.category != user.categories[old.category].key:
            return new
        if _words(new) == _words(old) or new.category != UNCATEGORISED:
            return replace(new, category=old.category, filing=old.filing)
        return self.filer.file(user, new, old)

    def delete_expenses(self, user: User, ids: Sequence[str]) -> list[str]:
        """Put expenses into the trash. Returns the ids that were not there already."""
        removed = self.store.remove_expenses(user.user_id, _at_once(ids), self.now())
        self.watch.removed(user, removed)
        self.filer.saved(user, self._counting(user, removed), [])
        return removed

    def note_deleted(self, user: User, ids: Sequence[str]) -> str:
        """Note down for a day which expenses were deleted together. Returns the note's id."""
        note = Document(
            user.user_id, "deleted", new_id(), {"ids": list(ids)}, expires_at=self.now() + timedelta(days=1)
        )
        return self.store.put_document(note).id

    def noted_deleted(self, user: User, note_id: str) -> list[str]:
        """The ids that were noted; none if there is no such note any more."""
        note = self.store.get_document(user.user_id, "deleted", note_id)
        return list(note.data["ids"]) if note else []

    def restore_expenses(self, user: User, ids: Sequence[str]) -> list[str]:
        """Bring expenses back. Returns the ids that were in the trash."""
        restored = self.store.restore_expenses(user.user_id, _at_once(ids))
        self.watch.restored(user, restored)
        self.filer.saved(user, [], self._counting(user, restored))
        return restored

    def _counting(self, user: User, ids: Sequence[str]) -> list[Expense]:
        """As they are where they count: what is learned of one in the trash is what it said before."""
        return [replace(each, removed_at=None) for each in self.store.get_expenses(user.user_id, ids)]

    def duplicate_expense(self, user: User, expense_id: str, key: str) -> Expense:
        """The same again, today. What the planner filed, or was to file, it files anew: nobody has chosen that."""
        draft = self.draft_like(user, expense_id)
        if self.get_expense(user, expense_id).filing is not None:
            draft = replace(draft, category=UNCATEGORISED, auto=True)
        return self.add_expense(user, draft, key)

    def draft_like(self, user: User, expense_id: str) -> ExpenseDraft:
        """What repeats the expense, dated today."""
        old = self.get_expense(user, expense_id)
        return replace(draft_of(old), spent_on=today_in(user.time_zone, self.now()))

    def list_expenses(self, user: User, filters: Filters, cursor: str = "", limit: int = 50) -> Page:
        """As Store.list_expenses; categories include those that were merged into them."""
        return self.store.list_expenses(user.user_id, sums.expanded(user, filters), cursor, limit)

    def sum_expenses(self, user: User, filters: Filters) -> list[Sum] | None:
        """As Store.sum_expenses; what was merged into Income or Transfers is not spending any more."""
        return sums.of_found(self.store, user, filters)

    def change_expenses(
        self, user: User, ids: Sequence[str], category: str | None = None, add_tags: Sequence[str] = ()
    ) -> int:
        """Give expenses another category, more tags, or both. Returns how many there were to change.

        Whether money went out or came in stays as it is. Those that are gone are left out. Raises Invalid before anything
        is changed if one of them cannot be. A category that is chosen so is the person's own, also where it was there before.
        """
        key = None if category is None else known_category(user, category)
        changed = 0
        wanted = _at_once(ids)
        if add_tags:
            self._changed(self.store.get_expenses(user.user_id, wanted), key, add_tags)
        for start in range(0, len(wanted), CHUNK):
            changed += self._change_chunk(user, wanted[start : start + CHUNK], key, add_tags)
        self.watch.changed(user)
        return changed

    def _change_chunk(self, user: User, ids: list[str], key: str | None, tags: Sequence[str]) -> int:
        for _ in range(5):  # someone may save one of them between our reading and our saving
            old = [each for each in self.store.get_expenses(user.user_id, ids) if each.removed_at is None]
            new = self._changed(old, key, tags)
            try:
                saved = self.store.save_expenses(new) if new else []
            except Changed:
                continue
            self.filer.saved(user, old, saved)
            return len(saved)
        raise Changed

    def _changed(self, expenses: Sequence[Expense], key: str | None, tags: Sequence[str]) -> list[Expense]:
        """Those that are not in the trash, with the change made."""
        return [
            replace(
                old,
                category=key or old.category,
                filing=None if key else old.filing,
                tags=tidy_tags((*old.tags, *tags)),
                updated_at=self.now(),
            )
            for old in expenses
            if old.removed_at is None
        ]

    def habits(self, user: User) -> Habits:
        """What the latest expenses tell about the next one; one read."""
        latest = self.store.list_expenses(user.user_id, Filters(), limit=LATEST).items
        return habits_of(user, latest)

    def empty_trash(self, user: User) -> int:
        """Delete for good all that is in the trash. Returns how many."""
        with_receipts = [
            expense
            for page in pages(self.store, user.user_id, (Filters(removed=True),))
            for expense in page
            if expense.receipts
        ]
        count = self.store.purge_expenses(self.now() + timedelta(days=1), user.user_id)
        self.purged(with_receipts)
        return count

    def empty_old_trash(self) -> int:
        """Delete for good, of everyone's, what went into the trash TRASH_DAYS ago. Their receipts are swept up within a day."""
        return self.store.purge_expenses(self.now() - timedelta(days=TRASH_DAYS))


def draft_of(expense: Expense) -> ExpenseDraft:
    """What would make the expense again."""
    return ExpenseDraft(
        amount=expense.amount,
        currency=expense.currency,
        category=expense.category,
        spent_on=expense.spent_on,
        payee=expense.payee,
        description=expense.description,
        note=expense.note,
        tags=expense.tags,
        money_in=expense.money_in,
    )


def _words(expense: Expense) -> tuple[str, str, bool]:
    """What an expense is filed by."""
    return expense.payee, expense.description, expense.money_in


def known_category(user: User, key: str) -> str:
    """The key that counts for one of the user's categories. Raises Invalid for any other text."""
    if key != UNCATEGORISED and not any(category.key == key for category in user.categories.all):
        raise Invalid("Choose one of your categories.", "category")
    return user.categories[key].key


def _at_once(ids: Sequence[str]) -> list[str]:
    unique = list(dict.fromkeys(ids))
    if len(unique) > MAX_AT_ONCE:
        raise Invalid(f"Choose up to {MAX_AT_ONCE:,} expenses at a time.")
    return unique
