"""A SQLite file, or a database in memory: plain connections in threads, one of which writes."""

from collections.abc import Callable
from threading import get_ident
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event

from data.worker_threads import WorkerThreads

T = TypeVar("T")

READER_THREADS = 4
LOCK_TIMEOUT = 5
"""Seconds that another program may hold the database."""


class ConnectionsClosed(Exception):
    """The connections are closed and take no more work."""


class SqliteConnections:
    """One thread writes, since SQLite takes one writer at a time; a few read. A database in memory has one thread."""

    driver = "sqlite3"

    def __init__(self, url: URL) -> None:
        in_memory = url.database in {None, "", ":memory:"}
        self._engine = _create_engine(url.set(drivername="sqlite"), in_memory=in_memory)
        self._writer = WorkerThreads(1, "database writer")
        self._readers = self._writer if in_memory else WorkerThreads(READER_THREADS, "database reader")
        self._kept_connections: dict[int, Connection] = {}
        """By thread; checking a connection out and in costs as much as a small commit."""
        self._is_closed = False

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a thread of the readers."""
        return await self._run(self._readers, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, in the writer's thread."""
        return await self._run(self._writer, work)

    async def close(self) -> None:
        """Close every connection, after what is being done. Twice is harmless."""
        self._is_closed = True
        for threads in {self._readers, self._writer}:
            await threads.close()
        while self._kept_connections:
            self._kept_connections.popitem()[1].close()
        self._engine.dispose()

    async def _run(self, threads: WorkerThreads, work: Callable[[Connection], T]) -> T:
        if self._is_closed:
            raise ConnectionsClosed
        return await threads.call(self._in_transaction, work)

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        thread = get_ident()
        if (connection := self._kept_connections.get(thread)) is None:
            connection = self._kept_connections[thread] = self._engine.connect()
        try:
            with connection.begin():
                return work(connection)
        except BaseException:
            # Its state is unknown: the next call gets a new one.
            self._kept_connections.pop(thread).close()
            raise


def _create_engine(url: URL, *, in_memory: bool) -> Engine:
    arguments = {"timeout": LOCK_TIMEOUT, "check_same_thread": False}
    if in_memory:
        # One connection for all: each would have an empty database of its own.
        engine = create_engine(url, connect_args=arguments, poolclass=StaticPool)
    else:
        engine = create_engine(url, connect_args=arguments)
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    # WAL lets readers go on while one writes. With it, NORMAL never damages the file: if the machine
    # itself crashes, the last commits may be missing. Foreign keys are off in SQLite unless asked for.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
