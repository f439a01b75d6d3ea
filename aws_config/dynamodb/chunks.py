"""Changes of expenses, by as many as fit into one transaction with the totals they change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from aws_config.dynamodb import totals
from aws_config.dynamodb.expense_items import to_item
from aws_config.dynamodb.expressions import Write, absent, compare, put
from aws_config.dynamodb.totals import Totals
from lib.records import Expense

MOST_WRITES = 100  # in one transaction
_MOST_TOTALS = 100  # that one transaction changes; an expression may have 300 operators
_MOST_BYTES = 3_000_000  # of the four that DynamoDB takes, as a request's text is longer than what it says


@dataclass(frozen=True)
class Change:
    """What one expense becomes, from what it was (None where it is new)."""

    before: Expense | None
    after: Expense

    @cached_property
    def write(self) -> Write:
        if self.before is None:
            return put("expenses", to_item(self.after), absent("expense_id"))
        return put("expenses", to_item(self.after), compare("version", "=", self.before.version))

    def count(self, changes: Totals) -> None:
        if self.before is not None and self.before.removed_at is None:
            totals.counted(changes, self.before, -1)
        if self.after.removed_at is None:
            totals.counted(changes, self.after)


@dataclass
class _Chunk:
    """Changes that fit into one transaction."""

    changes: list[Change] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    changed: Totals = field(default_factory=dict)

    def add(self, change: Change) -> None:
        self.changes.append(change)
        self.writes.append(change.write)
        change.count(self.changed)

    def has_room_for(self, change: Change) -> bool:
        changed = dict(self.changed)
        change.count(changed)
        size = sum(write.size for write in self.writes) + change.write.size
        months = {
            key.month for key in changed
        }  # also of what comes to nothing: it may not, once one is dropped
        return (
            1 + len(months) + len(self.writes) + 1 <= MOST_WRITES
            and size <= _MOST_BYTES
            and len(changed) <= _MOST_TOTALS
        )


def chunks_of(changes: Iterable[Change]) -> Iterator[list[Change]]:
    chunk = _Chunk()
    for change in changes:
        if chunk.changes and not chunk.has_room_for(change):
            yield chunk.changes
            chunk = _Chunk()
        chunk.add(change)
    if chunk.changes:
        yield chunk.changes
