"""What was put right in the files of a version without a model."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("adjusted", sa.Text(), nullable=True))
    op.add_column("run_files", sa.Column("adjusted", sa.Text(), nullable=True))
    op.add_column("run_files", sa.Column("adjustments", sa.JSON(), nullable=True))


def downgrade() -> None:
    for column in ("adjustments", "adjusted"):
        op.drop_column("run_files", column)
    op.drop_column("runs", "adjusted")
