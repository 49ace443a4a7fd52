"""Everything that is done to the database, as plain statements on one connection; run them by ``Database.write``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Insert, Table, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from data.errors import RowRejected
from data.models import LIVE_STATUSES, Project, RevokedSession, Run, RunFile, RunPiece, User

# What every start and end of a run does is built once: building a statement costs several times its execution.
_RUN_TABLE, _PROJECT_TABLE = cast(Table, Run.__table__), cast(Table, Project.__table__)
_SELECT_RUN_ID = select(_RUN_TABLE.c.id).where(_RUN_TABLE.c.id == bindparam("key"))
_UPDATE_PROJECT = update(_PROJECT_TABLE).where(_PROJECT_TABLE.c.id == bindparam("key"))
_INSERT_RUN = insert(_RUN_TABLE)
_UPDATE_RUN = update(_RUN_TABLE).where(_RUN_TABLE.c.id == bindparam("key"))
_INSERT_PIECES = insert(RunPiece)
_DELETE_PIECES = delete(RunPiece).where(RunPiece.run_id == bindparam("key"))
_INSERT_FILES = insert(RunFile)
_DELETE_FILES = delete(RunFile).where(RunFile.run_id == bindparam("key"))


MAX_PIECES_PER_INSERT = 100
"""Pieces in one statement: SQLite takes a limited number of values."""

JournalPieces = Sequence[tuple[str, str]]
"""A run's id, and more of its text."""


class RunRef(Protocol):
    """Anything that says which run it is and whose version it would be."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def project_id(self) -> int: ...  # noqa: D102
    @property
    def side(self) -> str: ...  # noqa: D102
    @property
    def is_fix(self) -> bool: ...  # noqa: D102


def add_user(connection: Connection, values: Mapping[str, Any], roles: tuple[str, str]) -> tuple[int, str]:
    """A new account, with the first of ``roles`` where it is the first one: its id and role. Raises RowRejected."""
    first_role, later_role = roles
    role = later_role if connection.scalar(select(func.count()).select_from(User)) else first_role
    return _insert_row(connection, insert(User).values(**values, role=role)), role


def revoke_session(connection: Connection, session_id: str, expires_at: datetime, now: datetime) -> None:
    """Sign out; forgets the sign-outs whose tokens have run out anyway."""
    connection.execute(delete(RevokedSession).where(RevokedSession.expires_at < now))
    if not connection.scalar(select(RevokedSession.id).where(RevokedSession.id == session_id)):
        connection.execute(insert(RevokedSession).values(id=session_id, expires_at=expires_at))


def add_project(connection: Connection, values: Mapping[str, Any]) -> int:
    """A new project: its id."""
    return _insert_row(connection, insert(Project).values(**values))


def update_project(connection: Connection, project_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a project, if it is still there."""
    connection.execute(_UPDATE_PROJECT, {**_check_columns(_PROJECT_TABLE, values), "key": project_id})


def delete_project(connection: Connection, project_id: int) -> None:
    """Delete a project with its runs."""
    connection.execute(delete(Project).where(Project.id == project_id))


def add_run(connection: Connection, values: Mapping[str, Any], text: str) -> None:
    """A new run, and what its text begins with.

    Raises RowRejected where its side has a live one, or the run that it builds on was deleted.
    """
    parent = values["parent_id"]
    if parent and not connection.scalar(_SELECT_RUN_ID, {"key": parent}):
        raise RowRejected
    connection.execute(_INSERT_RUN, _check_columns(_RUN_TABLE, values))
    if text:
        add_pieces(connection, [(values["id"], text)])


def add_upload(connection: Connection, run: RunRef, values: Mapping[str, Any], text: str) -> None:
    """A version that a person brought along, whole: its side's current one from now on, its stack the side's.

    Raises RowRejected where the side has a live run, or the project was deleted.
    """
    side_runs = select(Run.id).where(Run.project_id == run.project_id, Run.side == run.side)
    if connection.scalar(side_runs.where(Run.status.in_(LIVE_STATUSES)).limit(1)):
        raise RowRejected
    connection.execute(_INSERT_RUN, _check_columns(_RUN_TABLE, {**values, "text": text}))
    project_values = {f"{run.side}_stack": values["stack"], "updated_at": values["created_at"]}
    update_project(connection, run.project_id, project_values)
    make_current(connection, run)


def delete_run(connection: Connection, run_id: str) -> bool:
    """Delete a run with what was found out about its files, unless it is live, current, or beneath another by now."""
    dependent_run = aliased(Run)
    has_dependents = exists().where(or_(dependent_run.parent_id == run_id, dependent_run.context_id == run_id))
    is_current = exists().where(or_(Project.backend_run_id == run_id, Project.frontend_run_id == run_id))
    deletion = delete(Run).where(Run.id == run_id, Run.status.not_in(LIVE_STATUSES), ~has_dependents, ~is_current)
    return connection.execute(deletion).rowcount > 0


