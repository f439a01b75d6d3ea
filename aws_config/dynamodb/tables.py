"""The tables: keys, indexes and what expires by itself. `create_arguments` is all that setting them up needs to know.

Keys are text. An index that holds only some items (those in the trash, say) is one whose sort attribute only they have.
"""

from dataclasses import dataclass
from typing import Any

from aws_config.config import Names


@dataclass(frozen=True)
class Index:
    """A global index by `hash`, sorted by `range`; it holds the whole item, or only its keys."""

    name: str
    hash: str
    range: str = ""
    keys_only: bool = False


@dataclass(frozen=True)
class Table:
    what: str  # one of aws_config.config.TABLES
    hash: str
    range: str = ""
    indexes: tuple[Index, ...] = ()
    expires: str = ""  # the attribute with the second since 1970 from which DynamoDB may delete an item

    def index(self, name: str) -> Index:
        return next(index for index in self.indexes if index.name == name)


BY_USERNAME = Index("username-index", "username_key", keys_only=True)
BY_EMAIL = Index("email-index", "email_key", keys_only=True)
THEIRS = Index("user_id-index", "user_id", keys_only=True)
BY_DATE = Index("user_id-date-index", "user_id", "date")
BY_AMOUNT = Index("user_id-amount-index", "user_id", "amount_key")
TRASH = Index("user_id-removed-index", "user_id", "removed")
BY_CATEGORY = Index("user_id-category-index", "user_id", "category")
BY_TIME = Index("user_id-created_at-index", "user_id", "created_at")
DUE = Index("due-index", "due_shard", "due_at", keys_only=True)

ALL_TABLES = (
    # Their indexes hold keys only, so that a new `revision`, which comes with every write, does not write to them.
    Table("users", "user_id", indexes=(BY_USERNAME, BY_EMAIL)),
    Table("expenses", "expense_id", indexes=(THEIRS, BY_DATE, BY_AMOUNT, TRASH), expires="expires_at"),
    Table("budgets", "budget_id", indexes=(THEIRS, BY_CATEGORY)),
    Table("notifications", "notification_id", indexes=(THEIRS, BY_TIME, DUE), expires="expires_at"),
    Table("summaries", "user_id", "month"),
    Table("records", "user_id", "sk", expires="expires_at"),
)
BY_WHAT = {table.what: table for table in ALL_TABLES}


def create_arguments(table: Table, names: Names) -> dict[str, Any]:
    """What `create_table` takes. Paid by request; encrypted at rest, as every table is."""
    arguments: dict[str, Any] = {
        "TableName": names.table(table.what),
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _schema(table.hash, table.range),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in _key_attributes(table)
        ],
    }
    if table.indexes:
        arguments["GlobalSecondaryIndexes"] = [index_arguments(index) for index in table.indexes]
    return arguments


def index_arguments(index: Index) -> dict[str, Any]:
    """What an index is in `create_table`, and in the `Create` of `update_table`."""
    return {
        "IndexName": index.name,
        "KeySchema": _schema(index.hash, index.range),
        "Projection": {"ProjectionType": "KEYS_ONLY" if index.keys_only else "ALL"},
    }


def time_to_live_arguments(table: Table, names: Names) -> dict[str, Any] | None:
    """What `update_time_to_live` takes; None where nothing expires."""
    if not table.expires:
        return None
    return {
        "TableName": names.table(table.what),
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": table.expires},
    }


def _schema(hash: str, range: str) -> list[dict[str, str]]:
    schema = [{"AttributeName": hash, "KeyType": "HASH"}]
    return [*schema, {"AttributeName": range, "KeyType": "RANGE"}] if range else schema


def _key_attributes(table: Table) -> list[str]:
    names = [table.hash, table.range]
    for index in table.indexes:
        names += [index.hash, index.range]
    return sorted({name for name in names if name})
