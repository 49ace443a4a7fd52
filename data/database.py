"""Open the database, bring it up to date, read and write; SQLAlchemy's errors become the two of ours.

Reads and writes are plain functions: on SQLite they run in threads, one call each; on a server through its
asynchronous driver. Through an asynchronous SQLite driver each statement, each cursor and the commit would be a
call of their own, several times the CPU of the small transactions that there are here.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from data.commands import JournalPieces
from data.errors import DatabaseUnavailable, RowRejected
from data.sqlite import ServerConnections, SqliteConnections

T = TypeVar("T")

MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"


class Database:
    """One installation's database. ``url`` is any SQLAlchemy async URL; for SQLite the driver in it does not matter."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            is_sqlite = parsed.get_backend_name() == "sqlite"
            self._connections = SqliteConnections(parsed) if is_sqlite else ServerConnections(parsed)
        except (ArgumentError, ModuleNotFoundError, SQLAlchemyError) as error:
            raise DatabaseUnavailable(
                "LIVEWRIGHT_DATABASE_URL is not a URL of an async driver that is installed, "
                "such as sqlite+aiosqlite:///file.db."
            ) from error
        self._driver = self._connections.driver

    async def open(self) -> Self:
        """Apply the migrations that are missing. Raises DatabaseUnavailable, also for a database of a newer version."""
        await self.write(_apply_migrations)
        return self

    async def close(self) -> None:
        """Close every connection. Twice is harmless."""
        await self._connections.close()

    async def ping(self) -> None:
        """Raise DatabaseUnavailable unless a query is answered."""
        await self.read_objects(lambda session: session.execute(text("SELECT 1")))

    async def read_objects(self, work: Callable[[Session], T]) -> T:
        """What ``work``, one of ``queries``, finds. Raises DatabaseUnavailable."""
        with _translate_errors(self._driver):
            return await self._connections.read_objects(work)

    async def read_rows(self, work: Callable[[Connection], T]) -> T:
        """The same for a query that finds plain rows, at half the cost. Raises DatabaseUnavailable."""
        with _translate_errors(self._driver):
            return await self._connections.read_rows(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """One transaction of plain statements, those of ``writing``. Raises RowRejected, DatabaseUnavailable.

        Whoever is cancelled meanwhile does not know whether it was done.
        """
        with _translate_errors(self._driver):
            return await self._connections.write(work)

    async def append(self, pieces: JournalPieces) -> None:
        """Add to the journals of runs, as often as models write. Raises RowRejected, DatabaseUnavailable."""
        if pieces:
            with _translate_errors(self._driver):
                await self._connections.append(pieces)


class _translate_errors:  # noqa: N801 - reads as a word where it is used
    """Turn the errors of SQLAlchemy and of its ``driver`` into ours, and no others.

    A driver that cannot connect raises its own (asyncpg: a wrong password, no such database) past SQLAlchemy.
    """

    def __init__(self, driver: str) -> None:
        self._driver = driver

    def __enter__(self) -> None:
        pass

    def __exit__(self, error_type: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError | sqlite3.IntegrityError):
            raise RowRejected from error
        if isinstance(error, SQLAlchemyError | OSError) or type(error).__module__.split(".")[0] == self._driver:
            raise DatabaseUnavailable(_public_message(error)) from error


def _public_message(error: BaseException | None) -> str:
    reason = str(error if isinstance(error, sqlite3.Error) else getattr(error, "orig", "")).lower()
    if "disk is full" in reason or "no space" in reason:
        return "The disk is full: make room in the state folder."
    if "readonly" in reason:
        return "The database is read-only: make the state folder writable."
    if "locked" in reason:
        return "The database is locked by another program: close it."
    return "The database does not answer: see the server's log."


def _apply_migrations(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction at the first row only: a migration that fails must leave no half tables.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    known_revisions = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if set(MigrationContext.configure(connection).get_current_heads()) - known_revisions:
        raise DatabaseUnavailable(
            "The database was written by a newer version of Livewright: install that version, "
            "or name another state folder in LIVEWRIGHT_HOME."
        )
    command.upgrade(config, "head")
