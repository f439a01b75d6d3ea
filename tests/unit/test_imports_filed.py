"""Rows of a bank's file, in categories: shown by look-alikes before they come in, changed by one answer, learned."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from lib.categories import UNCATEGORISED
from lib.categorising.rules import Rule
from lib.errors import Invalid, Unavailable
from lib.expenses import ExpenseDraft
from lib.filing.categorizer import ExpenseCategorizer
from lib.filing.memory import MOST_TAUGHT
from lib.ids import new_id
from lib.importing import runs
from lib.importing.imports import Imports
from lib.importing.work import CHUNK, ImportWork
from lib.records import Expense, Filing, User
from lib.services import Services
from tests.unit.import_steps import HEAD, bring, expenses, work

SHOPS = HEAD + (
    "2026-11-03,SHELL 0042,,-50.00\n"
    "2026-11-04,Shell 0099,,-60.00\n"
    "2026-11-05,Zorblatt 1,,-9.00\n"
    "2026-11-06,ZORBLATT 2,,-9.00\n"
)
WITH_CATEGORIES = "Date,Payee,Description,Amount,Category\n2026-11-03,Zorblatt,,-9.00,Education\n"


def brought(services: Services, user: User, text: str, **chosen: str) -> list[Expense]:
    """What comes of a file, oldest first."""
    run = bring(services, user, text)
    services.imports.confirm(user, run.run_id, (), (), run.version, chosen)
    work(services)
    return sorted(expenses(services, user, import_id=run.run_id), key=lambda each: each.spent_on)


def categories(found: list[Expense]) -> list[str]:
    return [each.category for each in found]


def test_the_check_shows_look_alikes_once_and_the_least_sure_first(services, alice):
    run = bring(services, alice, SHOPS)
    groups = services.imports.result(run).groups
    assert [(group.key, group.rows, group.category) for group in groups] == [
        ("-zorblatt", 2, UNCATEGORISED),
        ("-shell", 2, "Transport"),
    ]
    assert groups[1].title == "SHELL 0042"
    assert groups[1].filing.reason


def test_rows_come_in_with_what_the_planner_found_and_why(services, alice):
    shell, _, zorblatt, _ = brought(services, alice, SHOPS)
    assert (shell.category, shell.filing.category) == ("Transport", "Transport")
    assert (zorblatt.category, zorblatt.is_open, zorblatt.is_waiting) == (UNCATEGORISED, True, False)


def test_one_answer_files_all_look_alikes_and_is_learned(services, alice):
    found = brought(services, alice, SHOPS, **{"-zorblatt": "Education", "-nobody": "Travel"})
    assert categories(found) == ["Transport", "Transport", "Education", "Education"]
    assert [each.filing is None for each in found] == [False, False, True, True]
    again = brought(services, alice, HEAD + "2026-11-09,Zorblatt 77,,-1.00\n")
    assert (again[0].category, again[0].filing.source) == ("Education", "history")


def test_an_answer_that_is_no_category_is_refused_and_nothing_comes_in(services, alice):
    run = bring(services, alice, SHOPS)
    with pytest.raises(Invalid) as problem:
        services.imports.confirm(alice, run.run_id, (), (), run.version, {"-zorblatt": "No such"})
    assert problem.value.field == "category"
    work(services)
    assert expenses(services, alice) == []


def test_what_the_file_says_stays_and_teaches(services, alice):
    [found] = brought(services, alice, WITH_CATEGORIES)
    assert (found.category, found.filing) == ("Education", None)
    assert services.filing.memory.learner(alice).counted("zorblatt") == {"Education": 1}


def test_taking_an_import_back_takes_back_what_it_taught(services, alice):
    run_id = brought(services, alice, WITH_CATEGORIES)[0].import_id
    for step, taught in ((services.imports.revert, {}), (services.imports.restore, {"Education": 1})):
        step(alice, run_id)
        work(services)
        assert services.filing.memory.learner(alice).counted("zorblatt") == taught


def own(services: Services, user: User) -> None:
    """A person's own choices of where that shop belongs."""
    draft = ExpenseDraft(
        Decimal(5), "EUR", "Education", services.now().date(), payee="Zorblatt", description="by hand"
    )
    for _ in range(5):
        services.expenses.add_expense(user, draft, new_id())


def learned(services: Services, user: User, shop: str) -> dict[str, int]:
    return services.filing.memory.learner(user).counted(shop)


class Stopped:
    """A store in whose second chunk the person takes the import back."""

    def __init__(self, store: Any, stop: Callable[[], object]) -> None:
        self._store, self._stop, self._left = store, stop, 2

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def add_expenses(self, expenses: Sequence[Expense]) -> bool:
        self._left -= 1
        if not self._left:
            self._stop()
        return bool(self._store.add_expenses(expenses))


