"""Adding to journals: what every piece of every run goes through."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from data import commands, queries, sqlite
from data.commands import MAX_PIECES_PER_INSERT
from data.database import Database
from data.errors import DatabaseUnavailable, RowRejected
from tests.support.database_rows import add_rows, make_project, make_run, make_user

FILE = "a file"


@pytest.fixture(params=[FILE, "memory"])
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Database, None]:
    monkeypatch.setattr(sqlite, "LOCK_TIMEOUT", 0.01)
    path = str(tmp_path / "a.db") if request.param == FILE else ""
    database = await Database(f"sqlite+aiosqlite:///{path}").open()
    runs = [make_run(side, "running", side) for side in ("backend", "frontend")]
    await add_rows(database, make_user(id=1), make_project(id=1), *runs)
    yield database
    await database.close()


async def journalled(database: Database, run_id: str) -> str:
    return await database.read(partial(queries.load_journal_text, run_id=run_id))


async def test_each_run_has_its_pieces_in_their_order(database: Database) -> None:
    await database.append([("backend", "a"), ("frontend", "x")])
    await database.append([("backend", "b"), ("frontend", "y")])
    assert [await journalled(database, side) for side in ("backend", "frontend")] == ["ab", "xy"]


async def test_there_may_be_more_pieces_than_one_statement_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_of = commands._piece_insert_sql

    def limited(rows: int) -> str:
        assert rows <= MAX_PIECES_PER_INSERT
        return insert_of(rows)

    monkeypatch.setattr(commands, "_piece_insert_sql", limited)
    texts = [f"{number}." for number in range(MAX_PIECES_PER_INSERT + 1)]
    await database.append([("backend", text) for text in texts])
    assert await journalled(database, "backend") == "".join(texts)


@pytest.mark.parametrize("good", [1, MAX_PIECES_PER_INSERT])
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
