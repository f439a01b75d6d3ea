"""What the planner filed by itself, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("expenses", sa.Column("filing", _TEXT, nullable=False, server_default=""))


def downgrade() -> None:
    """Every category stays; which of them the planner chose is not known any more."""
    op.drop_column("expenses", "filing")
