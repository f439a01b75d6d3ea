from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lib import sums
from lib.categories import UNCATEGORISED
from lib.errors import Changed, Invalid, NotFound
from lib.expenses import MAX_AT_ONCE, ExpenseDraft, ExpenseProcessor, draft_of
from lib.habits import habits_of
from lib.ids import new_id
from lib.periods import Month
from lib.records import Expense, Filters, Sum, User
from lib.services import Services
from lib.tags import read_tags, tidy_tags

LUNCH = ExpenseDraft(Decimal("12.50"), "EUR", "Groceries", date(2026, 11, 20), payee="REWE")
NOVEMBER = Filters(since=Month(2026, 11).first, until=Month(2026, 11).end)


@pytest.fixture
def add(services: Services, alice: User) -> Callable[..., Expense]:
    """Add a lunch, with changes."""

    def add(**changes: object) -> Expense:
        return services.expenses.add_expense(alice, replace(LUNCH, **changes), new_id())

    return add


def spent(services: Services, user: User, filters: Filters = NOVEMBER) -> Decimal:
    return sum((row.spent for row in services.expenses.sum_expenses(user, filters)), Decimal(0))


def test_what_was_added_is_there(services, alice, add):
    lunch = add(description="Milk", tags=("food",), note="a note")
    assert services.expenses.get_expense(alice, lunch.expense_id) == lunch
    assert services.expenses.list_expenses(alice, Filters()).items == [lunch]


def test_the_same_key_adds_once_and_answers_with_what_is_there(services, alice):
    first = services.expenses.add_expense(alice, LUNCH, "key")
    second = services.expenses.add_expense(alice, replace(LUNCH, amount=Decimal(99)), "key")
    assert second == first
    assert spent(services, alice) == Decimal("12.50")


def test_the_same_key_of_another_person_is_another_expense(services, alice, bob):
    services.expenses.add_expense(alice, LUNCH, "key")
    services.expenses.add_expense(bob, LUNCH, "key")
    assert spent(services, alice) == spent(services, bob) == Decimal("12.50")


