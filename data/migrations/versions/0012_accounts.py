"""Sign-ins that can be listed and ended, keys for programs, the audit log, what an admin sets while it runs."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _user_id(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_user_id_users")
    column = sa.Column("user_id", sa.Integer(), nullable=False)
    return column, sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=name, ondelete="CASCADE")


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("users", _time("sessions_from", nullable=True))
    column, constraint = _user_id("sessions")
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        column,
        sa.Column("client", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        *(_time(name) for name in ("created_at", "last_seen_at", "expires_at")),
        constraint,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    column, constraint = _user_id("api_keys")
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        column,
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("can_write", sa.Boolean(), nullable=False),
        _time("created_at"),
        _time("expires_at", nullable=True),
        _time("last_used_at", nullable=True),
        constraint,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_keys_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_api_keys_user_id"), "api_keys", ["user_id"])
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        _time("at"),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"])
    op.create_table(
        "installation_settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_settings")),
    )


def downgrade() -> None:
    for table in ("installation_settings", "audit_events", "api_keys", "sessions"):
        op.drop_table(table)
    op.drop_column("users", "sessions_from")
