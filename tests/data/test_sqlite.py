"""Connections to a SQLite file or to memory: who runs in which thread, and what a failure leaves behind."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import OperationalError

from data import sqlite
from data.sqlite import READER_THREADS, ConnectionsClosed, SqliteConnections

FILE, MEMORY = "a file", "memory"


@pytest.fixture(params=[FILE, MEMORY])
async def connections(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[SqliteConnections, None]:
    path = str(tmp_path / "a.db") if request.param == FILE else ""
    connections = SqliteConnections(make_url(f"sqlite+aiosqlite:///{path}"))
    await connections.write(lambda c: c.execute(text("CREATE TABLE t (x INTEGER)")))
    yield connections
    await connections.close()


def insert(connection: Connection) -> None:
    connection.execute(text("INSERT INTO t VALUES (1)"))


async def count(connections: SqliteConnections) -> int:
    return int(await connections.read(lambda c: c.scalar(text("SELECT count(*) FROM t"))))


async def test_what_is_written_is_read(connections: SqliteConnections) -> None:
    await connections.write(insert)
    assert await count(connections) == 1


async def test_a_write_that_fails_is_undone_and_the_next_one_works(connections: SqliteConnections) -> None:
    def insert_and_fail(connection: Connection) -> None:
        insert(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await connections.write(insert_and_fail)
    await connections.write(insert)
    assert await count(connections) == 1


async def test_a_thread_keeps_its_connection_until_something_fails_on_it(connections: SqliteConnections) -> None:
    def fail(_: Connection) -> None:
        raise ZeroDivisionError

    first, second = [await connections.write(lambda c: c) for _ in range(2)]
    assert first is second
    with pytest.raises(ZeroDivisionError):
        await connections.write(fail)
    assert first.closed
    assert await connections.write(lambda c: c) is not first


async def test_every_connection_holds_to_foreign_keys(connections: SqliteConnections) -> None:
    for run in (connections.read, connections.write):
        assert await run(lambda c: c.scalar(text("PRAGMA foreign_keys"))) == 1


@pytest.mark.parametrize("connections", [FILE], indirect=True)
async def test_a_file_has_a_write_ahead_log_and_syncs_at_its_checkpoints(connections: SqliteConnections) -> None:
    assert await connections.read(lambda c: c.scalar(text("PRAGMA journal_mode"))) == "wal"
    assert await connections.read(lambda c: c.scalar(text("PRAGMA synchronous"))) == 1


async def test_one_thread_writes(connections: SqliteConnections) -> None:
    threads = await asyncio.gather(*(connections.write(lambda _: threading.get_ident()) for _ in range(20)))
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


@pytest.mark.parametrize("connections", [FILE], indirect=True)
async def test_so_many_read_at_once_and_none_waits_for_the_writer(connections: SqliteConnections) -> None:
    together = threading.Barrier(READER_THREADS + 1, timeout=10)

    def meet(_: Connection) -> int:
        together.wait()
        return threading.get_ident()

    readers = [connections.read(meet) for _ in range(READER_THREADS)]
    threads = await asyncio.gather(*readers, connections.write(meet))
    assert len(set(threads)) == READER_THREADS + 1


@pytest.mark.parametrize("connections", [MEMORY], indirect=True)
async def test_a_database_in_memory_is_one_for_all(connections: SqliteConnections) -> None:
    await asyncio.gather(*(connections.write(insert) for _ in range(5)))
    assert await asyncio.gather(*(count(connections) for _ in range(5))) == [5] * 5
    threads = {await run(lambda _: threading.get_ident()) for run in (connections.read, connections.write)}
    assert len(threads) == 1


async def test_closing_waits_for_what_is_being_done_and_takes_no_more(connections: SqliteConnections) -> None:
    began, go_on = threading.Event(), threading.Event()

    def dawdle(connection: Connection) -> str:
        began.set()
        assert go_on.wait(10)
        insert(connection)
        return "done"

    writing = asyncio.create_task(connections.write(dawdle))
    await asyncio.to_thread(began.wait, 10)
    closing = asyncio.create_task(connections.close())
    await asyncio.sleep(0)
    for run in (connections.read, connections.write):
        with pytest.raises(ConnectionsClosed):
            await run(insert)
    go_on.set()
    assert await writing == "done"
    await closing
    assert not connections._kept_connections
    await connections.close()


@pytest.mark.parametrize("connections", [FILE], indirect=True)
async def test_a_lock_is_waited_for_no_longer_than_the_bound(
    connections: SqliteConnections, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT", 0.01)
    other = SqliteConnections(make_url(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}"))

    def lock(connection: Connection) -> None:
        insert(connection)
        with pytest.raises(OperationalError, match="locked"):
            asyncio.run(other.write(insert))

    await connections.write(lock)
    await other.close()
    assert await count(connections) == 1
