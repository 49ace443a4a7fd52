"""The two ways to a database: SQLite's file in threads of ours, a server through its asynchronous driver."""

import sqlite3
from collections.abc import Callable
from functools import partial
from threading import get_ident
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from data.commands import MOST_AT_ONCE, Pieces, add_pieces, insert_of, values_of
from data.errors import DatabaseUnavailable
from data.threads import Threads, ThreadsClosed

T = TypeVar("T")
W = TypeVar("W")

READERS = 4
LOCKED_SECONDS = 5


class SqliteConnections:
    """One thread writes, since SQLite takes one writer at a time; a few read. A database in memory has one thread."""

    driver = "sqlite3"

    def __init__(self, url: URL) -> None:
        self._in_memory = url.database in {None, "", ":memory:"}
        self._engine = _sqlite_engine(url.set(drivername="sqlite"), in_memory=self._in_memory)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._writer = Threads(1, "database writer")
        self._readers = self._writer if self._in_memory else Threads(READERS, "database reader")
        self._kept: dict[int, Connection] = {}
        """By thread: to get a connection and give it back costs as much as a small commit."""
        self._appending: Connection | None = None

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in a thread of the readers."""
        return await self._run(self._readers, self._read, work)

    async def find(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a thread of the readers, over the connection that it keeps."""
        return await self._run(self._readers, self._over_kept, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, in the writer's thread."""
        return await self._run(self._writer, self._over_kept, work)

    async def append(self, pieces: Pieces) -> None:
        """Add to journals in a transaction of its own, in the writer's thread."""
        await self._run(self._writer, self._append, pieces)

    async def _run(self, threads: Threads, how: Callable[[W], T], work: W) -> T:
        try:
            return await threads.call(partial(how, work))
        except ThreadsClosed as error:
            raise DatabaseUnavailable("The database is closed: the server is shutting down.") from error

    async def close(self) -> None:
        """Close every connection, after what is being done."""
        for threads in (self._readers, self._writer):
            await threads.close()
        if self._appending:
            self._appending.close()
            self._appending = None
        while self._kept:
            self._kept.popitem()[1].close()
        self._engine.dispose()

    def _read(self, work: Callable[[Session], T]) -> T:
        with self._sessions() as session:
            return work(session)

    def _append(self, pieces: Pieces) -> None:
        """By one statement, past SQLAlchemy and a transaction by itself; see ``add_pieces`` for what steps cost.

        A database in memory has one connection, which others need for longer transactions.
        """
        if self._in_memory or len(pieces) > MOST_AT_ONCE:
            self._over_kept(partial(add_pieces, pieces=pieces))
            return
        if self._appending is None:
            self._appending = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            driver: sqlite3.Connection = cast(Any, self._appending.connection.driver_connection)
            driver.execute(insert_of(len(pieces)), values_of(pieces))
        except BaseException:
            self._appending.close()
            self._appending = None
            raise

    def _over_kept(self, work: Callable[[Connection], T]) -> T:
        thread = get_ident()
        connection = self._kept.get(thread) or self._kept.setdefault(thread, self._engine.connect())
        try:
            with connection.begin():
                return work(connection)
        except BaseException:
            self._kept.pop(thread).close()
            raise


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

    async def find(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` over a connection of the pool."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def append(self, pieces: Pieces) -> None:
        """Add to journals in a transaction of its own."""
        await self.write(partial(add_pieces, pieces=pieces))

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
