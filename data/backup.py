"""All rows as one archive, and back: the same for every database, so that one may move from SQLite to PostgreSQL.

An archive has ``manifest.json`` and for each table a file of JSON lines, a line for each row. Times are ISO 8601,
bytes are base64.
"""

import base64
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Connection, DateTime, Integer, LargeBinary, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, StatementError

import data.account_models  # noqa: F401 - has its tables known
from data.base import Base
from data.database import find_revision, migrate
from data.errors import DatabaseFailure

T = TypeVar("T")

FORMAT = 1
MANIFEST = "manifest.json"
ROWS_AT_ONCE = 200
NOT_EMPTY = "There is something in this database already: restore into an empty state folder, or an empty database."
NOTHING_THERE = "There is nothing in this database to back up: it has never been used."
DAMAGED = "This backup is damaged, a part of it is missing or spoilt: take another one."
NO_BACKUP = "This file is no backup of Livewright."


def dump(connection: Connection, archive: ZipFile, version: str) -> dict[str, int]:
    """Write every row as it is at this moment, whatever is written meanwhile: how many rows each table has.

    Raises DatabaseFailure where nothing is in the database, or it is of a newer version.
    """
    _begin_snapshot(connection)
    if (revision := find_revision(connection)) is None:
        raise DatabaseFailure(NOTHING_THERE)
    # As they are at that revision: one makes a backup before an upgrade. Tables of others beside ours are left out.
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name in Base.metadata.tables)
    counts = {table.name: _dump_table(connection, archive, table) for table in metadata.sorted_tables}
    manifest = {
        "format": FORMAT,
        "version": version,
        "revision": revision,
        "rows": counts,
        "last_ids": {table.name: _last_id(connection, table) for table in _numbered(metadata)},
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
    return counts


def restore(connection: Connection, archive: ZipFile) -> dict[str, int]:
    """Bring the rows of an archive into an empty database, and that up to date: how many rows each table has.

    Raises DatabaseFailure where it is not empty, or the archive is damaged or of a newer version.
    """
    manifest = _read_manifest(archive)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    if inspect(connection).get_table_names():
        raise DatabaseFailure(NOT_EMPTY)
    migrate(connection, manifest["revision"])
    # As they are at that revision, which this version may have changed since.
    metadata = MetaData()
    metadata.reflect(connection)
    tables = [table for table in metadata.sorted_tables if table.name in manifest["rows"]]
    with _damage_told():
        counts = {table.name: _restore_table(connection, archive, table) for table in tables}
    if counts != manifest["rows"]:
        raise DatabaseFailure(DAMAGED)
    for table in _numbered(metadata):
        _set_last_id(connection, table, manifest["last_ids"].get(table.name, 0))
    migrate(connection, "head")
    return counts


def _begin_snapshot(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Python's driver begins no transaction for reads: each would see another state.
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _dump_table(connection: Connection, archive: ZipFile, table: Table) -> int:
    names = table.columns.keys()
    rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table))
    count = 0
    with archive.open(_member(table), "w", force_zip64=True) as member:
        for row in rows:
            encoded = {name: _encode(value) for name, value in zip(names, row, strict=True)}
            member.write(json.dumps(encoded, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def _restore_table(connection: Connection, archive: ZipFile, table: Table) -> int:
    count = 0
    with archive.open(_member(table)) as member:
        for lines in _batches(iter(member)):
            rows = [{name: _decode(table, name, value) for name, value in json.loads(line).items()} for line in lines]
            connection.execute(insert(table), rows)
            count += len(rows)
    return count


def _read_manifest(archive: ZipFile) -> dict[str, Any]:
    if MANIFEST not in archive.namelist():
        raise DatabaseFailure(NO_BACKUP)
    with _damage_told():
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if manifest.get("format") != FORMAT:
            raise DatabaseFailure("This backup was written by a newer version of Livewright: install that version.")
        is_whole = {_member_name(name) for name in manifest["rows"]} <= set(archive.namelist())
        if not (is_whole and isinstance(manifest["revision"], str) and isinstance(manifest["last_ids"], dict)):
            raise DatabaseFailure(DAMAGED)
    return manifest


@contextmanager
def _damage_told() -> Iterator[None]:
    """Raise DatabaseFailure for whatever a damaged archive leads to; what else the database refuses goes through."""
    try:
        yield
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise DatabaseFailure(DAMAGED) from error
    except StatementError as error:
        # A row that others belong to is missing, or one has no such values; not a full disk or a lost connection.
        of_a_row = not isinstance(error, DBAPIError) or isinstance(error, IntegrityError | DataError | ProgrammingError)
        if of_a_row:
            raise DatabaseFailure(DAMAGED) from error
        raise


def _encode(value: object) -> object:
    match value:
        case datetime():
            # SQLite does not store the zone, which is UTC.
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            return value


def _decode(table: Table, name: str, value: Any) -> Any:
    kind = table.columns[name].type
    if value is not None and isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if value is not None and isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value


def _numbered(metadata: MetaData) -> list[Table]:
    """The tables whose key the database counts up."""
    keys = [(table, list(table.primary_key.columns)) for table in metadata.sorted_tables]
    return [
        table
        for table, columns in keys
        if len(columns) == 1 and isinstance(columns[0].type, Integer) and not columns[0].foreign_keys
    ]


def _last_id(connection: Connection, table: Table) -> int:
    """The highest id that was ever given, also to a row that is gone."""
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        given = connection.scalar(query, {"name": table.name}) or 0
    else:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
        given = connection.scalar(text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")) or 0  # noqa: S608 - its own name
    return max(int(given), connection.scalar(select(func.max(table.c.id))) or 0)


def _set_last_id(connection: Connection, table: Table, last_id: int) -> None:
    """Have no id given twice."""
    last_id = max(last_id, connection.scalar(select(func.max(table.c.id))) or 0)
    if not last_id:
        return
    if connection.dialect.name == "sqlite":
        values = {"name": table.name, "last_id": last_id}
        is_counted = connection.scalar(
            text("SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE name = :name"), values
        )
        if is_counted:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last_id)"), values)
    else:
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last_id)))


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, ROWS_AT_ONCE)):
        yield batch


def _member(table: Table) -> str:
    return _member_name(table.name)


def _member_name(table_name: str) -> str:
    return f"tables/{table_name}.jsonl"
