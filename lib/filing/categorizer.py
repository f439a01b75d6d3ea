"""Categories that assign themselves: suggested, filed at once or a moment later, learned from what people choose.

What is automatic touches only what no person has decided, and looks at that again in the transaction that saves it.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lib.categorising.categoriser import Categoriser, Suggestion
from lib.categorising.purchase import Purchase
from lib.errors import Changed, Unavailable
from lib.filing.asking import answered, country_of, is_sure, purchase_in, purchase_of, waiting
from lib.filing.many import Many
from lib.filing.memory import PAGE, Memory
from lib.filing.rules import RuleBook
from lib.ids import new_id
from lib.jobs import CATEGORISE, LEARN, Jobs
from lib.periods import FIRST_MONTH, LAST_MONTH
from lib.ports import Queue, Store
from lib.records import Expense, User
from lib.watching import NOBODY, Watch

if TYPE_CHECKING:
    from lib.importing.drafts import Draft

ON_A_PAGE = 10  # that wait, and are seen to where they are shown
ALL = "all"  # what the job is called that someone asks for by hand: once, however often they do
_TRIES = 5
log = logging.getLogger(__name__)


class Learned(NamedTuple):
    """How much the planner has learned of someone."""

    purchases: int
    shops: int
    is_at_work: bool  # on learning it anew


class ExpenseCategorizer:
    def __init__(
        self,
        store: Store,
        queue: Queue,
        jobs: Jobs,
        now: Callable[[], datetime],
        watch: Watch = NOBODY,
    ) -> None:
        """`watch` is told of what was filed later than it was saved."""
        self.store, self.queue, self.jobs, self.now, self.watch = store, queue, jobs, now, watch
        self.memory, self.rules = Memory(store, now, self.ask_to_learn_again), RuleBook(store)

    def categoriser(self, user: User) -> Categoriser:
        """What answers for this person as things stand now: two reads, then none."""
        rules, learner = self.rules.rules(user), self.memory.learner(user)
        return Categoriser(user.categories, rules, learner, country=country_of(user))

    def suggest(self, user: User, purchase: Purchase) -> Suggestion:
        return self.categoriser(user).suggest(purchase)

    def file(self, user: User, expense: Expense, before: Expense | None = None) -> Expense:
        """The expense in the category that the person's rules or habits surely say; else left to the categoriser.

        So is one that itself taught a habit, `before`: it is not its own witness.
        """
        if before is not None and before.teaches:
            return waiting(expense)
        suggestion = self.suggest(user, purchase_of(expense))
        return answered(expense, suggestion) if is_sure(suggestion) else waiting(expense)

    def for_rows(self, user: User) -> Many["Draft"]:
        """What files the rows of a file, quickly."""
        return Many(self.categoriser(user), purchase_in)

    def queue_for_categorization(self, expense: Expense) -> None:
        """Have the categoriser look at what waits for it, soon and at least once."""
        self.jobs.submit(
            CATEGORISE,
            expense.user_id,
            expense.expense_id,
            ring=lambda: self.queue.send_expense_message(expense),
        )

    def see_to(self, expenses: Iterable[Expense], most: int | None = None) -> None:
        """Have those of them that wait looked at, or the first `most`: also where their jobs were lost. Never raises."""
        still = (each for each in expenses if each.is_waiting and each.removed_at is None)
        try:
            for expense in islice(still, most):
                self.queue_for_categorization(expense)
        except Exception:  # as the docstring says: whoever shows them next sees to it again
            log.exception("what waits for the categoriser was not sent to it")

    def work(self, user_id: str, expense_id: str) -> Expense | None:
        """`categorise`, and let go of the job: the worker's part, and the function's.

        Who had it wait again in between found the job still there, and submitted none.
        """
        filed = self.categorise(user_id, expense_id)
        if filed is None and self.jobs.is_open(CATEGORISE, user_id, expense_id):
            self._tell_again(user_id, expense_id)
        self.jobs.done(CATEGORISE, user_id, expense_id)
        now = self.store.get_expense(user_id, expense_id)
        if now is not None and now.is_waiting and self.store.get_user(user_id) is not None:
            self.see_to([now])
        return filed

    def categorise(self, user_id: str, expense_id: str) -> Expense | None:
        """File an expense that waits. Returns it as it was saved; None where there was nothing, or nothing more, to do."""
        user = self.store.get_user(user_id)
        for _ in range(_TRIES):
            expense = self.store.get_expense(user_id, expense_id)
            if user is None or expense is None or expense.removed_at or not expense.is_waiting:
                return None
            answer = answered(expense, self.suggest(user, purchase_of(expense)))
            try:
                [saved] = self.store.save_expenses([replace(answer, updated_at=self.now())])
            except Changed:
                continue  # someone was quicker: perhaps a person
            self.watch.written(user, [saved])
            return saved
        raise Changed

    def _tell_again(self, user_id: str, expense_id: str) -> None:
        """Of what was filed by someone who was cut off before letting go of its job: perhaps nobody was told."""
        user, expense = self.store.get_user(user_id), self.store.get_expense(user_id, expense_id)
        if user and expense and expense.filing and not expense.removed_at:
            self.watch.written(user, [expense])

    def saved(self, user: User, before: Sequence[Expense], after: Sequence[Expense]) -> None:
        """Learn from what a person did: what was there `before` is now as `after` says; and see to what waits.

        Never raises: what it is told of is done, and one purchase more or less is not worth an error.
        """
        self.see_to(after)
        try:
            forget, learn = ([each for each in side if each.teaches] for side in (before, after))
            if _marks(forget) != _marks(learn):
                self.memory.change(user, before, after)
        except Exception:  # as the docstring says
            log.exception("nothing was learned of that")

    def ask_to_learn_again(self, user_id: str) -> None:
        """Have the worker see to it that what is learned is what stands there, after more changed than can be told one by one."""
        self.jobs.submit(LEARN, user_id, new_id())  # one that is at work already may have read too early

    def start_learning_again(self, user: User) -> bool:
        """Learn anew from what stands there, because a person asks for it. Returns whether it is done; else the worker does it."""
        if self.count(user) <= PAGE and self.store.settled(user.user_id):
            self.memory.rebuild(user)
            return True
        self.jobs.submit(LEARN, user.user_id, ALL)
        return False

    def learned(self, user: User) -> Learned:
        learner, at_work = self.memory.learner(user), self.jobs.is_open(LEARN, user.user_id, ALL)
        return Learned(learner.total, len(learner.merchants), at_work)

    def count(self, user: User) -> int:
        """How many expenses someone has: of kept totals, whatever the history's length."""
        totals = self.store.month_totals(user.user_id, FIRST_MONTH, LAST_MONTH.plus(1))
        return sum(each.count for each in totals)

    def learn_again(self, user_id: str, _asked: str = "") -> None:
        """The worker's part. Raises Unavailable where lists may not show everything yet."""
        user = self.store.get_user(user_id)
        if user is None:
            return
        if not self.store.settled(user_id):
            raise Unavailable("Lists may not show everything yet. It is learned in half a minute.", "store")
        self.memory.rebuild(user)


def _marks(expenses: Sequence[Expense]) -> list[tuple[Purchase, str]]:
    """What of them is learned: nothing of what names no shop."""
    purchases = [(purchase_of(each)._replace(amount=None), each.category) for each in expenses]
    return [(purchase, category) for purchase, category in purchases if purchase.merchant]
