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
_RUNS, _PROJECTS = cast(Table, Run.__table__), cast(Table, Project.__table__)
_IS_THERE = select(_RUNS.c.id).where(_RUNS.c.id == bindparam("key"))
_CHANGE_PROJECT = update(_PROJECTS).where(_PROJECTS.c.id == bindparam("key"))
_ADD_RUN = insert(_RUNS)
_CHANGE_RUN = update(_RUNS).where(_RUNS.c.id == bindparam("key"))
_ADD_PIECES = insert(RunPiece)
_DROP_PIECES = delete(RunPiece).where(RunPiece.run_id == bindparam("key"))
_ADD_FILES = insert(RunFile)
_DROP_FILES = delete(RunFile).where(RunFile.run_id == bindparam("key"))


MOST_AT_ONCE = 100
"""Pieces in one statement: SQLite takes a limited number of values."""

Pieces = Sequence[tuple[str, str]]
"""A run's id, and more of its text."""


class RunPlace(Protocol):
    """Anything that says which run it is and whose version it would be."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def project_id(self) -> int: ...  # noqa: D102
    @property
    def side(self) -> str: ...  # noqa: D102
    @property
    def fixes(self) -> bool: ...  # noqa: D102


def add_user(connection: Connection, values: Mapping[str, Any], roles: tuple[str, str]) -> tuple[int, str]:
    """A new account, with the first of ``roles`` where it is the first one: its id and role. Raises RowRejected."""
    first, other = roles
    role = other if connection.scalar(select(func.count()).select_from(User)) else first
    return _added(connection, insert(User).values(**values, role=role)), role


def revoke_session(connection: Connection, session_id: str, expires_at: datetime, now: datetime) -> None:
    """Sign out; forgets the sign-outs whose tokens have run out anyway."""
    connection.execute(delete(RevokedSession).where(RevokedSession.expires_at < now))
    if not connection.scalar(select(RevokedSession.id).where(RevokedSession.id == session_id)):
        connection.execute(insert(RevokedSession).values(id=session_id, expires_at=expires_at))


def add_project(connection: Connection, values: Mapping[str, Any]) -> int:
    """A new project: its id."""
    return _added(connection, insert(Project).values(**values))


def change_project(connection: Connection, project_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a project, if it is still there."""
    connection.execute(_CHANGE_PROJECT, {**_columns(_PROJECTS, values), "key": project_id})


def delete_project(connection: Connection, project_id: int) -> None:
    """Delete a project with its runs."""
    connection.execute(delete(Project).where(Project.id == project_id))


def add_run(connection: Connection, values: Mapping[str, Any], text: str) -> None:
    """A new run, and what its text begins with.

    Raises RowRejected where its side has a live one, or the run that it builds on was deleted.
    """
    parent = values["parent_id"]
    if parent and not connection.scalar(_IS_THERE, {"key": parent}):
        raise RowRejected
    connection.execute(_ADD_RUN, _columns(_RUNS, values))
    if text:
        add_pieces(connection, [(values["id"], text)])


def add_upload(connection: Connection, run: RunPlace, values: Mapping[str, Any], text: str) -> None:
    """A version that a person brought along, whole: its side's current one from now on, its stack the side's.

    Raises RowRejected where the side has a live run, or the project was deleted.
    """
    live = select(Run.id).where(Run.project_id == run.project_id, Run.side == run.side)
    if connection.scalar(live.where(Run.status.in_(LIVE_STATUSES)).limit(1)):
        raise RowRejected
    connection.execute(_ADD_RUN, _columns(_RUNS, {**values, "text": text}))
    chosen = {f"{run.side}_stack": values["stack"], "updated_at": values["created_at"]}
    change_project(connection, run.project_id, chosen)
    make_current(connection, run)


def delete_run(connection: Connection, run_id: str) -> bool:
    """Delete a run with what was found out about its files, unless it is live, current, or beneath another by now."""
    other = aliased(Run)
    built_on = exists().where(or_(other.parent_id == run_id, other.context_id == run_id))
    current = exists().where(or_(Project.backend_run_id == run_id, Project.frontend_run_id == run_id))
    gone = delete(Run).where(Run.id == run_id, Run.status.not_in(LIVE_STATUSES), ~built_on, ~current)
    return connection.execute(gone).rowcount > 0


