"""What an upload left out; of an upload from before it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "left_out_paths",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("paths", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_left_out_paths_run_id_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_left_out_paths")),
    )


def downgrade() -> None:
    op.drop_table("left_out_paths")
