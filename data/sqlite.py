"""The two ways to a database: SQLite's file in threads of ours, a server through its asynchronous driver."""

import sqlite3
from collections.abc import Callable
from functools import partial
from threading import get_ident
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, sessionmaker

from data.commands import MAX_PIECES_PER_INSERT, JournalPieces, add_pieces, flatten_pieces, piece_insert_sql
from data.errors import DatabaseUnavailable
from data.threads import WorkersClosed, WorkerThreads

T = TypeVar("T")
W = TypeVar("W")

READER_THREADS = 4
LOCK_TIMEOUT = 5


class SqliteConnections:
    """One thread writes, since SQLite takes one writer at a time; a few read. A database in memory has one thread."""

    driver = "sqlite3"

    def __init__(self, url: URL) -> None:
        self._in_memory = url.database in {None, "", ":memory:"}
        self._engine = _sqlite_engine(url.set(drivername="sqlite"), in_memory=self._in_memory)
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._writer_thread = WorkerThreads(1, "database writer")
        self._reader_threads = (
            self._writer_thread if self._in_memory else WorkerThreads(READER_THREADS, "database reader")
        )
        self._thread_connections: dict[int, Connection] = {}
        """By thread: to get a connection and give it back costs as much as a small commit."""
        self._append_connection: Connection | None = None

    async def read_objects(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in a thread of the readers."""
        return await self._run_in_thread(self._reader_threads, self._run_in_session, work)

    async def read_rows(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a thread of the readers, over the connection that it keeps."""
        return await self._run_in_thread(self._reader_threads, self._run_in_transaction, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, in the writer's thread."""
        return await self._run_in_thread(self._writer_thread, self._run_in_transaction, work)

    async def append(self, pieces: JournalPieces) -> None:
        """Add to journals in a transaction of its own, in the writer's thread."""
        await self._run_in_thread(self._writer_thread, self._append_pieces, pieces)

    async def _run_in_thread(self, threads: WorkerThreads, runner: Callable[[W], T], work: W) -> T:
        try:
            return await threads.call(partial(runner, work))
        except WorkersClosed as error:
            raise DatabaseUnavailable("The database is closed: the server is shutting down.") from error

    async def close(self) -> None:
        """Close every connection, after what is being done."""
        for threads in (self._reader_threads, self._writer_thread):
            await threads.close()
        if self._append_connection:
            self._append_connection.close()
            self._append_connection = None
        while self._thread_connections:
            self._thread_connections.popitem()[1].close()
        self._engine.dispose()

    def _run_in_session(self, work: Callable[[Session], T]) -> T:
        with self._sessions() as session:
            return work(session)

    def _append_pieces(self, pieces: JournalPieces) -> None:
        """By one statement, past SQLAlchemy and a transaction by itself; see ``add_pieces`` for what steps cost.

        A database in memory has one connection, which others need for longer transactions.
        """
        if self._in_memory or len(pieces) > MAX_PIECES_PER_INSERT:
            self._run_in_transaction(partial(add_pieces, pieces=pieces))
            return
        if self._append_connection is None:
            self._append_connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            driver: sqlite3.Connection = cast(Any, self._append_connection.connection.driver_connection)
            driver.execute(piece_insert_sql(len(pieces)), flatten_pieces(pieces))
        except BaseException:
            self._append_connection.close()
            self._append_connection = None
            raise

    def _run_in_transaction(self, work: Callable[[Connection], T]) -> T:
        thread_id = get_ident()
        connection = self._thread_connections.get(thread_id) or self._thread_connections.setdefault(
            thread_id, self._engine.connect()
        )
        try:
            with connection.begin():
                return work(connection)
        except BaseException:
            self._thread_connections.pop(thread_id).close()
            raise


class ServerConnections:
    """A pool of connections to a server such as PostgreSQL."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(url, pool_pre_ping=True)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self.driver = self._engine.dialect.driver

    async def read_objects(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` over a connection of the pool."""
        async with self._sessions() as session:
            return await session.run_sync(work)

    async def read_rows(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` over a connection of the pool."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def append(self, pieces: JournalPieces) -> None:
        """Add to journals in a transaction of its own."""
        await self.write(partial(add_pieces, pieces=pieces))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _sqlite_engine(url: URL, *, in_memory: bool) -> Engine:
    connect_args = {"timeout": LOCK_TIMEOUT, "check_same_thread": False}
    if in_memory:
        engine = create_engine(url, connect_args=connect_args, poolclass=StaticPool)
    else:
        engine = create_engine(url, connect_args=connect_args)
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
