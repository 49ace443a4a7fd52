"""Every change of the database, as functions of a connection; run them by ``Database.write``.

Core decides which of them form a transaction: it passes a function that calls several.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.orm import aliased

from data.errors import RowRejected
from data.models import (
    LIVE_STATUSES,
    PROJECTS,
    RUNS,
    Draft,
    LeftOutPaths,
    NameSkeleton,
    OriginalFile,
    Project,
    ProjectPicture,
    RevokedSession,
    Run,
    RunFile,
    RunFindings,
    RunPiece,
    SignInAddress,
    User,
)
from data.queries import lock_project

# Statements of every start and end of a run are built once: building one costs several times its execution.
_SELECT_RUN_ID = select(RUNS.c.id).where(RUNS.c.id == bindparam("key"))
_UPDATE_PROJECT = update(PROJECTS).where(PROJECTS.c.id == bindparam("key"))
_INSERT_RUN = insert(RUNS)
_UPDATE_RUN = update(RUNS).where(RUNS.c.id == bindparam("key"))
_INSERT_PIECES = insert(RunPiece)
_DELETE_PIECES = delete(RunPiece).where(RunPiece.run_id == bindparam("key"))
_INSERT_FILES = insert(RunFile)
_DELETE_FILES = delete(RunFile).where(RunFile.run_id == bindparam("key"))

MAX_PIECES_PER_INSERT = 100
"""Pieces in one statement: SQLite takes a limited number of values."""

JournalPieces = Sequence[tuple[str, str]]
"""A run's id, and more of its text."""


def add_user(connection: Connection, values: Mapping[str, Any]) -> int:
    """A new account: its id. Raises RowRejected where the name is taken."""
    return insert_row(connection, insert(User).values(**values))


def add_name_skeletons(connection: Connection, user_id: int, hashes: Iterable[str]) -> None:
    """Store what a name looks like. Raises RowRejected where another account's name has one of these."""
    connection.execute(insert(NameSkeleton), [{"hash": each, "user_id": user_id} for each in hashes])


def add_missing_name_skeletons(connection: Connection, user_id: int, hashes: Iterable[str]) -> None:
    """The same for an existing account, but for the hashes that another account has already."""
    taken = set(connection.scalars(select(NameSkeleton.hash).where(NameSkeleton.hash.in_(hashes))))
    if missing := [each for each in hashes if each not in taken]:
        add_name_skeletons(connection, user_id, missing)


def remember_sign_in_address(
    connection: Connection, user_id: int, address_hash: str, now: datetime, max_addresses: int
) -> None:
    """Note that an account signed in from an address; of more than ``max_addresses`` the oldest are forgotten."""
    table = SignInAddress
    # Deleted and inserted: each database has its own statement to do both in one.
    connection.execute(delete(table).where(table.user_id == user_id, table.hash == address_hash))
    connection.execute(insert(table).values(user_id=user_id, hash=address_hash, last_used_at=now))
    own = select(table.hash).where(table.user_id == user_id)
    newest = connection.scalars(own.order_by(table.last_used_at.desc()).limit(max_addresses)).all()
    connection.execute(delete(table).where(table.user_id == user_id, table.hash.not_in(newest)))


def delete_user(connection: Connection, user_id: int) -> None:
    """Delete an account with its projects and their runs."""
    connection.execute(delete(User).where(User.id == user_id))


def revoke_session(connection: Connection, session_id: str, expires_at: datetime, now: datetime) -> None:
    """Sign out, and forget old sign-outs whose tokens have expired anyway."""
    # At each sign-out, so that the table stays as small as the sign-outs of two weeks.
    connection.execute(delete(RevokedSession).where(RevokedSession.expires_at < now))
    if not connection.scalar(select(RevokedSession.id).where(RevokedSession.id == session_id)):
        connection.execute(insert(RevokedSession).values(id=session_id, expires_at=expires_at))


def add_project(connection: Connection, values: Mapping[str, Any]) -> int:
    """A new project: its id."""
    return insert_row(connection, insert(Project).values(**values))