def test_adding_again_what_was_deleted_is_refused_rather_than_lost(services, alice):
    lunch = services.expenses.add_expense(alice, LUNCH, "key")
    services.expenses.delete_expenses(alice, [lunch.expense_id])
    with pytest.raises(Changed, match="trash"):
        services.expenses.add_expense(alice, LUNCH, "key")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("-1")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"amount": Decimal("1.005")}, "amount"),
        ({"amount": Decimal(10**12)}, "amount"),
        ({"category": "Nonsense"}, "category"),
        ({"category": ""}, "category"),
        ({"spent_on": date.min}, "spent_on"),
        ({"spent_on": date.max}, "spent_on"),
        ({"payee": "x" * 101}, "payee"),
        ({"description": "x" * 501}, "description"),
        ({"note": "NUL \0"}, "note"),
        ({"tags": ("x" * 41,)}, "tags"),
        ({"tags": tuple(map(str, range(11)))}, "tags"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(services, alice, add, changes, field):
    with pytest.raises(Invalid) as problem:
        add(**changes)
    assert problem.value.field == field
    assert services.expenses.list_expenses(alice, Filters()).items == []


def test_income_comes_in_unless_said_otherwise(add):
    assert add(category="Income").money_in
    assert not add(category="Income", money_in=False).money_in
    assert not add().money_in
    assert add(money_in=True).money_in


def test_a_merged_category_is_the_one_it_went_into(services, alice, add):
    merged = services.store.save_user(
        replace(alice, categories=alice.categories.merged("Shopping", "Groceries"))
    )
    lunch = services.expenses.add_expense(merged, replace(LUNCH, category="Shopping"), new_id())
    assert lunch.category == "Groceries"


def test_a_change_keeps_what_the_form_does_not_know(services, alice, clock):
    run = replace(LUNCH.to_expense(alice, new_id(), clock()), import_id="run-1")
    services.store.add_expenses([run])
    clock.turn(days=1)
    changed = services.expenses.update_expense(
        alice, run.expense_id, replace(LUNCH, amount=Decimal(20)), version=1
    )
    assert (changed.import_id, changed.created_at, changed.updated_at) == ("run-1", run.created_at, clock())
    assert spent(services, alice) == Decimal(20)


def test_saving_what_someone_else_has_changed_is_refused(services, alice, add):
    lunch = add()
    services.expenses.update_expense(
        alice, lunch.expense_id, replace(LUNCH, amount=Decimal(1)), lunch.version
    )
    with pytest.raises(Changed):
        services.expenses.update_expense(alice, lunch.expense_id, LUNCH, lunch.version)
    assert spent(services, alice) == Decimal(1)


def test_another_persons_expense_is_not_there(services, bob, add):
    lunch = add()
    with pytest.raises(NotFound):
        services.expenses.get_expense(bob, lunch.expense_id)
    with pytest.raises(NotFound):
        services.expenses.update_expense(bob, lunch.expense_id, LUNCH, lunch.version)
    with pytest.raises(NotFound):
        services.expenses.duplicate_expense(bob, lunch.expense_id, new_id())
    assert services.expenses.delete_expenses(bob, [lunch.expense_id]) == []
    assert services.expenses.change_expenses(bob, [lunch.expense_id], category="Travel") == 0


def test_deleting_and_restoring_leaves_everything_as_it_was(services, alice, add):
    lunch, dinner = add(), add(amount=Decimal(30))
    ids = [lunch.expense_id, dinner.expense_id]
    assert services.expenses.delete_expenses(alice, ids) == ids
    assert services.expenses.delete_expenses(alice, ids) == []
    assert spent(services, alice) == 0
    with pytest.raises(NotFound, match="trash"):
        services.expenses.get_expense(alice, lunch.expense_id)
    assert sorted(services.expenses.restore_expenses(alice, ids)) == sorted(ids)
    assert services.expenses.restore_expenses(alice, ids) == []
    assert spent(services, alice) == Decimal("42.50")


def test_the_trash_keeps_things_for_thirty_days(services, alice, add, clock):
    lunch = add()
    services.expenses.delete_expenses(alice, [lunch.expense_id])
    clock.turn(days=29, hours=23)
    assert services.expenses.empty_old_trash() == 0
    clock.turn(hours=2)
    assert services.expenses.empty_old_trash() == 1
    assert services.expenses.restore_expenses(alice, [lunch.expense_id]) == []


def test_emptying_the_trash_empties_ones_own(services, alice, bob, add):
    services.expenses.delete_expenses(alice, [add().expense_id])
    theirs = services.expenses.add_expense(bob, LUNCH, new_id())
    services.expenses.delete_expenses(bob, [theirs.expense_id])
    assert services.expenses.empty_trash(alice) == 1
    assert services.expenses.restore_expenses(bob, [theirs.expense_id]) == [theirs.expense_id]


def test_what_was_deleted_together_is_noted_for_a_day(services, alice, bob, clock):
    note = services.expenses.note_deleted(alice, ["a", "b"])
    assert services.expenses.noted_deleted(alice, note) == ["a", "b"]
    assert services.expenses.noted_deleted(bob, note) == []
    clock.turn(days=1, seconds=1)
    assert services.expenses.noted_deleted(alice, note) == []


def test_the_same_again_is_dated_today_where_the_person_is(services, alice, add, clock):
    clock.moment = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    auckland = services.store.save_user(replace(alice, time_zone="Pacific/Auckland"))
    lunch = add(note="again", money_in=True)
    again = services.expenses.duplicate_expense(auckland, lunch.expense_id, new_id())
    assert again.spent_on == date(2026, 11, 22)
    assert draft_of(again) == replace(draft_of(lunch), spent_on=again.spent_on)


def test_a_list_of_a_category_has_those_merged_into_it(services, alice, add):
    add(category="Shopping", amount=Decimal(5))
    add(category="Groceries", amount=Decimal(7))
    merged = services.store.save_user(
        replace(alice, categories=alice.categories.merged("Shopping", "Groceries"))
    )
    for key in ("Groceries", "Shopping"):  # an address from before the merging still works
        filters = replace(NOVEMBER, categories=(key,))
        assert len(services.expenses.list_expenses(merged, filters).items) == 2
        assert spent(services, merged, filters) == Decimal(12)


@pytest.mark.parametrize("filters", [NOVEMBER, replace(NOVEMBER, text="rewe"), Filters()])
def test_sums_keep_income_apart_and_leave_transfers_out(services, alice, add, filters):
    add(amount=Decimal(40))
    add(amount=Decimal(10), money_in=True)
    add(amount=Decimal(2000), category="Income")
    add(amount=Decimal(500), category="Transfers")
    add(amount=Decimal(7), currency="USD")
    assert services.expenses.sum_expenses(alice, filters) == [
        Sum("EUR", Decimal(30), Decimal(2000), 4),
        Sum("USD", Decimal(7), Decimal(0), 1),
    ]


@pytest.mark.parametrize("filters", [NOVEMBER, replace(NOVEMBER, text="rewe")])
def test_what_is_merged_into_income_or_transfers_is_no_spending(services, alice, add, filters):
    add(amount=Decimal(40))
    add(amount=Decimal(100), category="Gifts & Donations", money_in=True)
    add(amount=Decimal(300), category="Fees & Taxes")
    categories = alice.categories.merged("Gifts & Donations", "Income").merged("Fees & Taxes", "Transfers")
    merged = services.store.save_user(replace(alice, categories=categories))
    assert services.expenses.sum_expenses(merged, filters) == [Sum("EUR", Decimal(40), Decimal(100), 3)]


def test_many_change_at_once(services, alice, add):
    ids = [add(tags=("food",)).expense_id for _ in range(3)]
    assert services.expenses.change_expenses(alice, ids, category="Travel", add_tags=["Trip", "FOOD"]) == 3
    for expense in services.expenses.list_expenses(alice, Filters()).items:
        assert (expense.category, expense.tags) == ("Travel", ("food", "Trip"))
    assert spent(services, alice, replace(NOVEMBER, categories=("Travel",))) == Decimal("37.50")


def test_changing_many_leaves_out_what_is_gone(services, alice, add):
    kept, deleted = add(), add()
    services.expenses.delete_expenses(alice, [deleted.expense_id])
    ids = [kept.expense_id, deleted.expense_id, "nothing", kept.expense_id]
    assert services.expenses.change_expenses(alice, ids, category="Travel") == 1


def test_a_change_that_one_of_many_cannot_take_changes_none(services, alice, add):
    full = add(tags=tuple("abcdefghij"))
    other = add()
    with pytest.raises(Invalid, match="tags"):
        services.expenses.change_expenses(alice, [other.expense_id, full.expense_id], add_tags=["k"])
    assert services.expenses.get_expense(alice, other.expense_id).tags == ()


def test_a_salary_filed_elsewhere_stays_money_in(services, alice, add):
    salary = add(category="Income", amount=Decimal(2000))
    services.expenses.change_expenses(alice, [salary.expense_id], category="Other")
    assert services.expenses.get_expense(alice, salary.expense_id).money_in


def test_more_than_a_thousand_at_a_time_are_refused(services, alice):
    ids = [str(number) for number in range(MAX_AT_ONCE + 1)]
    for act in (services.expenses.delete_expenses, services.expenses.change_expenses):
        with pytest.raises(Invalid, match="1,000"):
            act(alice, ids)


def test_tags_lose_hash_signs_spaces_and_doubles():
    assert tidy_tags(["#Holiday", " two  words ", "holiday", "", "#", "a,b"]) == (
        "Holiday",
        "two words",
        "a",
        "b",
    )
    assert read_tags("kids, #home,,Kids") == ("kids", "home")


def made(user: User, **changes: object) -> Expense:
    return replace(LUNCH, **changes).to_expense(user, new_id(), datetime(2026, 11, 21, tzinfo=UTC))


def test_habits_offer_the_categories_used_most(alice):
    latest = [
        made(alice, category=key) for key in ("Travel", "Health", "Travel", "Other", "Health", "Travel")
    ]
    assert [category.key for category in habits_of(alice, latest).likeliest] == ["Travel", "Health", "Other"]


def test_without_habits_the_first_categories_are_offered(alice):
    assert [category.key for category in habits_of(alice, []).likeliest] == [
        "Food & Dining",
        "Groceries",
        "Transport",
    ]


def test_archived_categories_are_not_offered(alice):
    user = replace(alice, categories=alice.categories.archived("Travel"))
    assert "Travel" not in [c.key for c in habits_of(user, [made(alice, category="Travel")]).likeliest]


def test_a_payee_has_the_category_it_had_most_often(alice):
    latest = [
        made(alice, payee="REWE", category="Shopping"),
        made(alice, payee="REWE", category="Groceries"),
        made(alice, payee="REWE", category="Groceries"),
        made(alice, payee="Kino", category="Entertainment"),
        made(alice, payee=""),
    ]
    assert habits_of(alice, latest).payees == {"REWE": "Groceries", "Kino": "Entertainment"}


def test_a_payee_without_a_category_yet_suggests_none(alice):
    latest = [made(alice, payee="New", category=UNCATEGORISED)]
    assert habits_of(alice, latest).payees == {"New": ""}


def test_habits_come_from_the_latest_expenses_in_one_read(services, alice, add):
    add(payee="REWE", category="Groceries")
    assert services.expenses.habits(alice).payees == {"REWE": "Groceries"}


class Interrupted:
    """A store in which someone else saves an expense just before the first change of ours."""

    def __init__(self, store, theirs: Expense) -> None:
        self.store, self.theirs = store, [theirs]

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def save_expenses(self, expenses: list[Expense]) -> list[Expense]:
        if self.theirs:
            self.store.save_expenses([self.theirs.pop()])
        return self.store.save_expenses(expenses)


def test_what_someone_else_changes_meanwhile_is_kept_by_a_change_of_many(services, alice, add, clock):
    first, second = add(), add()
    store = Interrupted(services.store, replace(first, payee="Changed by them"))
    changed = ExpenseProcessor(store, clock).change_expenses(
        alice, [first.expense_id, second.expense_id], category="Travel"
    )
    after = services.expenses.get_expense(alice, first.expense_id)
    assert (changed, after.payee, after.category) == (2, "Changed by them", "Travel")


def test_what_is_at_hand_adds_up_as_the_store_says(services, alice, add):
    services.accounts.save_categories(alice, alice.categories.merged("Travel", "Transfers"))
    alice = services.store.get_user(alice.user_id)
    for category in ("Groceries", "Travel", "Transfers", "Income"):
        add(category=category)
        add(category=category, money_in=True, amount=Decimal(1))
    add(currency="JPY", amount=Decimal(500))
    everything = Filters(text="rewe")
    listed = services.expenses.list_expenses(alice, everything).items
    assert len(listed) == 9
    assert sums.of_listed(alice, listed) == services.expenses.sum_expenses(alice, everything)
    assert sums.of_listed(alice, []) == []
