"""What expenses come to, in each currency: spent and received, with what was merged into a category counting as that."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.categories import INCOME, NOT_SPENDING, TRANSFERS
from lib.ports import Store
from lib.records import Expense, Filters, Sum, User


def of_found(store: Store, user: User, filters: Filters) -> list[Sum] | None:
    """As Store.sum_expenses; what was merged into Income or Transfers is not spending any more."""
    filters = expanded(user, filters)
    sums = store.sum_expenses(user.user_id, filters)
    for target in (INCOME, TRANSFERS):
        merged = set(user.categories.keys_counting_as(target)[1:])
        if filters.categories:
            merged.intersection_update(filters.categories)
        if merged and sums:
            aside = store.sum_expenses(user.user_id, replace(filters, categories=tuple(sorted(merged))))
            sums = None if aside is None else _set_aside(sums, aside, is_income=target == INCOME)
    return sums


def of_listed(user: User, expenses: Sequence[Expense]) -> list[Sum]:
    """As `of_found`, of expenses at hand."""
    found: dict[str, Sum] = {}
    for expense in expenses:
        category, nothing = user.categories[expense.category].key, Decimal(0)
        spent = nothing if category in NOT_SPENDING else expense.counted
        received = -expense.counted if category == INCOME else nothing
        old = found.get(expense.currency, Sum(expense.currency, nothing, nothing, 0))
        found[expense.currency] = Sum(old.currency, old.spent + spent, old.received + received, old.count + 1)
    return sorted(found.values(), key=lambda row: (-row.count, row.currency))


def expanded(user: User, filters: Filters) -> Filters:
    """With the keys of all categories that count as those looked for."""
    if not filters.categories:
        return filters
    keys = {
        each
        for key in filters.categories
        for each in (key, *user.categories.keys_counting_as(user.categories[key].key))
    }
    return replace(filters, categories=tuple(sorted(keys)))


def _set_aside(sums: list[Sum], aside: list[Sum], *, is_income: bool) -> list[Sum]:
    """`sums` with what `aside` counts as spent taken out of the spending, and into what was received."""
    moved = {row.currency: row.spent for row in aside}
    return [
        replace(
            row,
            spent=row.spent - moved.get(row.currency, 0),
            received=row.received - (moved.get(row.currency, 0) if is_income else 0),
        )
        for row in sums
    ]