def update_project(connection: Connection, project_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a project, if it is still there."""
    connection.execute(_UPDATE_PROJECT, {**_check_columns(PROJECTS, values), "key": project_id})


def replace_project_picture(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Store the picture of a project in place of the one before; False where it is the same.

    Raises RowRejected where the project was deleted.
    """
    table, project_id = ProjectPicture, row["project_id"]
    if connection.scalar(select(table.digest).where(table.project_id == project_id)) == row["digest"]:
        return False
    connection.execute(delete(table).where(table.project_id == project_id))
    connection.execute(insert(table).values(**row))
    return True


def replace_draft(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store what was typed into a form in place of what was there. Raises RowRejected, also at once with another."""
    delete_draft(connection, row["user_id"], row["place"])
    connection.execute(insert(Draft).values(**row))


def delete_draft(connection: Connection, user_id: int, place: str) -> None:
    """Forget what was typed into a form."""
    connection.execute(delete(Draft).where(Draft.user_id == user_id, Draft.place == place))


def delete_project(connection: Connection, project_id: int) -> None:
    """Delete a project with its runs."""
    connection.execute(delete(Project).where(Project.id == project_id))


def add_run(connection: Connection, values: Mapping[str, Any]) -> None:
    """A new run. Raises RowRejected where its side has a live one, or the run that it builds on was deleted."""
    parent = values["parent_id"]
    if parent:
        lock_project(connection, values["project_id"])
    if parent and not connection.scalar(_SELECT_RUN_ID, {"key": parent}):
        raise RowRejected
    connection.execute(_INSERT_RUN, _check_columns(RUNS, values))


def delete_unreferenced_run(connection: Connection, run_id: str) -> bool:
    """Delete a run with its files, unless it is live or another run refers to it.

    With the project locked, so that no reference can come in between. A side may still point at it then.
    """
    other = aliased(Run)
    is_referenced = exists().where(or_(other.parent_id == run_id, other.context_id == run_id))
    deletion = delete(Run).where(Run.id == run_id, Run.status.not_in(LIVE_STATUSES), ~is_referenced)
    return connection.execute(deletion).rowcount > 0


def update_run(connection: Connection, run_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a run. Raises RowRejected where it was deleted."""
    if connection.execute(_UPDATE_RUN, {**_check_columns(RUNS, values), "key": run_id}).rowcount == 0:
        raise RowRejected


def store_run_text(connection: Connection, run_id: str, values: Mapping[str, Any], text: str) -> None:
    """Store the whole text of a run with its last values, and drop its journal. Raises RowRejected."""
    update_run(connection, run_id, {**values, "text": text, "characters": len(text)})
    connection.execute(_DELETE_PIECES, {"key": run_id})


def replace_run_files(connection: Connection, run_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Store what was found out about the files of a run, in place of what was known before."""
    connection.execute(_DELETE_FILES, {"key": run_id})
    if new_rows := list(rows):
        connection.execute(_INSERT_FILES, new_rows)


def replace_run_findings(
    connection: Connection, run_id: str, row: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Store what one source found in a run, in place of what it found before. Raises RowRejected."""
    update_run(connection, run_id, values)
    table = RunFindings
    connection.execute(delete(table).where(table.run_id == run_id, table.source == row["source"]))
    connection.execute(insert(table).values(**row))


def add_original_files(connection: Connection, run_id: str, files: Sequence[Mapping[str, Any]]) -> None:
    """Store the files of an upload in their order: the columns of each but for ``run_id`` and ``position``."""
    rows = [{**file, "run_id": run_id, "position": position} for position, file in enumerate(files)]
    connection.execute(insert(OriginalFile), rows)


def add_left_out_paths(connection: Connection, run_id: str, paths: Sequence[str]) -> None:
    """Store what an upload held and left out."""
    connection.execute(insert(LeftOutPaths), [{"run_id": run_id, "paths": list(paths)}])


def set_current_run(
    connection: Connection, project_id: int, side: str, run_id: str | None, *, expected: str | None = None
) -> None:
    """Point a side of a project at a run or at none; with ``expected`` only where it points at that one.

    Raises RowRejected where the run was deleted.
    """
    lock_project(connection, project_id)
    if run_id and not connection.scalar(_SELECT_RUN_ID, {"key": run_id}):
        raise RowRejected
    column = f"{side}_run_id"
    statement = _UPDATE_PROJECT if expected is None else _UPDATE_PROJECT.where(PROJECTS.c[column] == expected)
    connection.execute(statement, {column: run_id, "key": project_id})


def add_pieces(connection: Connection, pieces: JournalPieces) -> None:
    """Add to the journals of runs. Raises RowRejected where one of them was deleted."""
    if connection.dialect.name != "sqlite":
        if pieces:
            connection.execute(_INSERT_PIECES, [{"run_id": run_id, "text": text} for run_id, text in pieces])
        return
    # Many rows in one statement: SQLite's driver releases the interpreter lock, and waits for it, at each one.
    for start in range(0, len(pieces), MAX_PIECES_PER_INSERT):
        rows = pieces[start : start + MAX_PIECES_PER_INSERT]
        values = tuple(value for piece in rows for value in piece)
        connection.exec_driver_sql(_piece_insert_sql(len(rows)), values)


@cache
def _piece_insert_sql(row_count: int) -> str:
    """SQLite's statement for so many pieces, at most ``MAX_PIECES_PER_INSERT``."""
    placeholders = ", ".join(["(?, ?)"] * row_count)
    return f"INSERT INTO {RunPiece.__tablename__} (run_id, text) VALUES {placeholders}"  # noqa: S608 - all ours


def _check_columns(table: Table, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, checked to have a column each: a prebuilt statement silently drops unknown ones."""
    if unknown := values.keys() - table.c.keys():
        raise AssertionError(f"{table.name} has no columns {unknown}")
    return values


def insert_row(connection: Connection, statement: Insert) -> int:
    """Insert one row: its key."""
    primary_key = connection.execute(statement).inserted_primary_key
    if primary_key is None:
        raise AssertionError("an insert of one row tells its key")
    return int(primary_key[0])
