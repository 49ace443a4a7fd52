"""What is found when an app runs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run_findings",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_findings_run_id_runs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "source", name=op.f("pk_run_findings")),
    )
    op.add_column("runs", sa.Column("findings", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("verdict", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in ("verdict", "findings"):
        op.drop_column("runs", column)
    op.drop_table("run_findings")
