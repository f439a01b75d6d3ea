"""Notifications, how many of them are unread, and budgets that warn at several percentages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("notification_id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("message", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("data", _TEXT, nullable=False),
        sa.Column("deliveries", _TEXT, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("note", _TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name="notifications_user_id_fk", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "notification_id", name="notifications_pk"),
    )
    op.create_index("notifications_by_time", "notifications", ["user_id", "created_at", "notification_id"])
    op.create_index(
        "notifications_due",
        "notifications",
        ["due_at", "user_id", "notification_id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("notifications_expiring", "notifications", ["expires_at"])
    op.add_column("users", sa.Column("unread", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("budgets", sa.Column("alert_thresholds", _TEXT, nullable=False, server_default="80"))
    op.execute("UPDATE budgets SET alert_thresholds = CAST(alert_threshold AS TEXT)")
    op.drop_column("budgets", "alert_threshold")


def downgrade() -> None:
    """Of several percentages the first stays."""
    op.add_column("budgets", sa.Column("alert_threshold", sa.Integer(), nullable=False, server_default="80"))
    if op.get_bind().dialect.name == "sqlite":  # which reads the number that a text begins with
        op.execute("UPDATE budgets SET alert_threshold = CAST(alert_thresholds AS INTEGER)")
    else:
        op.execute(
            "UPDATE budgets SET alert_threshold = CAST(split_part(alert_thresholds, ',', 1) AS INTEGER)"
        )
    op.drop_column("budgets", "alert_thresholds")
    op.drop_column("users", "unread")
    op.drop_table("notifications")
