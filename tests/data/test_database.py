"""The tables as the migrations make them, and the database's failures in words of ours."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from shutil import copy
from typing import Any, cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Select, event, func, select, text
from sqlalchemy.exc import OperationalError

from data.base import Base
from data.database import Database, _translated_errors
from data.errors import DatabaseFailure, RowRejected
from data.models import Run, RunPiece, User
from tests.support.database_rows import (
    add_rows,
    execute_all,
    fetch_scalar,
    make_project,
    make_run,
    make_user,
)


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    copy(empty_database, tmp_path)
    database = Database(url(tmp_path / empty_database.name))
    yield database
    await database.close()


async def test_closing_twice_is_harmless(database: Database) -> None:
    await database.write(lambda _: None)
    await database.close()
    await database.close()


async def test_what_is_found_is_what_was_written_last_also_after_a_failure(database: Database) -> None:
    def fail(connection: Connection) -> None:
        cast(Any, connection.connection.driver_connection).close()
        connection.scalar(text("SELECT 1"))

    for users in range(1, 4):
        await add_rows(database, make_user(f"name {users}", f"key {users}"))
        for _ in range(5):  # more than one thread finds
            assert await database.read(lambda c: c.scalar(select(func.count()).select_from(User))) == users
        with pytest.raises(DatabaseFailure):
            await database.read(fail)


async def add_a_run(database: Database) -> None:
    await add_rows(
        database,
        make_user(id=1),
        make_project(id=1),
        make_run("r", "running"),
        RunPiece(run_id="r", text="x"),
    )


def count(table: type[Base]) -> Select[Any]:
    return select(func.count()).select_from(table)


async def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    def compare(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert await database.write(compare) == []


async def test_opening_twice_changes_nothing(database: Database) -> None:
    await add_a_run(database)
    await database.open()
    assert await fetch_scalar(database, count(Run)) == 1


async def test_a_database_of_a_newer_version_is_refused_in_a_sentence(database: Database) -> None:
    await execute_all(database, text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseFailure, match="newer version of Livewright"):
        await database.open()


async def assert_refused_as_damaged(path: Path) -> None:
    database = Database(url(path))
    with pytest.raises(DatabaseFailure, match=rf"^The file {path.name} is damaged, .*backup"):
        await database.open()
    await database.close()


async def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "nonsense.db"
    path.write_text("no database at all, " * 100)
    await assert_refused_as_damaged(path)


async def test_a_damaged_database_is_refused_by_name(tmp_path: Path, empty_database: Path) -> None:
    await assert_refused_as_damaged(overwritten_copy(empty_database, tmp_path))


def overwritten_copy(database: Path, folder: Path) -> Path:
    """All but the header is gone."""
    path = Path(copy(database, folder))
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(len(content) - 100))
    return path


@pytest.mark.parametrize("wrong", ["nonsense", "oracle+nothing://x", "postgresql+asyncpg://x/y"])
def test_a_url_that_cannot_be_used_names_its_variable(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)  # as where it is not installed
    with pytest.raises(DatabaseFailure, match="LIVEWRIGHT_DATABASE_URL"):
        Database(wrong)


async def test_a_row_that_breaks_a_rule_is_rejected_and_rolled_back(database: Database) -> None:
    await add_rows(database, make_user())
    with pytest.raises(RowRejected):
        await add_rows(database, make_user("b", "b"), make_user("A", "a"))
    assert await fetch_scalar(database, count(User)) == 1


async def test_a_read_only_database_is_told(database: Database, tmp_path: Path) -> None:
    await database.close()  # leaves no journal behind that a reader would have to write
    path = tmp_path / "livewright.db"
    read_only = Database(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(DatabaseFailure, match="read-only"):
        await add_a_run(read_only)
    await read_only.close()


async def test_a_full_disk_is_told(database: Database) -> None:
    row = text("INSERT INTO revoked_sessions VALUES (hex(randomblob(3000)), '2026-01-01')")
    with pytest.raises(DatabaseFailure, match="disk is full"):
        await execute_all(database, text("PRAGMA max_page_count=1"), *[row] * 100)


async def test_a_locked_database_is_told(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "livewright.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DatabaseFailure, match="locked"):
            await execute_all(database, text("PRAGMA busy_timeout=1"), text("DELETE FROM users"))
    finally:
        other.close()


@pytest.mark.parametrize(
    "error", [OperationalError("s", {}, Exception("?")), ConnectionRefusedError("no"), TimeoutError()]
)
def test_a_database_that_does_not_answer_is_told(error: Exception) -> None:
    with pytest.raises(DatabaseFailure, match="does not answer"), _translated_errors("asyncpg"):
        raise error


async def test_what_a_driver_raises_on_connecting_is_told() -> None:
    wrong_password = type("InvalidPasswordError", (Exception,), {"__module__": "sqlite3.exceptions"})
    database = Database("sqlite+aiosqlite://")

    def refuse(*_: object) -> None:
        raise wrong_password

    event.listen(database._connections._engine, "do_connect", refuse)
    with pytest.raises(DatabaseFailure, match="does not answer"):
        await database.open()
    await database.close()


async def test_a_ping_is_answered(database: Database) -> None:
    async with asyncio.timeout(5):
        await database.ping()


async def test_a_migration_that_fails_half_way_is_made_whole_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(url(tmp_path / "new.db"))
    broken = Operations.create_table

    def fail(self: Operations, name: str, *columns: Any, **options: Any) -> Any:
        if name == "run_files":
            raise OperationalError("s", {}, Exception("?"))
        return broken(self, name, *columns, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "create_table", fail)
        with pytest.raises(DatabaseFailure):
            await database.open()
    await database.open()
    assert await fetch_scalar(database, count(Run)) == 0
    await database.close()


async def test_a_closed_database_says_so(database: Database) -> None:
    await database.close()
    with pytest.raises(DatabaseFailure, match="closed"):
        await database.ping()
