"""After a crash every run that was live has an end, and what it had written."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copy

from core.engines.protocol import TextDelta
from core.generation.recovery import end_interrupted_runs
from core.runs.state import RunStatus
from core.studio import Studio
from data import queries
from data.database import Database
from tests.support.database_rows import CREATED_AT, add_rows, make_project, make_run, make_user
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine
from tests.support.users.studio_user import StudioUser, wait_for_length

Another = Callable[..., Awaitable[Studio]]
NOW = CREATED_AT + timedelta(days=1)


async def test_every_live_run_ends_and_no_other_is_touched(tmp_path: Path, empty_database: Path) -> None:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    live = [make_run("running", "running"), make_run("queued", "queued", "frontend")]
    await add_rows(database, make_user(id=1), make_project(id=1), *live, make_run("complete", "complete"))
    await database.append([("running", "a"), ("running", "b")])
    for _ in range(2):  # the second time there is nothing to do
        await end_interrupted_runs(database, NOW)
        find = partial(queries.find_run, user_id=1, with_text=True)
        rows = {
            run_id: await database.read(partial(find, run_id=run_id)) for run_id in ("running", "queued", "complete")
        }
        found = {run_id: (row.status, row.text, row.finished_at) for run_id, row in rows.items() if row}
        assert found == {
            "running": ("interrupted", "ab", NOW),
            "queued": ("interrupted", "", NOW),
            "complete": ("complete", None, None),
        }
    project = await database.read(lambda c: queries.find_project(c, 1, 1))
    assert project
    assert (project.backend_run_id, project.frontend_run_id) == ("running", None)
    await database.close()


async def test_a_run_found_live_at_the_start_is_interrupted_with_its_journalled_text(
    engine: ScriptedEngine, ada: StudioUser, another: Another
) -> None:
    engine.play((TextDelta("abc"), Gate(), FINISHED_STOP))
    project = await ada.create_project()
    log = await ada.start_run(project)
    await wait_for_length(log, 3)
    again = await another()
    found = await again.runs.open_log(ada.id, log.state.id)
    assert (found.closed, found.text, found.state.status) == (True, "abc", RunStatus.INTERRUPTED)
    assert found.state.characters == 3
    assert found.state.finished_at
    assert (await again.projects.get(ada.id, project.id, with_code=True)).backend_code == "abc"
