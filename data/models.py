"""The tables. Types that PostgreSQL and SQLite both have; times are UTC."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.base import Base

LIVE_STATUSES = ("queued", "loading", "running")
IS_LIVE = text(f"status IN {LIVE_STATUSES}")


class User(Base):
    """An account. ``name_key`` is the name without regard to case; a disabled one cannot sign in.

    Sign-ins from before ``sessions_from`` have ended, but for those that are in ``sessions``.
    """

    __tablename__ = "users"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - an id is never used twice

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    name_key: Mapped[str] = mapped_column(String(128), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    disabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    sessions_from: Mapped[datetime | None]


class NameSkeleton(Base):
    """What a name looks like, as a hash: no two accounts share one. A name has one or two."""

    __tablename__ = "name_skeletons"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class SignInAddress(Base):
    """An address from which an account signed in, as a keyed hash."""

    __tablename__ = "sign_in_addresses"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_used_at: Mapped[datetime]


class RevokedSession(Base):
    """A sign-in that was signed out; kept until its tokens would have run out."""

    __tablename__ = "revoked_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class Project(Base):
    """What a person wants built; ``*_run_id`` is the side's current version. An archived one is out of sight."""

    __tablename__ = "projects"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - an id is never used twice

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    prompt: Mapped[str] = mapped_column(Text)
    backend_stack: Mapped[str] = mapped_column(String(40))
    frontend_stack: Mapped[str] = mapped_column(String(40))
    auto_fix: Mapped[bool] = mapped_column(default=False, server_default=false())
    backend_run_id: Mapped[str | None] = mapped_column(String(36))
    frontend_run_id: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    archived: Mapped[bool] = mapped_column(default=False, server_default=false())


class Run(Base):
    """One generation of one side. ``text`` is set at its end; until then the text is in ``run_pieces``.

    ``context_id`` is the run of the other side whose files the model was shown; ``problems`` counts those in
    ``run_files``, None before the review; ``findings`` those in ``run_findings``, None before it was run.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_project_id_created_at", "project_id", "created_at"),
        # One live run of a side at most: whatever races, the database refuses the second.
        Index(
            "uq_runs_live",
            "project_id",
            "side",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(String(16))
    stack: Mapped[str] = mapped_column(String(40))
    engine: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str | None] = mapped_column(String(120))
    prompt: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[str | None] = mapped_column(String(36))
    context_id: Mapped[str | None] = mapped_column(String(36))
    instructions: Mapped[str | None] = mapped_column(Text)
    options: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(16))
    finish_reason: Mapped[str | None] = mapped_column(String(40))
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_message: Mapped[str | None] = mapped_column(Text)
    retryable: Mapped[bool] = mapped_column(default=False)
    warning: Mapped[str | None] = mapped_column(Text)
    adjusted: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[int | None]
    findings: Mapped[int | None]
    verdict: Mapped[str | None] = mapped_column(Text)
    characters: Mapped[int] = mapped_column(default=0)
    tokens: Mapped[int] = mapped_column(default=0)
    tokens_per_second: Mapped[float | None]
    start_seconds: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    text: Mapped[str | None] = mapped_column(Text, deferred=True)


class RunPiece(Base):
    """The journal of live runs: what came between two commits, in the order in which it came.

    It has no index but its own order: one by run would touch a page for each run at every commit, which trebles its
    cost, while a run is looked up here once, at its end, and nothing but the live runs is here then.
    """

    __tablename__ = "run_pieces"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)


class RunFile(Base):
    """The review of a file of a run. A problem is ``[line, column, message, kind]``, an adjustment ``[kind, what]``;
    ``raw_problems`` are those of the text as the model wrote it, ``adjusted`` is that after its repairs.
    """

    __tablename__ = "run_files"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(240), primary_key=True)
    formatted: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[list[Any]]
    raw_problems: Mapped[list[Any]]
    adjusted: Mapped[str | None] = mapped_column(Text)
    adjustments: Mapped[list[Any] | None]


class OriginalFile(Base):
    """A file of an upload, byte for byte; ``encoding`` can decode it. Uploads from before revision 0003 have none.

    ``position`` counts the files of a run in the order in which they came.
    """

    __tablename__ = "original_files"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(240), primary_key=True)
    position: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    encoding: Mapped[str] = mapped_column(String(40))


class LeftOutPaths(Base):
    """What an upload held and that was not taken, folders with a final ``/``; an upload without any has no row."""

    __tablename__ = "left_out_paths"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    paths: Mapped[list[Any]]


class ProjectPicture(Base):
    """A JPEG of a project's running app; ``digest`` is the beginning of its SHA-256."""

    __tablename__ = "project_pictures"

    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Draft(Base):
    """What an account has typed into a form and not sent yet, by the names of its fields.

    ``place`` names the form and what it belongs to; ``project_id`` is there for the deletion, None for a new project.
    """

    __tablename__ = "drafts"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    content: Mapped[dict[str, Any]]


class RunFindings(Base):
    """What one source found when the app of a run ran; ``report`` is the whole of a trial in the sandbox."""

    __tablename__ = "run_findings"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    findings: Mapped[list[Any]]
    report: Mapped[dict[str, Any] | None]


USERS, PROJECTS, RUNS, RUN_FILES, ORIGINAL_FILES, RUN_FINDINGS = (
    Base.metadata.tables[model.__tablename__] for model in (User, Project, Run, RunFile, OriginalFile, RunFindings)
)
"""The tables without the mapping to objects, for statements that are built once."""
