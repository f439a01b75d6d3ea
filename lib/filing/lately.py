"""What a history that was just learned anew had in it already, of what people were writing at that very moment.

Who writes an expense has it learned a moment later. Where everything is learned anew in between, it would be learned twice,
and what was deleted forgotten twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from lib.records import Expense

WINDOW = timedelta(minutes=2)  # longer than there may be between writing an expense and having it learned
MOST = 200  # expenses that are noted beside the lessons: of more, some may count twice until the next time


def written_lately(expenses: Iterable[Expense], now: datetime) -> dict[str, int]:
    """Of those that a person wrote just now, the version by the id. What an import brings is not learned one by one."""
    since = now - WINDOW
    return {each.expense_id: each.version for each in expenses if _written_at(each) >= since}


def news(
    seen: Mapping[str, int], before: Sequence[Expense], after: Sequence[Expense]
) -> tuple[list[Expense], list[Expense]]:
    """What was there `before`, and is there `after`, without those that were seen as they became, or later than that."""
    became = {each.expense_id: each.version for each in (*before, *after)}
    known = {id for id, version in became.items() if seen.get(id, -1) >= version}
    return (
        [each for each in before if each.expense_id not in known],
        [each for each in after if each.expense_id not in known],
    )


def _written_at(expense: Expense) -> datetime:
    if expense.removed_at is not None:
        return expense.removed_at
    if expense.import_id and expense.updated_at is None:
        return datetime.min.replace(tzinfo=expense.created_at.tzinfo)
    return expense.updated_at or expense.created_at