def test_stopping_an_import_leaves_what_the_person_taught(services, alice):
    own(services, alice)
    rows = "".join(f"2026-11-03,Zorblatt,{n},-9.00,Travel\n" for n in range(CHUNK + 5))
    run = bring(services, alice, WITH_CATEGORIES + rows)
    run = services.imports.confirm(alice, run.run_id, (), (), run.version)
    store = Stopped(services.store, lambda: services.imports.revert(alice, run.run_id))
    imports = Imports(store, services.files, services.jobs, services.now, services.filing)
    ImportWork(store, imports, services.now).run(alice.user_id, run.run_id)
    work(services)
    assert services.imports.get_run(alice, run.run_id).state == runs.REVERTED
    assert learned(services, alice, "zorblatt") == {"Education": 5}


def test_taking_a_file_of_very_many_back_forgets_all_of_it(services, alice):
    own(services, alice)
    shops = (("oldshop", "2025-01-03"), ("newshop", "2026-01-03"))
    rows = [f"{day},{shop},{n},-9.00,Travel\n" for shop, day in shops for n in range(MOST_TAUGHT + 100)]
    head = WITH_CATEGORIES.partition("\n")[0] + "\n"
    run_id = brought(services, alice, head + "".join(rows))[0].import_id
    assert learned(services, alice, "newshop") == {"Travel": MOST_TAUGHT - 5}
    for _ in range(2):
        services.imports.revert(alice, run_id)
        work(services)
        assert learned(services, alice, "newshop") == learned(services, alice, "oldshop") == {}
        assert learned(services, alice, "zorblatt") == {"Education": 5}
        services.imports.restore(alice, run_id)
        work(services)
        assert learned(services, alice, "newshop") == {"Travel": MOST_TAUGHT - 5}


class Lagging:
    """A store whose lists do not show everything yet."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def settled(self, user_id: str) -> bool:
        return False


def test_learning_again_waits_until_lists_show_everything(services, alice):
    filing = services.filing
    lagging = ExpenseCategorizer(Lagging(services.store), filing.queue, filing.jobs, filing.now)
    with pytest.raises(Unavailable):
        lagging.learn_again(alice.user_id)
    lagging.learn_again("nobody")


def test_only_rules_see_each_row_by_itself(services, alice):
    rule = Rule("", "big", "Travel", "words", "shell", least=Decimal(55))
    services.rules.add_rule(alice, rule, new_id())
    small, large, *_ = brought(services, alice, SHOPS)
    assert (small.category, large.category, large.filing.source) == ("Transport", "Travel", "rule")


def test_an_answer_for_look_alikes_overrules_no_rule_unseen(services, alice):
    rule = Rule("", "big", "Travel", "words", "zorblatt", least=Decimal(55))
    services.rules.add_rule(alice, rule, new_id())
    rows = HEAD + "".join(f"2026-11-0{n + 1},Zorblatt {n},,-{n}0.00\n" for n in (1, 2, 6))
    groups = services.imports.result(bring(services, alice, rows)).groups
    assert [(group.rows, group.category) for group in groups] == [(2, UNCATEGORISED), (1, "Travel")]
    found = brought(services, alice, rows, **{groups[0].key: "Education"})
    assert categories(found) == ["Education", "Education", "Travel"]
    assert learned(services, alice, "zorblatt") == {"Education": 2}


def test_rows_without_a_shop_are_no_group(services, alice):
    rows = "2026-11-03,12345,,-1.00\n2026-11-04,🧾,,-2.00\n2026-11-05,,,-3.00\n"
    run = bring(services, alice, HEAD + rows)
    assert (run.expected, services.imports.result(run).groups) == (3, [])


def test_money_from_strangers_is_income_and_money_back_is_what_it_came_back_from(services, alice):
    rows = "2026-11-03,Shell,,-50.00\n2026-11-04,Shell,,20.00\n2026-11-05,Zorblatt Works,,900.00\n"
    assert categories(brought(services, alice, HEAD + rows)) == ["Transport", "Transport", "Income"]


def test_a_habit_of_the_person_comes_before_being_a_stranger(services, alice):
    services.store.add_expenses(
        [
            Expense(
                alice.user_id,
                new_id(),
                services.now().date(),
                Decimal(5),
                "EUR",
                "Gifts & Donations",
                services.now(),
                money_in=True,
                payee="Aunt Zorbla",
            )
            for _ in range(3)
        ]
    )
    [found] = brought(services, alice, HEAD + "2026-11-05,Aunt Zorbla,,50.00\n")
    assert found.category == "Gifts & Donations"


@pytest.mark.parametrize("text", ["", "🧾" * 100, "4711 0815 2211", "קפה", "%s{{7*7}}"])
def test_whatever_a_row_says_it_comes_in(services, alice, text):
    [found] = brought(services, alice, HEAD + f"2026-11-05,{text},,-5.00\n")
    assert isinstance(found.filing, Filing)
    assert found.is_open
