"""What versions have beside their text: a name, problems, formatted files; and what a project wants done by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("name", sa.String(length=120), nullable=True))
    op.add_column("runs", sa.Column("context_id", sa.String(length=36), nullable=True))
    op.add_column("runs", sa.Column("problems", sa.Integer(), nullable=True))
    op.add_column("projects", sa.Column("auto_fix", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "run_files",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("path", sa.String(length=240), nullable=False),
        sa.Column("formatted", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("raw_problems", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_files_run_id_runs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "path", name=op.f("pk_run_files")),
    )


def downgrade() -> None:
    op.drop_table("run_files")
    op.drop_column("projects", "auto_fix")
    for column in ("problems", "context_id", "name"):
        op.drop_column("runs", column)