def commit(
    connection: Connection,
    pieces: Pieces,
    states: Iterable[tuple[str, Mapping[str, Any]]],
    ends: Iterable[tuple[RunPlace, Mapping[str, Any], str]],
) -> None:
    """All that gathered for the journal.

    ``states`` are new values of runs that go on, ``ends`` runs with their last values and whole texts. Raises
    RowRejected.
    """
    add_pieces(connection, pieces)
    for run_id, values in states:
        change_run(connection, run_id, values)
    for run, values, text in ends:
        end_run(connection, run, values, text)


def change_run(connection: Connection, run_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a run that has not ended. Raises RowRejected where it was deleted."""
    if connection.execute(_CHANGE_RUN, {**_columns(_RUNS, values), "key": run_id}).rowcount == 0:
        raise RowRejected


def end_run(connection: Connection, run: RunPlace, values: Mapping[str, Any], text: str) -> None:
    """Store a run's end with its whole text, drop its journal, and make it the current version where it should be.

    A whole text always becomes the side's current version; a cut one only where there is no whole one, and a fix only
    once its review says that it is one. Raises RowRejected where the run was deleted.
    """
    change_run(connection, run.id, {**values, "text": text, "characters": len(text)})
    connection.execute(_DROP_PIECES, {"key": run.id})
    if run.fixes or not text:
        return
    if values["status"] == "complete" or not _has_whole_version(connection, run):
        make_current(connection, run)


def store_review(
    connection: Connection,
    run: RunPlace,
    values: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    instead_of: str | None,
) -> None:
    """What was found out about the files of an ended run; ``values`` are of the run itself.

    It becomes the current version where ``instead_of`` is that. Raises RowRejected.
    """
    change_run(connection, run.id, values)
    connection.execute(_DROP_FILES, {"key": run.id})
    if rows:
        connection.execute(_ADD_FILES, rows)
    if instead_of:
        make_current(connection, run, instead_of)


def make_current(connection: Connection, run: RunPlace, instead_of: str | None = None) -> None:
    """Point the side of the run's project at it; with ``instead_of`` only where it points at that one.

    Raises RowRejected where the run was deleted.
    """
    if not connection.scalar(_IS_THERE, {"key": run.id}):
        raise RowRejected
    column = f"{run.side}_run_id"
    statement = _CHANGE_PROJECT if instead_of is None else _CHANGE_PROJECT.where(_PROJECTS.c[column] == instead_of)
    connection.execute(statement, {column: run.id, "key": run.project_id})


def add_pieces(connection: Connection, pieces: Pieces) -> None:
    """Add to the journals of runs. Raises RowRejected where one of them was deleted."""
    if connection.dialect.name != "sqlite":
        if pieces:
            connection.execute(_ADD_PIECES, [{"run_id": run_id, "text": text} for run_id, text in pieces])
        return
    # Many rows by one statement: at each one SQLite's driver gives the interpreter away, and waits for it.
    for begin in range(0, len(pieces), MOST_AT_ONCE):
        rows = pieces[begin : begin + MOST_AT_ONCE]
        connection.exec_driver_sql(insert_of(len(rows)), values_of(rows))


@cache
def insert_of(rows: int) -> str:
    """SQLite's statement for so many pieces, at most ``MOST_AT_ONCE``."""
    return f"INSERT INTO {RunPiece.__tablename__} (run_id, text) VALUES {', '.join(['(?, ?)'] * rows)}"  # noqa: S608


def values_of(pieces: Pieces) -> tuple[str, ...]:
    """What that statement takes."""
    return tuple(value for piece in pieces for value in piece)


def _has_whole_version(connection: Connection, run: RunPlace) -> bool:
    current = select(getattr(Project, f"{run.side}_run_id")).where(Project.id == run.project_id).scalar_subquery()
    return connection.scalar(select(Run.status).where(Run.id == current)) == "complete"


def _columns(table: Table, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, which all have a column: a statement that was built before drops others in silence."""
    if strange := values.keys() - table.c.keys():
        raise AssertionError(f"{table.name} has no columns {strange}")
    return values


def _added(connection: Connection, statement: Insert) -> int:
    key = connection.execute(statement).inserted_primary_key
    if key is None:
        raise AssertionError("an insert of one row tells its key")
    return int(key[0])