def commit_journal(
    connection: Connection,
    pieces: JournalPieces,
    states: Iterable[tuple[str, Mapping[str, Any]]],
    ends: Iterable[tuple[RunRef, Mapping[str, Any], str]],
) -> None:
    """All that gathered for the journal.

    ``states`` are new values of runs that go on, ``ends`` runs with their last values and whole texts. Raises
    RowRejected.
    """
    add_pieces(connection, pieces)
    for run_id, values in states:
        update_run(connection, run_id, values)
    for run, values, text in ends:
        end_run(connection, run, values, text)


def update_run(connection: Connection, run_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a run that has not ended. Raises RowRejected where it was deleted."""
    if connection.execute(_UPDATE_RUN, {**_check_columns(_RUN_TABLE, values), "key": run_id}).rowcount == 0:
        raise RowRejected


def end_run(connection: Connection, run: RunRef, values: Mapping[str, Any], text: str) -> None:
    """Store a run's end with its whole text, drop its journal, and make it the current version where it should be.

    A whole text always becomes the side's current version; a cut one only where there is no whole one, and a fix only
    once its review says that it is one. Raises RowRejected where the run was deleted.
    """
    update_run(connection, run.id, {**values, "text": text, "characters": len(text)})
    connection.execute(_DELETE_PIECES, {"key": run.id})
    if run.is_fix or not text:
        return
    if values["status"] == "complete" or not _has_whole_version(connection, run):
        make_current(connection, run)


def store_review(
    connection: Connection,
    run: RunRef,
    values: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    expected_current: str | None,
) -> None:
    """What was found out about the files of an ended run; ``values`` are of the run itself.

    It becomes the current version where ``expected_current`` is that. Raises RowRejected.
    """
    update_run(connection, run.id, values)
    connection.execute(_DELETE_FILES, {"key": run.id})
    if rows:
        connection.execute(_INSERT_FILES, rows)
    if expected_current:
        make_current(connection, run, expected_current)


def make_current(connection: Connection, run: RunRef, expected_current: str | None = None) -> None:
    """Point the side of the run's project at it; with ``expected_current`` only where it points at that one.

    Raises RowRejected where the run was deleted.
    """
    if not connection.scalar(_SELECT_RUN_ID, {"key": run.id}):
        raise RowRejected
    column = f"{run.side}_run_id"
    statement = (
        _UPDATE_PROJECT
        if expected_current is None
        else _UPDATE_PROJECT.where(_PROJECT_TABLE.c[column] == expected_current)
    )
    connection.execute(statement, {column: run.id, "key": run.project_id})


def add_pieces(connection: Connection, pieces: JournalPieces) -> None:
    """Add to the journals of runs. Raises RowRejected where one of them was deleted."""
    if connection.dialect.name != "sqlite":
        if pieces:
            connection.execute(_INSERT_PIECES, [{"run_id": run_id, "text": text} for run_id, text in pieces])
        return
    # Many rows by one statement: at each one SQLite's driver gives the interpreter away, and waits for it.
    for start in range(0, len(pieces), MAX_PIECES_PER_INSERT):
        rows = pieces[start : start + MAX_PIECES_PER_INSERT]
        connection.exec_driver_sql(piece_insert_sql(len(rows)), flatten_pieces(rows))


@cache
def piece_insert_sql(row_count: int) -> str:
    """SQLite's statement for so many pieces, at most ``MAX_PIECES_PER_INSERT``."""
    return f"INSERT INTO {RunPiece.__tablename__} (run_id, text) VALUES {', '.join(['(?, ?)'] * row_count)}"  # noqa: S608


def flatten_pieces(pieces: JournalPieces) -> tuple[str, ...]:
    """What that statement takes."""
    return tuple(value for piece in pieces for value in piece)


def _has_whole_version(connection: Connection, run: RunRef) -> bool:
    current = select(getattr(Project, f"{run.side}_run_id")).where(Project.id == run.project_id).scalar_subquery()
    return connection.scalar(select(Run.status).where(Run.id == current)) == "complete"


def _check_columns(table: Table, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, which all have a column: a statement that was built before drops others in silence."""
    if unknown := values.keys() - table.c.keys():
        raise AssertionError(f"{table.name} has no columns {unknown}")
    return values


def _insert_row(connection: Connection, statement: Insert) -> int:
    primary_key = connection.execute(statement).inserted_primary_key
    if primary_key is None:
        raise AssertionError("an insert of one row tells its key")
    return int(primary_key[0])
