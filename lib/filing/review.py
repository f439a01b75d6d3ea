"""What no person has filed yet, in groups that one answer files together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from lib.categories import UNCATEGORISED
from lib.categorising.categoriser import Suggestion
from lib.errors import Invalid
from lib.expenses import ExpenseProcessor, known_category
from lib.filing.asking import SURE_PERCENT, alike, purchase_of
from lib.filing.categorizer import ExpenseCategorizer
from lib.filing.undo import Undo
from lib.periods import FIRST_MONTH, LAST_MONTH
from lib.ports import Store
from lib.records import Expense, Filters, User

MOST = 1_000  # expenses without a category, and as many filed ones, that are looked through: the latest
PAGE = 500
SHOWN = 3  # of a group
FILED, OPEN = "filed", "open"  # what the key of a group begins with


class Answered(NamedTuple):
    """What one answer filed."""

    ids: list[str]
    note: str  # for `take_back`


@dataclass(frozen=True)
class Group:
    key: str  # as a form sends it: those that are filed are another group than their look-alikes that are not
    expenses: tuple[Expense, ...]  # the latest first
    is_filed: bool  # whether they are in a category, of which the planner is not sure
    suggest: Callable[[Expense], Suggestion] = field(repr=False, compare=False)

    @cached_property
    def suggestion(self) -> Suggestion:
        """For the latest of them; looked up when it is asked for, as a page shows few groups of many."""
        return self.suggest(self.expenses[0])

    @property
    def count(self) -> int:
        return len(self.expenses)

    @property
    def shown(self) -> tuple[Expense, ...]:
        return self.expenses[:SHOWN]

    @property
    def sums(self) -> dict[str, Decimal]:
        """What they come to, by currency; the money that came in where that is what they are."""
        sums: dict[str, Decimal] = {}
        for each in self.expenses:
            sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.amount
        return sums


class Review:
    def __init__(self, store: Store, filing: ExpenseCategorizer, expenses: ExpenseProcessor) -> None:
        self._store, self._filing, self._expenses = store, filing, expenses
        self._undo = Undo(filing)

    def count(self, user: User) -> int:
        """How many expenses have no category: of kept totals, whatever the history's length."""
        totals = self._store.month_totals(user.user_id, FIRST_MONTH, LAST_MONTH.plus(1))
        return sum(each.count for each in totals if user.categories[each.category].key == UNCATEGORISED)

    def groups(self, user: User) -> list[Group]:
        """Those without a category first, then those filed without being sure of it; the larger first."""
        categoriser, found = self._filing.categoriser(user), []

        def suggest(expense: Expense) -> Suggestion:
            return categoriser.suggest(purchase_of(expense))

        for is_filed in (False, True):
            by_key: dict[str, list[Expense]] = {}
            for each in self._open(user, is_filed=is_filed):
                by_key.setdefault(_key(each, is_filed=is_filed), []).append(each)
            groups = [Group(key, tuple(members), is_filed, suggest) for key, members in by_key.items()]
            found += sorted(groups, key=lambda group: -group.count)
        return found

    def look_alikes(self, user: User, expense: Expense) -> list[Expense]:
        """Others that no person has filed, and that one answer would file as well: what "File all 12" means."""
        wanted = alike(expense)
        if not wanted.merchant:
            return []
        return [
            each
            for each in self._everything_open(user)
            if alike(each) == wanted and each.expense_id != expense.expense_id
        ]

    def answer(self, user: User, answers: Mapping[str, str]) -> Answered:
        """File groups, by their keys, under what the person chose for each, which is learned.

        Raises Invalid at "category" for none of theirs.
        """
        chosen = {key: self._chosen(user, category) for key, category in answers.items()}
        return self._answer(
            user,
            (
                (each, chosen[key])
                for is_filed in (False, True)
                for each in self._open(user, is_filed=is_filed)
                if (key := _key(each, is_filed=is_filed)) in chosen
            ),
        )

    def answer_alike(self, user: User, key: str, category: str) -> Answered:
        """File look-alikes, by their key, where the person has filed one: all of them that are elsewhere yet."""
        chosen = self._chosen(user, category)
        return self._answer(
            user,
            (
                (each, chosen)
                for each in self._everything_open(user)
                if alike(each).key == key and user.categories[each.category].key != chosen
            ),
        )

    def take_back(self, user: User, note: str) -> int:
        """Put back where it was what an answer filed, but for what changed since. Returns how many expenses that were."""
        return self._undo.take_back(user, note)

    def _chosen(self, user: User, category: str) -> str:
        key = known_category(user, category)
        if key == UNCATEGORISED:
            raise Invalid("Choose a category.", "category")
        return key

    def _answer(self, user: User, moves: Iterable[tuple[Expense, str]]) -> Answered:
        by_category: dict[str, list[Expense]] = {}
        for each, category in moves:
            by_category.setdefault(category, []).append(each)
        wanted = {category: expenses[:MOST] for category, expenses in by_category.items()}
        note = self._undo.note(user, [(each, key) for key, expenses in wanted.items() for each in expenses])
        for category, expenses in wanted.items():
            self._expenses.change_expenses(user, [each.expense_id for each in expenses], category=category)
        return Answered([each.expense_id for expenses in wanted.values() for each in expenses], note)

    def confirm(self, user: User, expense_ids: Sequence[str]) -> int:
        """Make what the planner chose the person's own choice. Returns how many there were to confirm."""
        by_category: dict[str, list[str]] = {}
        for each in self._store.get_expenses(user.user_id, expense_ids):
            if each.filing is not None and each.category != UNCATEGORISED:
                by_category.setdefault(each.category, []).append(each.expense_id)
        return sum(
            self._expenses.change_expenses(user, ids, category=user.categories[key].key)
            for key, ids in by_category.items()
        )

    def _everything_open(self, user: User) -> Iterator[Expense]:
        yield from self._open(user, is_filed=False)
        yield from self._open(user, is_filed=True)

    def _open(self, user: User, *, is_filed: bool) -> Iterable[Expense]:
        """Of the latest: those without a category, or those that are filed but not surely."""
        categories = () if is_filed else tuple(user.categories.keys_counting_as(UNCATEGORISED))
        for each in self._latest(user, Filters(categories=categories)):
            has_one = user.categories[each.category].key != UNCATEGORISED
            if has_one == is_filed and (
                not is_filed or (each.filing is not None and each.filing.confidence < SURE_PERCENT)
            ):
                yield each

    def _latest(self, user: User, filters: Filters) -> Iterator[Expense]:
        cursor = ""
        for _ in range(0, MOST, PAGE):
            page = self._store.list_expenses(user.user_id, filters, cursor, PAGE)
            yield from page.items
            cursor = page.cursor
            if not cursor:
                return


def _key(expense: Expense, *, is_filed: bool) -> str:
    """Of its group. Where there is no shop to tell it by, only the same text makes two alike; and without text, nothing."""
    likes, text = alike(expense), " ".join(f"{expense.payee} {expense.description}".split())
    apart = "" if likes.merchant else f"#{text or expense.expense_id}"
    return f"{FILED if is_filed else OPEN}{likes.key}{apart}"
