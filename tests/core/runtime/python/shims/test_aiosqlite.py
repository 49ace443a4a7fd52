"""aiosqlite without a thread."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.sqlite.aiosqlite import dialect
from sqlalchemy.ext.asyncio import create_async_engine

from core.runtime.python.shims import aiosqlite


async def test_a_database_is_used_as_with_the_package(tmp_path: Path) -> None:
    async with aiosqlite.connect(tmp_path / "a.db") as connection:
        connection.row_factory = aiosqlite.Row
        await connection.execute("create table t (id integer primary key, word text)")
        cursor = await connection.execute("insert into t (word) values (?)", ("one",))
        assert (cursor.lastrowid, cursor.connection) == (1, connection)
        await connection.executemany("insert into t (word) values (?)", [("two",), ("three",)])
        await connection.commit()
        async with connection.execute("select word from t order by id") as found:
            assert [row["word"] async for row in found] == ["one", "two", "three"]
        assert [tuple(row) for row in await connection.execute_fetchall("select count(*) from t")] == [(3,)]
        assert await connection.execute_insert("insert into t (word) values ('four')") == (4,)
        await connection.rollback()
        assert connection.total_changes == 4


async def test_cursors_fetch(tmp_path: Path) -> None:
    connection = await aiosqlite.connect(tmp_path / "a.db")
    async with connection.cursor() as cursor:
        await cursor.executescript("create table t (n); insert into t values (1), (2), (3), (4);")
        await cursor.execute("select n from t")
        assert await cursor.fetchone() == (1,)
        assert await cursor.fetchmany() == [(2,)]
        assert await cursor.fetchmany(1) == [(3,)]
        assert await cursor.fetchall() == [(4,)]
        await cursor.executemany("insert into t values (?)", [(5,)])
        cursor.row_factory = None
        assert cursor.row_factory is None
    await connection.executescript("create table u (n)")
    await connection.create_function("twice", 1, lambda n: n * 2)
    assert await (await connection.execute("select twice(21)")).fetchone() == (42,)
    await connection.close()
    with pytest.raises(ValueError, match="no active connection"):
        await connection.execute("select 1")
    with pytest.raises(AttributeError):
        connection.total_changes  # noqa: B018  asked for


async def test_errors_are_those_of_sqlite(tmp_path: Path) -> None:
    async with aiosqlite.connect(tmp_path / "a.db") as connection:
        assert connection.isolation_level == ""
        connection.isolation_level = None
        with pytest.raises(aiosqlite.OperationalError):
            await connection.execute("select * from nothing")
    connection.stop()


async def test_sqlalchemy_s_async_engine_works_over_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "aiosqlite", aiosqlite)
    assert dialect.import_dbapi().sqlite_version
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/a.db")
    async with engine.begin() as connection:
        await connection.execute(text("create table t (n)"))
        await connection.execute(text("insert into t values (1)"))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        assert (await connection.execute(text("select n from t"))).scalar() == 1
    await engine.dispose()
