"""Open the database, bring it up to date, read and write; SQLAlchemy's errors become the two of ours.

Reads and writes are plain functions of a connection: on SQLite they run in threads, one call each; on a server through
its asynchronous driver. Through an asynchronous SQLite driver each statement, each cursor and the commit would be a
call of their own, several times the CPU of the small transactions that there are here.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection as Connection  # noqa: PLC0414 - core composes transactions, and names their type
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from data.commands import JournalPieces, add_pieces
from data.errors import DatabaseFailure, RowRejected
from data.server import ServerConnections
from data.sqlite import ConnectionsClosed, SqliteConnections

T = TypeVar("T")

MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"


class Database:
    """One installation's database.

    ``url`` is any SQLAlchemy async URL; for SQLite the driver in it does not matter. ``unavailable`` is the error that
    is raised where DatabaseFailure is named below: core passes one of its own, so that it handles one tree.
    """

    def __init__(self, url: str, unavailable: type[Exception] = DatabaseFailure) -> None:
        self._unavailable = unavailable
        try:
            parsed = make_url(url)
            self._file_name = Path(parsed.database or "").name
            is_sqlite = parsed.get_backend_name() == "sqlite"
            self._connections = SqliteConnections(parsed) if is_sqlite else ServerConnections(parsed)
        except (ArgumentError, ModuleNotFoundError, SQLAlchemyError) as error:
            raise unavailable(
                "LIVEWRIGHT_DATABASE_URL is not a URL of an async driver that is installed, "
                "such as sqlite+aiosqlite:///file.db."
            ) from error

    async def open(self) -> Self:
        """Apply the migrations that are missing. Raises DatabaseFailure, also for a database of a newer version."""
        await self.write(_apply_migrations)
        return self

    async def close(self) -> None:
        """Close every connection. Twice is harmless."""
        await self._connections.close()

    async def ping(self) -> None:
        """Raise DatabaseFailure unless a row can be written; it is written as it was."""
        await self.write(
            lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
        )

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What ``work``, made of ``queries``, finds. Raises DatabaseFailure."""
        with _translated_errors(self._connections.driver, self._unavailable, self._file_name):
            return await self._connections.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """One transaction of ``commands`` and ``queries``. Raises RowRejected, DatabaseFailure.

        Whoever is cancelled meanwhile does not know whether it was done.
        """
        with _translated_errors(self._connections.driver, self._unavailable, self._file_name):
            return await self._connections.write(work)

    async def append(self, pieces: JournalPieces) -> None:
        """Add to the journals of runs, as often as models write. Raises RowRejected, DatabaseFailure."""
        if pieces:
            await self.write(partial(add_pieces, pieces=pieces))


@contextmanager
def _translated_errors(
    driver: str, unavailable: type[Exception] = DatabaseFailure, file_name: str = ""
) -> Iterator[None]:
    """Turn the errors of SQLAlchemy and of its ``driver`` into ours, and no others."""
    try:
        yield
    except (IntegrityError, sqlite3.IntegrityError) as error:
        raise RowRejected from error
    except DatabaseFailure as error:
        raise unavailable(str(error)) from error
    except ConnectionsClosed as error:
        raise unavailable("The database is closed: the server is shutting down.") from error
    except Exception as error:
        # The boundary to the driver, which may be any: other errors go through below.
        # A driver that cannot connect raises its own (asyncpg: a wrong password) past SQLAlchemy.
        if isinstance(error, SQLAlchemyError | OSError) or type(error).__module__.split(".")[0] == driver:
            raise unavailable(_public_message(error, file_name)) from error
        raise


def _public_message(error: BaseException | None, file_name: str) -> str:
    reason = str(error if isinstance(error, sqlite3.Error) else getattr(error, "orig", "")).lower()
    if "disk is full" in reason or "no space" in reason:
        return "The disk is full: make room in the state folder."
    if "readonly" in reason:
        return "The database is read-only: make the state folder writable."
    if "locked" in reason:
        return "The database is locked by another program: close it."
    if "not a database" in reason or "malformed" in reason:
        return (
            f"The file {file_name} is damaged, or is no database of SQLite: put a backup of it in its place, "
            "or move it away to begin with an empty one."
        )
    return "The database does not answer: see the server's log."


def _apply_migrations(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction at the first row only: a migration that fails must leave no half tables.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    migrate(connection, "head")


def migrate(connection: Connection, revision: str) -> None:
    """Apply the migrations up to a revision, in the transaction of the caller. Raises DatabaseFailure."""
    config = _alembic_config()
    config.attributes["connection"] = connection
    find_revision(connection)
    if revision != "head":
        _check_known(config, revision)
    command.upgrade(config, revision)


def find_revision(connection: Connection) -> str | None:
    """The revision that a database is at, None where it has no tables yet. Raises DatabaseFailure for a newer one."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None:
        _check_known(_alembic_config(), revision)
    return revision


def _alembic_config() -> Config:
    config = Config()
    # Alembic reads ``%`` in its settings as the start of a variable.
    config.set_main_option("script_location", str(MIGRATIONS_FOLDER).replace("%", "%%"))
    return config


def _check_known(config: Config, revision: str) -> None:
    if revision not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise DatabaseFailure(
            "The database was written by a newer version of Livewright: install that version, "
            "or name another state folder in LIVEWRIGHT_HOME."
        )
