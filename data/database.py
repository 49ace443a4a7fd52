"""Open the database, bring it up to date, hand out sessions; SQLAlchemy's errors become the two of ours."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import SingletonThreadPool

from data.errors import DatabaseUnavailable, RowRejected

MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One connection pool. ``url`` is any SQLAlchemy async URL."""

    def __init__(self, url: str) -> None:
        try:
            self._engine = _engine(url)
        except (ArgumentError, ModuleNotFoundError, SQLAlchemyError) as error:
            raise DatabaseUnavailable(
                "LIVEWRIGHT_DATABASE_URL is not a URL of an async driver that is installed, "
                "such as sqlite+aiosqlite:///file.db."
            ) from error
        self._writer = _sqlite_writer(self._engine.url)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database writer")
        self._closed = False
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    async def open(self) -> Self:
        """Apply the migrations that are missing. Raises DatabaseUnavailable, also for a database of a newer version."""
        with _translated(self._engine.dialect.driver):
            async with self._engine.begin() as connection:
                await connection.run_sync(_upgrade)
        return self

    async def close(self) -> None:
        """Close every connection. Twice is harmless."""
        await self._engine.dispose()
        if self._writer and not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(self._thread, self._writer.dispose)
        self._thread.shutdown(wait=False)

    async def ping(self) -> None:
        """Raise DatabaseUnavailable unless a query is answered."""
        async with self.session() as session:
            await session.execute(text("SELECT 1"))

    async def write(self, work: Callable[[Connection], None]) -> None:
        """One transaction of plain statements. Raises RowRejected, DatabaseUnavailable.

        For a SQLite file it is one call in one thread: through the asynchronous driver each statement, each cursor
        and the commit would be a call of their own, several times the CPU for the small transactions of a journal.
        """
        with _translated(self._engine.dialect.driver):
            if self._writer:
                await asyncio.get_running_loop().run_in_executor(self._thread, _transaction, self._writer, work)
            else:
                async with self._engine.begin() as connection:
                    await connection.run_sync(work)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A transaction: committed at the end, rolled back by an exception. Raises RowRejected, DatabaseUnavailable."""
        with _translated(self._engine.dialect.driver):
            async with self._sessions.begin() as session:
                yield session


class _translated:  # noqa: N801 - reads as a word where it is used
    """Turn the errors of SQLAlchemy and of its ``driver`` into ours, and no others.

    A driver that cannot connect raises its own (asyncpg: a wrong password, no such database) past SQLAlchemy.
    """

    def __init__(self, driver: str) -> None:
        self._driver = driver

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError):
            raise RowRejected from error
        if isinstance(error, SQLAlchemyError | OSError) or type(error).__module__.split(".")[0] == self._driver:
            raise DatabaseUnavailable(_sentence(error)) from error


def _sentence(error: BaseException | None) -> str:
    reason = str(getattr(error, "orig", "")).lower()
    if "disk is full" in reason or "no space" in reason:
        return "The disk is full: make room in the state folder."
    if "readonly" in reason:
        return "The database is read-only: make the state folder writable."
    if "locked" in reason:
        return "The database is locked by another program: close it."
    return "The database does not answer: see the server's log."


def _engine(url: str) -> AsyncEngine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True)
    engine = create_async_engine(url, connect_args={"timeout": 5})
    event.listen(engine.sync_engine, "connect", _tune_sqlite)
    return engine


def _sqlite_writer(url: URL) -> Engine | None:
    """A second way to a SQLite file, for the writer's thread; a database in memory has only one way."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    writer = create_engine(url.set(drivername="sqlite"), connect_args={"timeout": 5}, poolclass=SingletonThreadPool)
    event.listen(writer, "connect", _tune_sqlite)
    return writer


def _transaction(writer: Engine, work: Callable[[Connection], None]) -> None:
    with writer.begin() as connection:
        work(connection)


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if set(MigrationContext.configure(connection).get_current_heads()) - known:
        raise DatabaseUnavailable(
            "The database was written by a newer version of Livewright: install that version, "
            "or name another state folder in LIVEWRIGHT_HOME."
        )
    command.upgrade(config, "head")
