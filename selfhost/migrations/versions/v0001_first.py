"""Accounts, expenses with their totals, budgets, documents, rate counters and the search index."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _search_in_sqlite()
    else:
        _search_in_postgresql()


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _tables() -> None:
    op.create_table(
        "documents",
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("data", _TEXT, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "id", name="documents_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("documents_expiring", "documents", ["expires_at"], **_where("expires_at IS NOT NULL"))
    op.create_table(
        "hits",
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "expires_at", name="hits_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("username", _TEXT, nullable=False),
        sa.Column("username_key", _TEXT, nullable=False),
        sa.Column("email", _TEXT, nullable=False),
        sa.Column("email_key", _TEXT, nullable=False),
        sa.Column("password_hash", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("phone", _TEXT, nullable=False),
        sa.Column("display_name", _TEXT, nullable=False),
        sa.Column("currency", _TEXT, nullable=False),
        sa.Column("locale", _TEXT, nullable=False),
        sa.Column("time_zone", _TEXT, nullable=False),
        sa.Column("first_weekday", sa.Integer(), nullable=False),
        sa.Column("theme", _TEXT, nullable=False),
        sa.Column("categories", _TEXT, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="users_pk"),
        sa.UniqueConstraint("email_key", name="users_email_key_unique"),
        sa.UniqueConstraint("username_key", name="users_username_key_unique"),
    )
    op.create_table(
        "budgets",
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("budget_id", _TEXT, nullable=False),
        sa.Column("category", _TEXT, nullable=False),
        sa.Column("steps", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("alert_threshold", sa.Integer(), nullable=False),
        sa.Column("rollover_since", _TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name="budgets_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "budget_id", name="budgets_pk"),
        sa.UniqueConstraint("user_id", "category", name="budgets_user_id_category_unique"),
    )
    op.create_table(
        "expenses",
        sa.Column(
            "row",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("expense_id", _TEXT, nullable=False),
        sa.Column("spent_on", _TEXT, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", _TEXT, nullable=False),
        sa.Column("category", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("money_in", sa.Boolean(), nullable=False),
        sa.Column("payee", _TEXT, nullable=False),
        sa.Column("description", _TEXT, nullable=False),
        sa.Column("note", _TEXT, nullable=False),
        sa.Column("tags", _TEXT, nullable=False),
        sa.Column("import_id", _TEXT, nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("search_text", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name="expenses_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("row", name="expenses_pk"),
        sa.UniqueConstraint("user_id", "expense_id", name="expenses_user_id_expense_id_unique"),
    )
    op.create_index(
        "expenses_by_category",
        "expenses",
        ["user_id", "category", "spent_on", "created_at", "expense_id"],
        **_where("removed_at IS NULL"),
    )
    op.create_index(
        "expenses_by_day",
        "expenses",
        ["user_id", "spent_on", "created_at", "expense_id"],
        **_where("removed_at IS NULL"),
    )
    op.create_index(
        "expenses_by_import",
        "expenses",
        ["user_id", "import_id", "spent_on", "created_at", "expense_id"],
        **_where("import_id != '' AND removed_at IS NULL"),
    )
    op.create_index(
        "expenses_in_trash",
        "expenses",
        ["user_id", "removed_at", "created_at", "expense_id"],
        **_where("removed_at IS NOT NULL"),
    )
    op.create_table(
        "summaries",
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("month", _TEXT, nullable=False),
        sa.Column("category", _TEXT, nullable=False),
        sa.Column("currency", _TEXT, nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name="summaries_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "month", "category", "currency", name="summaries_pk"),
        sa.CheckConstraint("typeof(spent) = 'integer'", name="summaries_spent_whole").ddl_if(
            dialect="sqlite"
        ),
        sqlite_with_rowid=False,
    )


def _search_in_sqlite() -> None:
    """Runs of three letters of `search_text`: `selfhost.sql.search` says how they are filled."""
    op.execute(
        """CREATE VIRTUAL TABLE expenses_text USING fts5(
            search_text, content = 'expenses', content_rowid = 'row', columnsize = 0,
            tokenize = 'trigram case_sensitive 1'
        )"""
    )
    op.execute("CREATE VIRTUAL TABLE expenses_text_runs USING fts5vocab(expenses_text, 'row')")
    forget = "INSERT INTO expenses_text (expenses_text, rowid, search_text) VALUES ('delete', old.row, old.search_text);"
    learn = "INSERT INTO expenses_text (rowid, search_text) VALUES (new.row, new.search_text);"
    op.execute(f"CREATE TRIGGER expenses_text_gone AFTER DELETE ON expenses BEGIN {forget} END")
    op.execute(
        "CREATE TRIGGER expenses_text_changed AFTER UPDATE OF search_text ON expenses"
        f" WHEN new.search_text != old.search_text BEGIN {forget} {learn} END"
    )


def _search_in_postgresql() -> None:
    """The same with pg_trgm, where this server has it and lets us; without it a search reads every expense of its user."""
    op.execute(
        """DO $$ BEGIN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX expenses_text ON expenses USING gin (search_text gin_trgm_ops);
        EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
            RAISE NOTICE 'no pg_trgm here: searching text will be slower';
        END $$"""
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("expenses_text_runs", "expenses_text"):
            op.execute(f"DROP TABLE {table}")
    for table in ("summaries", "expenses", "budgets", "users", "hits", "documents"):
        op.drop_table(table)
