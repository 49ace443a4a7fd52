"""Adding to journals: what every piece of every run goes through."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from data import commands, queries, sqlite
from data.commands import MOST_AT_ONCE
from data.database import Database
from data.errors import DatabaseUnavailable, RowRejected
from tests.support.database_rows import a_project, a_run, a_user, add

FILE = "a file"


@pytest.fixture(params=[FILE, "memory"])
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Database, None]:
    monkeypatch.setattr(sqlite, "LOCKED_SECONDS", 0.01)
    path = str(tmp_path / "a.db") if request.param == FILE else ""
    database = await Database(f"sqlite+aiosqlite:///{path}").open()
    runs = [a_run(side, "running", side) for side in ("backend", "frontend")]
    await add(database, a_user(id=1), a_project(id=1), *runs)
    yield database
    await database.close()


async def journalled(database: Database, run_id: str) -> str:
    return await database.read(partial(queries.journalled_text, run_id=run_id))


async def test_each_run_has_its_pieces_in_their_order(database: Database) -> None:
    await database.append([("backend", "a"), ("frontend", "x")])
    await database.append([("backend", "b"), ("frontend", "y")])
    assert [await journalled(database, side) for side in ("backend", "frontend")] == ["ab", "xy"]


async def test_there_may_be_more_pieces_than_one_statement_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_of = commands.insert_of

    def limited(rows: int) -> str:
        assert rows <= MOST_AT_ONCE
        return insert_of(rows)

    for module in (sqlite, commands):
        monkeypatch.setattr(module, "insert_of", limited)
    texts = [f"{number}." for number in range(MOST_AT_ONCE + 1)]
    await database.append([("backend", text) for text in texts])
    assert await journalled(database, "backend") == "".join(texts)


@pytest.mark.parametrize("good", [1, MOST_AT_ONCE])
async def test_all_are_stored_or_none(database: Database, good: int) -> None:
    with pytest.raises(RowRejected):
        await database.append([*[("backend", "a")] * good, ("gone", "b")])
    assert await journalled(database, "backend") == ""
    await database.append([("backend", "c")])
    assert await journalled(database, "backend") == "c"


@pytest.mark.parametrize("database", [FILE], indirect=True)
async def test_a_lock_of_another_program_is_told_and_got_over(tmp_path: Path, database: Database) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="locked"):
            await database.append([("backend", "a")])
        other.execute("ROLLBACK")
    await database.append([("backend", "b")])
    assert await journalled(database, "backend") == "b"
