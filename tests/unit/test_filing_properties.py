"""Whatever people and the planner do in whatever order: what a person chose stays, what is undone leaves no trace."""

from datetime import date
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from lib.categories import UNCATEGORISED
from lib.categorising.rules import Rule
from lib.categorising.state import to_text
from lib.expenses import ExpenseDraft
from lib.filing.memory import KIND
from lib.ids import new_id
from lib.records import User
from lib.services import Services
from tests.learned import known

DAY = date(2026, 11, 20)
SHOPS = ["Shell", "SHELL 0042", "REWE", "Zorblatt", "zorblat", "42", "", "🧾", "קפה"]
CATEGORIES = ["Groceries", "Travel", "Education", "Transport"]
shops, categories = st.sampled_from(SHOPS), st.sampled_from(CATEGORIES)
numbers = st.integers(0, 30)
LOOK = settings(
    max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


class Life(RuleBasedStateMachine):
    """A person who adds, chooses, deletes and has things filed, beside a note of what they chose."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services

    @initialize()
    def begin(self) -> None:
        self.user: User = self.services.accounts.register(
            new_id()[:20], f"{new_id()}@example.com", "long enough!"
        )
        self.ids: list[str] = []
        self.chosen: dict[str, str] = {}
        self.gone: set[str] = set()

    def some(self, number: int) -> str:
        return self.ids[number % len(self.ids)] if self.ids else ""

    @rule(shop=shops, category=st.one_of(st.none(), categories))
    def add(self, shop: str, category: str | None) -> None:
        draft = ExpenseDraft(Decimal(5), "EUR", category or UNCATEGORISED, DAY, shop, auto=category is None)
        added = self.services.expenses.add_expense(self.user, draft, new_id())
        self.ids.append(added.expense_id)
        if category:
            self.chosen[added.expense_id] = category

    @rule(number=numbers, category=categories)
    def choose(self, number: int, category: str) -> None:
        if (id := self.some(number)) and id not in self.gone:
            self.services.expenses.change_expenses(self.user, [id], category=category)
            self.chosen[id] = category

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        if id := self.some(number):
            self.services.expenses.delete_expenses(self.user, [id])
            self.gone.add(id)

    @rule(number=numbers)
    def restore(self, number: int) -> None:
        if id := self.some(number):
            self.services.expenses.restore_expenses(self.user, [id])
            self.gone.discard(id)

    @rule()
    def work(self) -> None:
        self.services.queue.run(self.services)

    @rule(pattern=st.sampled_from(["shell", "re", "4"]), category=categories)
    def make_a_rule(self, pattern: str, category: str) -> None:
        rule = Rule("", pattern, category, "contains", pattern)
        self.services.rules.add_rule(self.user, rule, new_id())

    @rule()
    def file_everything_again(self) -> None:
        look = self.services.replays.start(self.user, new_id())
        self.services.queue.run(self.services)
        look = self.services.replays.get_replay(self.user, look.replay_id)
        if look.moves:
            self.services.replays.apply(self.user, look.replay_id)
            self.services.queue.run(self.services)

    @rule(number=numbers, category=categories)
    def answer_a_group(self, number: int, category: str) -> None:
        groups = self.services.review.groups(self.user)
        if groups:
            group = groups[number % len(groups)]
            for id in self.services.review.answer(self.user, {group.key: category}).ids:
                self.chosen[id] = category

    @invariant()
    def what_a_person_chose_stays(self) -> None:
        for each in self.services.store.get_expenses(self.user.user_id, list(self.chosen)):
            assert (each.category, each.filing) == (self.chosen[each.expense_id], None)

    @invariant()
    def what_is_learned_is_what_stands_there_by_choice(self) -> None:
        if self.services.store.list_documents(self.user.user_id, KIND):
            kept = to_text(self.services.filing.memory.learner(self.user))
            anew, _ = self.services.filing.memory.rebuild(self.user)
            assert to_text(anew) == kept

    @invariant()
    def totals_are_what_the_expenses_say(self) -> None:
        assert self.services.store.repair_totals(self.user.user_id) == []


def test_whatever_happens_a_persons_choice_stays_and_is_all_that_is_learned(services):
    run(lambda: Life(services), settings=LOOK)


@given(st.lists(st.tuples(shops, categories), min_size=1, max_size=6), st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_learning_and_unlearning_in_any_order_leaves_no_trace(services, taught, data):
    user = services.accounts.register(new_id()[:20], f"{new_id()}@example.com", "long enough!")
    before = known(services, user)
    ids = [
        services.expenses.add_expense(
            user, ExpenseDraft(Decimal(5), "EUR", category, DAY, shop), new_id()
        ).expense_id
        for shop, category in taught
    ]
    for id in data.draw(st.permutations(ids)):
        services.expenses.delete_expenses(user, [id])
    assert known(services, user) == before


@given(st.lists(st.tuples(shops, st.one_of(st.none(), categories)), max_size=6), shops)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_history_gives_the_same_answer(services, history, shop):
    answers = []
    for _ in range(2):
        user = services.accounts.register(new_id()[:20], f"{new_id()}@example.com", "long enough!")
        for payee, category in history:
            draft = ExpenseDraft(Decimal(5), "EUR", category or UNCATEGORISED, DAY, payee)
            services.expenses.add_expense(user, draft, new_id())
        asked = services.expenses.add_expense(
            user, ExpenseDraft(Decimal(5), "EUR", UNCATEGORISED, DAY, shop, auto=True), new_id()
        )
        services.queue.run(services)
        found = services.store.get_expense(user.user_id, asked.expense_id)
        answers.append((found.category, found.filing))
    assert answers[0] == answers[1]
