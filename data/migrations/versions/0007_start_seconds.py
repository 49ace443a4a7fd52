"""How long each phase before the first text of a run lasted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("start_seconds", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("runs", "start_seconds")
