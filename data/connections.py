"""The two ways to a database: SQLite's file in threads of ours, a server through its asynchronous driver."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from data.errors import DatabaseUnavailable

T = TypeVar("T")
W = TypeVar("W")

READERS = 4
LOCKED_SECONDS = 5


class SqliteConnections:
    """One thread writes, since SQLite takes one writer at a time; a few read. A database in memory has one thread."""

    driver = "sqlite3"

    def __init__(self, url: URL) -> None:
        in_memory = url.database in {None, "", ":memory:"}
        self._engine = _sqlite_engine(url.set(drivername="sqlite"), in_memory=in_memory)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="database writer")
        many = ThreadPoolExecutor(READERS, thread_name_prefix="database reader")
        self._readers = self._writer if in_memory else many
        self._kept: Connection | None = None

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in a thread of the readers."""
        return await self._run(self._readers, self._read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, in the writer's thread."""
        return await self._run(self._writer, self._write, work)

    async def _run(self, threads: ThreadPoolExecutor, how: Callable[[W], T], work: W) -> T:
        try:
            running = threads.submit(how, work)
        except RuntimeError as error:  # no new work once they are shut down
            raise DatabaseUnavailable("The database is closed: the server is shutting down.") from error
        return await asyncio.wrap_future(running)

    async def close(self) -> None:
        """Close every connection, after what is being done."""
        for threads in (self._readers, self._writer):
            await asyncio.to_thread(threads.shutdown)
        self._drop()
        self._engine.dispose()

    def _read(self, work: Callable[[Session], T]) -> T:
        with self._sessions() as session:
            return work(session)

    def _write(self, work: Callable[[Connection], T]) -> T:
        # The writer keeps its connection: to get one and give it back costs as much as a small commit.
        self._kept = self._kept or self._engine.connect()
        try:
            with self._kept.begin():
                return work(self._kept)
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._kept:
            self._kept.close()
            self._kept = None


class ServerConnections:
    """A pool of connections to a server such as PostgreSQL."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(url, pool_pre_ping=True)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self.driver = self._engine.dialect.driver

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` over a connection of the pool."""
        async with self._sessions() as session:
            return await session.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _sqlite_engine(url: URL, *, in_memory: bool) -> Engine:
    arguments = {"timeout": LOCKED_SECONDS, "check_same_thread": False}
    if in_memory:
        engine = create_engine(url, connect_args=arguments, poolclass=StaticPool)
    else:
        engine = create_engine(url, connect_args=arguments)
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
