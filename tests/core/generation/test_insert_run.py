"""A new run enters the database, or the sentence says why not: busy, deleted meanwhile, or its project is gone."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import Connection, delete

from core.catalog.stacks import Side
from core.errors import Conflict, NotFound
from core.generation.insert_run import INSERT_ATTEMPTS, insert_run
from core.generation.run_request import RunRequest
from core.projects.access import ProjectAccess
from core.runs.state import RunInfo, RunStatus
from data import commands, queries
from data.database import Database
from data.errors import RowRejected
from data.models import Project
from data.rows import RunRow
from tests.support.database_rows import add_rows, execute_all, make_project, make_user
from tests.support.database_rows import make_run as make_run_row
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.run_infos import make_run
from tests.support.users.studio_user import StudioUser, wait_for_end

NEW_RUN = make_run(id="new", status=RunStatus.QUEUED)


class Insertions:
    """Counts the attempts to insert; the first ``failures`` of them are rejected."""

    def __init__(self, failures: int = 0) -> None:
        self.count = 0
        self._failures = failures

    def __call__(self, connection: Connection, values: Mapping[str, object]) -> None:
        self.count += 1
        if self.count <= self._failures:
            raise RowRejected
        commands.add_run(connection, values)


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    await add_rows(database, make_user(id=1), make_project(id=1))
    yield database
    await database.close()


async def inserted(database: Database, insert: Insertions, run: RunInfo = NEW_RUN) -> RunRow | None:
    """The new run's row."""
    get_project = ProjectAccess(database).get
    await insert_run(database, run, insert, get_project=get_project, busy_message="Busy.", conflict_message="Deleted.")
    return await database.read(lambda c: queries.find_run(c, 1, run.id))


async def test_a_run_enters_at_the_first_attempt(database: Database) -> None:
    insert = Insertions()
    row = await inserted(database, insert)
    assert row
    assert (row.status, insert.count) == ("queued", 1)


async def test_a_live_run_of_the_side_is_in_the_way_and_named(database: Database) -> None:
    await add_rows(database, make_run_row("live", "running"), make_run_row("other", "running", "frontend"))
    insert = Insertions()
    with pytest.raises(Conflict, match=r"Busy\.") as refused:
        await inserted(database, insert)
    assert (refused.value.run_id, insert.count) == ("live", 1)


async def test_an_attempt_is_made_again_where_nothing_is_in_the_way(database: Database) -> None:
    insert = Insertions(failures=INSERT_ATTEMPTS - 1)
    assert await inserted(database, insert)
    assert insert.count == INSERT_ATTEMPTS


async def test_the_attempts_are_bounded(database: Database) -> None:
    insert = Insertions(failures=INSERT_ATTEMPTS)
    with pytest.raises(Conflict, match=r"Deleted\.") as refused:
        await inserted(database, insert)
    assert (refused.value.run_id, insert.count) == (None, INSERT_ATTEMPTS)


async def test_a_project_that_was_deleted_meanwhile_is_not_found(database: Database) -> None:
    await execute_all(database, delete(Project))
    insert = Insertions()
    with pytest.raises(NotFound):
        await inserted(database, insert)
    assert insert.count == 1


async def test_of_two_starts_at_once_one_is_a_conflict_that_names_the_run(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    gate = Gate()
    engine.play((gate, FINISHED_STOP))
    project = await ada.create_project()
    starts = [ada.studio.runs.start(ada.id, project.id, Side.BACKEND, RunRequest()) for _ in range(5)]
    results = await asyncio.gather(*starts, return_exceptions=True)
    started = [result for result in results if isinstance(result, RunInfo)]
    conflicts = [result for result in results if isinstance(result, Conflict)]
    assert (len(started), len(conflicts)) == (1, 4)
    assert {conflict.run_id for conflict in conflicts} == {started[0].id}
    gate.open()


async def test_a_start_that_loses_to_a_run_that_ends_in_that_moment_succeeds(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    engine.play((gate, *text_script("first")), text_script("second"))
    project = await ada.create_project()
    first = await ada.start_run(project)
    loop, live_run = asyncio.get_running_loop(), queries.find_live_run

    def end_it_first(connection: Connection, project_id: int, side: str) -> RunRow | None:
        loop.call_soon_threadsafe(gate.open)
        asyncio.run_coroutine_threadsafe(wait_for_end(first), loop).result(5)
        return live_run(connection, project_id, side)

    monkeypatch.setattr(queries, "find_live_run", end_it_first)
    assert (await ada.finished_run(project)).text == "second"
