"""Receipts, beside the expense that they prove."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("expenses", sa.Column("receipts", _TEXT, nullable=False, server_default=""))


def downgrade() -> None:
    """Their files stay where they are."""
    op.drop_column("expenses", "receipts")
