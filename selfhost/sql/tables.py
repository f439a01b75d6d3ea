"""The tables, the same on SQLite and PostgreSQL.

Money is whole ten-thousandths, moments are microseconds since 1970 (UTC), days "2026-11-21" and months "2026-11": integers and
plain text that mean and sort the same everywhere. PostgreSQL compares our text by code point, as SQLite does.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_unique",
    }
)

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _owner() -> Column[str]:
    return Column("user_id", _TEXT, ForeignKey("users.user_id", ondelete="CASCADE"), primary_key=True)


users = Table(
    "users",
    metadata,
    Column("user_id", _TEXT, primary_key=True),
    Column("username", _TEXT, nullable=False),
    Column("username_key", _TEXT, nullable=False, unique=True),  # folded: unique whatever its case
    Column("email", _TEXT, nullable=False),
    Column("email_key", _TEXT, nullable=False, unique=True),
    Column("password_hash", _TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("phone", _TEXT, nullable=False),
    Column("display_name", _TEXT, nullable=False),
    Column("currency", _TEXT, nullable=False),
    Column("locale", _TEXT, nullable=False),
    Column("time_zone", _TEXT, nullable=False),
    Column("first_weekday", Integer, nullable=False),
    Column("theme", _TEXT, nullable=False),
    Column("categories", _TEXT, nullable=False),  # JSON; empty while they are the default ones
    Column("demo", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("unread", BigInteger, nullable=False, server_default="0"),
)

expenses = Table(
    "expenses",
    metadata,
    # A number of our own because the search index points at rows, and SQLite's hidden row numbers change with VACUUM.
    Column("row", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("user_id", _TEXT, ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False),
    Column("expense_id", _TEXT, nullable=False),
    Column("spent_on", _TEXT, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", _TEXT, nullable=False),
    Column("category", _TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("money_in", Boolean, nullable=False),
    Column("payee", _TEXT, nullable=False),
    Column("description", _TEXT, nullable=False),
    Column("note", _TEXT, nullable=False),
    Column("tags", _TEXT, nullable=False),  # each between two unit separators, which no text of ours contains
    Column("import_id", _TEXT, nullable=False),
    Column("updated_at", BigInteger),
    Column("removed_at", BigInteger),
    Column("version", BigInteger, nullable=False),
    Column("search_text", _TEXT, nullable=False),
    Column("receipts", _TEXT, nullable=False, server_default=""),  # JSON; empty where there are none
    Column(
        "filing", _TEXT, nullable=False, server_default=""
    ),  # JSON: ["Groceries", 97, "brand", "…"], or empty
    UniqueConstraint("user_id", "expense_id"),
)

counts = expenses.c.removed_at.is_(None)  # not in the trash

# Each in the order of its list, so that a page of fifty reads fifty.
_NEWEST = (expenses.c.spent_on, expenses.c.created_at, expenses.c.expense_id)


def _partial(name: str, condition: ColumnElement[bool], *columns: Column[Any]) -> None:
    Index(name, expenses.c.user_id, *columns, sqlite_where=condition, postgresql_where=condition)


_partial("expenses_by_day", counts, *_NEWEST)
_partial("expenses_by_category", counts, expenses.c.category, *_NEWEST)
_partial("expenses_by_import", and_(expenses.c.import_id != "", counts), expenses.c.import_id, *_NEWEST)
_partial(
    "expenses_in_trash",
    expenses.c.removed_at.is_not(None),
    expenses.c.removed_at,
    expenses.c.created_at,
    expenses.c.expense_id,
)

SEARCH_INDEX = "expenses_text"  # what SQLite's tables for searching are called, or begin with; the first migration makes them

summaries = Table(
    "summaries",
    metadata,
    _owner(),
    Column("month", _TEXT, primary_key=True),
    Column("category", _TEXT, primary_key=True),
    Column("currency", _TEXT, primary_key=True),
    Column("spent", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    # Past 64 bits PostgreSQL refuses a sum, where SQLite would go on with a rounded one.
    CheckConstraint("typeof(spent) = 'integer'", name="summaries_spent_whole").ddl_if(dialect="sqlite"),
    sqlite_with_rowid=False,
)

budgets = Table(
    "budgets",
    metadata,
    _owner(),
    Column("budget_id", _TEXT, primary_key=True),
    Column("category", _TEXT, nullable=False),
    Column("steps", _TEXT, nullable=False),  # JSON: [["2026-01", "500.00"], ["2026-07", null]]
    Column("created_at", BigInteger, nullable=False),
    Column("rollover_since", _TEXT, nullable=False),  # a month, or empty
    Column("version", BigInteger, nullable=False),
    Column("alert_thresholds", _TEXT, nullable=False, server_default="80"),  # percent: "50,80,95"
    UniqueConstraint("user_id", "category"),
)

notifications = Table(
    "notifications",
    metadata,
    _owner(),
    Column("notification_id", _TEXT, primary_key=True),
    Column("kind", _TEXT, nullable=False),
    Column("subject", _TEXT, nullable=False),
    Column("message", _TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("data", _TEXT, nullable=False),  # JSON
    Column("deliveries", _TEXT, nullable=False),  # JSON: [["email", "queued", 1795262400000000, null, 0, ""]]
    Column("due_at", BigInteger),  # the earliest of the deliveries'
    Column("unread", Boolean, nullable=False),
    Column("note", _TEXT, nullable=False),
    Column("version", BigInteger, nullable=False),
)
Index(
    "notifications_by_time",
    notifications.c.user_id,
    notifications.c.created_at,
    notifications.c.notification_id,
)
Index(
    "notifications_due",
    notifications.c.due_at,
    notifications.c.user_id,
    notifications.c.notification_id,
    sqlite_where=notifications.c.due_at.is_not(None),
    postgresql_where=notifications.c.due_at.is_not(None),
)
Index("notifications_expiring", notifications.c.expires_at)

# Also owned by "-jobs" and the like, so no foreign key.
documents = Table(
    "documents",
    metadata,
    Column("user_id", _TEXT, primary_key=True),
    Column("kind", _TEXT, primary_key=True),
    Column("id", _TEXT, primary_key=True),
    Column("data", _TEXT, nullable=False),
    Column("expires_at", BigInteger),
    Column("version", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index(
    "documents_expiring",
    documents.c.expires_at,
    sqlite_where=documents.c.expires_at.is_not(None),
    postgresql_where=documents.c.expires_at.is_not(None),
)

hits = Table(
    "hits",
    metadata,
    Column("key", _TEXT, primary_key=True),
    Column("expires_at", BigInteger, primary_key=True),
    Column("count", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
