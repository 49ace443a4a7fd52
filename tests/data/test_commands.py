"""Every change of the database: what it does, what it leaves alone, and what it refuses."""

import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.runs.state import RunStatus, insert_values
from data import account_queries, commands, queries, sqlite
from data.commands import MAX_PIECES_PER_INSERT
from data.database import Database
from data.errors import DatabaseFailure, RowRejected
from tests.support.database_rows import CREATED_AT, add_rows, make_project, make_run, make_user
from tests.support.run_infos import make_run as make_run_info

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
        with pytest.raises(DatabaseFailure, match="locked"):
            await database.append([("backend", "a")])
        other.execute("ROLLBACK")
    await database.append([("backend", "b")])
    assert await journalled(database, "backend") == "b"


# Runs, versions, projects


async def run_ids(database: Database) -> set[str]:
    return {run.id for run in await database.read(lambda c: queries.list_runs(c, 1, 1))}


async def test_a_run_that_builds_on_none_that_is_there_is_rejected(database: Database) -> None:
    run = make_run_info(id="new", status=RunStatus.COMPLETE, parent_id="gone")
    with pytest.raises(RowRejected):
        await database.write(lambda c: commands.add_run(c, insert_values(run)))
    await database.write(lambda c: commands.add_run(c, insert_values(replace(run, parent_id="backend"))))
    assert await run_ids(database) == {"backend", "frontend", "new"}


@pytest.mark.parametrize("reference", ["parent_id", "context_id", None])
async def test_a_version_is_deleted_unless_another_refers_to_it(database: Database, reference: str | None) -> None:
    other = make_run("other", "complete")
    if reference:
        setattr(other, reference, "old")
    await add_rows(database, make_run("old", "complete"), other)
    assert await database.write(lambda c: commands.delete_unreferenced_run(c, "old")) is (reference is None)
    assert ("old" in await run_ids(database)) is (reference is not None)


async def test_a_live_version_is_not_deleted_and_one_that_is_gone_is_told(database: Database) -> None:
    for run_id in ("backend", "gone"):
        assert await database.write(partial(commands.delete_unreferenced_run, run_id=run_id)) is False
    assert await run_ids(database) == {"backend", "frontend"}


async def test_a_change_of_one_row_leaves_the_others_alone(database: Database) -> None:
    await add_rows(database, make_project(id=2))
    await database.write(partial(commands.update_project, project_id=2, values={"name": "New"}))
    await database.write(partial(commands.update_run, run_id="backend", values={"name": "the good one"}))
    projects = [await database.read(partial(queries.find_project, user_id=1, project_id=number)) for number in (1, 2)]
    assert [project.name for project in projects if project] == ["p", "New"]
    runs = {run.id: run.name for run in await database.read(lambda c: queries.list_runs(c, 1, 1))}
    assert runs == {"backend": "the good one", "frontend": None}


async def test_a_project_that_is_gone_is_changed_without_an_error_and_a_run_is_not(database: Database) -> None:
    await database.write(partial(commands.update_project, project_id=99, values={"name": "New"}))
    with pytest.raises(RowRejected):
        await database.write(partial(commands.update_run, run_id="gone", values={"name": "New"}))


async def test_a_column_that_does_not_exist_is_no_silent_loss(database: Database) -> None:
    with pytest.raises(AssertionError, match="colour"):
        await database.write(partial(commands.update_run, run_id="backend", values={"colour": "red"}))


async def test_an_end_stores_the_text_and_drops_this_runs_journal_alone(database: Database) -> None:
    await database.append([("backend", "ab"), ("frontend", "xy")])
    values = {"status": "complete"}
    await database.write(lambda c: commands.store_run_text(c, "backend", values, "ab😀"))
    row = await database.read(lambda c: queries.find_run(c, 1, "backend", with_text=True))
    assert row
    assert (row.status, row.text, row.characters) == ("complete", "ab😀", 3)
    assert [await journalled(database, side) for side in ("backend", "frontend")] == ["", "xy"]


@pytest.mark.parametrize(("expected", "current"), [(None, "frontend"), ("backend", "frontend"), ("other", "backend")])
async def test_a_side_is_pointed_at_a_run_where_it_points_as_expected(
    database: Database, expected: str | None, current: str
) -> None:
    set_current = partial(commands.set_current_run, project_id=1, side="backend")
    await database.write(partial(set_current, run_id="backend"))
    await database.write(partial(set_current, run_id="frontend", expected=expected))
    project = await database.read(lambda c: queries.find_project(c, 1, 1))
    assert project
    assert (project.backend_run_id, project.frontend_run_id) == (current, None)
    with pytest.raises(RowRejected):
        await database.write(partial(set_current, run_id="gone"))


async def test_a_deleted_project_takes_its_runs_and_no_others(database: Database) -> None:
    other = make_run("other", "running")
    other.project_id = 2
    await add_rows(database, make_project(id=2), other)
    await database.write(partial(commands.delete_project, project_id=1))
    assert [run.id for run in await database.read(queries.list_live_runs)] == ["other"]


async def test_signing_out_twice_is_harmless_and_forgets_what_has_expired(database: Database) -> None:
    def revoke(session: str, days: int) -> Callable[[Connection], None]:
        end = CREATED_AT + timedelta(days=days)
        return lambda c: commands.revoke_session(c, session, end, CREATED_AT + timedelta(days=days - 1))

    for session, days in (("old", 1), ("now", 2), ("now", 2), ("later", 3)):
        await database.write(revoke(session, days))

    def still_open(session: str) -> Callable[[Connection], bool]:
        return lambda c: account_queries.find_session_user(c, 1, session) is not None

    assert [await database.read(still_open(session)) for session in ("old", "now", "later")] == [True, False, False]


async def test_the_files_of_a_review_replace_those_of_the_one_before(database: Database) -> None:
    row: dict[str, object] = {"formatted": None, "reason": None, "problems": [], "raw_problems": []}

    def replace_by(run_id: str, *paths: str) -> Callable[[Connection], None]:
        rows = [{"run_id": run_id, "path": path, **row} for path in paths]
        return lambda c: commands.replace_run_files(c, run_id, rows)

    for run_id, paths in (("backend", ("a", "b")), ("frontend", ("c",)), ("backend", ("b",)), ("frontend", ())):
        await database.write(replace_by(run_id, *paths))
    found = [set(await database.read(partial(queries.load_run_files, run_id=side))) for side in ("backend", "frontend")]
    assert found == [{"b"}, set()]
