"""A person's rules: kept in their order, and tried on the history before they hold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lib.categories import UNCATEGORISED
from lib.categorising.rules import MOST_TOGETHER, Rule, steps_of
from lib.errors import Changed, Invalid, NotFound
from lib.expenses import ExpenseDraft
from lib.filing.rules import KIND
from lib.ids import new_id
from lib.records import Document, Expense, User
from lib.services import Services
from tests.calls import calls

DRAFT = ExpenseDraft(Decimal("12.50"), "EUR", UNCATEGORISED, date(2026, 11, 20))
RENT = Rule("", "rent", "Housing", "words", "rent")


@pytest.fixture
def three(services: Services, alice: User) -> list[str]:
    """Rules named a, b and c."""
    rules = (replace(RENT, name=name) for name in "abc")
    return [services.rules.add_rule(alice, rule, new_id()).rule.rule_id for rule in rules]


def names(services: Services, user: User) -> str:
    return "".join(kept.rule.name for kept in services.rules.list_rules(user))


def test_a_rule_comes_back_as_it_was_added(services, alice):
    rule = replace(
        RENT, how="regex", pattern="r.nt", least=Decimal("1.50"), most=Decimal(900), money_in=False
    )
    kept = services.rules.add_rule(alice, replace(rule, active=False), "key")
    assert replace(kept.rule, rule_id="") == replace(rule, active=False)
    assert services.rules.list_rules(alice) == [kept]


def test_the_same_form_twice_is_one_rule(services, alice):
    first = services.rules.add_rule(alice, RENT, "key")
    assert services.rules.add_rule(alice, RENT, "key") == first
    assert len(services.rules.list_rules(alice)) == 1


def test_a_rule_decides_before_everything_else(services, alice):
    services.rules.add_rule(alice, replace(RENT, pattern="shell"), new_id())
    added = services.expenses.add_expense(alice, replace(DRAFT, payee="Shell", auto=True), new_id())
    assert (added.category, added.filing.source, added.filing.confidence) == ("Housing", "rule", 100)


def test_a_rule_for_a_category_that_was_put_away_files_nothing_there(services, alice):
    services.rules.add_rule(alice, replace(RENT, pattern="shell"), new_id())
    alice = services.store.save_user(replace(alice, categories=alice.categories.archived("Housing")))
    added = services.expenses.add_expense(alice, replace(DRAFT, payee="Shell", auto=True), new_id())
    services.queue.run(services)
    assert services.expenses.get_expense(alice, added.expense_id).category != "Housing"


@pytest.mark.parametrize(
    ("at", "steps", "order"),
    [(2, -1, "acb"), (0, 1, "bac"), (0, -1, "abc"), (2, 5, "abc"), (2, -2, "cab")],
)
def test_rules_move_up_and_down(services, alice, three, at, steps, order):
    services.rules.move_rule(alice, three[at], steps)
    assert names(services, alice) == order


def test_a_rule_that_is_removed_can_be_put_back_where_it_was(services, alice, three):
    kept = services.rules.get_rule(alice, three[1])
    services.rules.remove_rule(alice, three[1])
    assert names(services, alice) == "ac"
    for _ in range(2):
        services.rules.restore_rule(alice, kept)
    assert names(services, alice) == "abc"


def test_a_rule_that_changed_meanwhile_is_not_overwritten(services, alice, three):
    kept = services.rules.get_rule(alice, three[0])
    services.rules.change_rule(alice, replace(kept.rule, name="z"), kept.version)
    assert names(services, alice) == "zbc"
    with pytest.raises(Changed):
        services.rules.change_rule(alice, replace(kept.rule, name="y"), kept.version)


def test_trying_a_rule_says_what_it_would_change_and_changes_nothing(services, alice):
    for payee, category in (
        ("Rent", UNCATEGORISED),
        ("rent 2", "Travel"),
        ("RENT", "Housing"),
        ("x", "Travel"),
    ):
        services.expenses.add_expense(alice, replace(DRAFT, payee=payee, category=category), new_id())
    trial = services.rules.try_rule(alice, RENT)
    assert (trial.tried_on, trial.is_all) == (4, True)
    assert (trial.fits, trial.changes, trial.kept) == (3, 1, 1)
    assert [each.payee for each in trial.examples] == ["Rent"]
    assert services.rules.list_rules(alice) == []


def test_a_rule_is_tried_after_those_before_it(services, alice):
    services.rules.add_rule(alice, replace(RENT, category="Travel"), new_id())
    services.expenses.add_expense(alice, replace(DRAFT, payee="Rent"), new_id())
    assert services.rules.try_rule(alice, RENT).fits == 0


def test_a_rule_for_a_category_that_was_put_away_decides_nothing_before_another(services, alice):
    services.rules.add_rule(alice, replace(RENT, category="Travel"), new_id())
    services.expenses.add_expense(alice, replace(DRAFT, payee="Rent"), new_id())
    alice = services.store.save_user(replace(alice, categories=alice.categories.archived("Travel")))
    assert services.rules.try_rule(alice, RENT).fits == 1


def have(services: Services, user: User, number: int) -> None:
    """That many rules, none of which fits."""
    for n in range(number):
        data = {"name": "z", "category": "Travel", "how": "regex", "pattern": f"shop {n} ?x+", "position": n}
        rest = dict.fromkeys(("least", "most", "money_in"))
        services.store.put_document(
            Document(user.user_id, KIND, f"{n:032x}", {**data, **rest, "active": True})
        )


def test_trying_takes_as_many_calls_an_expense_with_hundreds_of_rules_as_with_ten(services, alice, bob):
    """What rules cost is their reading, once: of more expenses, each costs the same."""

    def trial_of(user: User, rules: int) -> int:
        rule = replace(RENT, rule_id=f"{rules - 1:032x}", how="contains", pattern="at")
        return calls(lambda: services.rules.try_rule(user, rule))

    each = []
    for user, rules in ((alice, 10), (bob, 300)):
        have(services, user, rules)
        made = []
        for start in (0, 100, 200):  # the first to have been everywhere once
            services.store.add_expenses([shopping(user, number) for number in range(start, start + 100)])
            made.append(trial_of(user, rules))
        each.append((made[2] - made[1]) / 100)
    assert each[1] < 1.2 * each[0]


def shopping(user: User, number: int) -> Expense:
    payee = f"SHOP {number} at {number}"
    return Expense(
        user.user_id,
        new_id(),
        DRAFT.spent_on,
        DRAFT.amount,
        "EUR",
        UNCATEGORISED,
        user.created_at,
        payee=payee,
    )


def test_there_is_an_end_to_what_all_patterns_are_together(services, alice):
    letters = replace(RENT, how="regex", pattern=r"\pL\pL\pL\pL\pL\pL\pL\pL")
    for _ in range(MOST_TOGETHER // steps_of([letters])):
        services.rules.add_rule(alice, letters, new_id())
    with pytest.raises(Invalid) as problem:
        services.rules.add_rule(alice, letters, new_id())
    assert problem.value.field == "pattern"
    kept = services.rules.list_rules(alice)
    plain = services.rules.add_rule(alice, RENT, new_id())
    with pytest.raises(Invalid):
        services.rules.change_rule(alice, replace(letters, rule_id=plain.rule.rule_id), plain.version)
    services.rules.change_rule(
        alice, replace(kept[0].rule, name="the same, called otherwise"), kept[0].version
    )


def test_a_rule_needs_a_category_that_can_be_chosen(services, alice):
    for category in (UNCATEGORISED, "No such"):
        with pytest.raises(Invalid) as problem:
            services.rules.add_rule(alice, replace(RENT, category=category), new_id())
        assert problem.value.field == "category"


def test_bob_sees_nothing_of_alices_rules(services, alice, bob, three):
    assert services.rules.list_rules(bob) == []
    with pytest.raises(NotFound):
        services.rules.get_rule(bob, three[0])
    with pytest.raises(NotFound):
        services.rules.move_rule(bob, three[0], 1)
