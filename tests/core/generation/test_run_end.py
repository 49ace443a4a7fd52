"""How a run's end is stored, and when its text becomes the current version."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import select

from core.engines.protocol import Progress, ProgressPhase, StreamEnd
from core.generation.run_end import RunEnd, as_interrupted, store_end
from core.runs.state import RunError, RunInfo, RunKind, RunStatus
from data import commands, queries
from data.database import Database
from data.errors import RowRejected
from data.models import Project
from tests.support.database_rows import add_rows, fetch_scalar, make_project, make_user
from tests.support.database_rows import make_run as make_run_row
from tests.support.engines.scripted_engine import FINISHED_STOP, ScriptedEngine, text_script
from tests.support.run_infos import NOW, make_run
from tests.support.users.studio_user import StudioUser

CURRENT = "current"


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    """A live run ``r`` with a journal, in a project."""
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    await add_rows(database, make_user(id=1), make_project(id=1), make_run_row("r", "running"))
    await database.append([("r", "journalled")])
    yield database
    await database.close()


async def ended(
    database: Database, status: RunStatus, text: str = "abc", kind: RunKind = RunKind.GENERATE
) -> str | None:
    """Store this end of ``r``; the id of the side's current version then."""
    run = make_run(id="r", status=status, kind=kind)
    await database.write(partial(store_end, end=RunEnd(run, text)))
    current = await fetch_scalar(database, select(Project.backend_run_id))
    return str(current) if current else None


async def set_current(database: Database, status: str) -> None:
    """Have another run be the current version already."""
    await add_rows(database, make_run_row(CURRENT, status))
    await database.write(partial(commands.set_current_run, project_id=1, side="backend", run_id=CURRENT))


async def test_an_end_is_stored_with_the_text_and_without_the_journal(database: Database) -> None:
    assert await ended(database, RunStatus.COMPLETE) == "r"
    row = await database.read(lambda c: queries.find_run(c, 1, "r", with_text=True))
    assert row
    assert (row.status, row.text, row.characters) == ("complete", "abc", 3)
    assert await database.read(partial(queries.load_journal_text, run_id="r")) == ""


async def test_nothing_written_is_never_current(database: Database) -> None:
    assert await ended(database, RunStatus.COMPLETE, text="") is None


@pytest.mark.parametrize("text", ["I cannot do that, sorry.", "Run it:\n\n```sh\npython main.py\n```\n"])
async def test_a_whole_answer_without_a_file_is_not_current(database: Database, text: str) -> None:
    assert await ended(database, RunStatus.COMPLETE, text) is None
    await set_current(database, "complete")
    assert await ended(database, RunStatus.COMPLETE, text) == CURRENT


@pytest.mark.parametrize("status", [RunStatus.COMPLETE, RunStatus.STOPPED])
async def test_a_fix_waits_for_its_review_to_become_current(database: Database, status: RunStatus) -> None:
    assert await ended(database, status, kind=RunKind.FIX) is None


CUT = [RunStatus.TRUNCATED, RunStatus.STOPPED, RunStatus.FAILED, RunStatus.INTERRUPTED]


@pytest.mark.parametrize("status", CUT)
async def test_a_cut_text_replaces_a_cut_one_and_no_whole_one(database: Database, status: RunStatus) -> None:
    await set_current(database, "stopped")
    assert await ended(database, status) == "r"


@pytest.mark.parametrize("status", CUT)
async def test_a_whole_text_stays_current_when_a_cut_one_comes(database: Database, status: RunStatus) -> None:
    await set_current(database, "complete")
    assert await ended(database, status) == CURRENT


async def test_an_end_of_a_deleted_run_is_rejected(database: Database) -> None:
    with pytest.raises(RowRejected):
        await database.write(partial(store_end, end=RunEnd(make_run(id="gone"), "abc")))


@pytest.mark.parametrize(
    ("kind", "has_text", "way_on"),
    [
        (RunKind.GENERATE, True, "what there was is kept, press Continue to go on."),
        (RunKind.GENERATE, False, "nothing of it had come yet, press Generate again."),
        (RunKind.FIX, True, "what there was is kept, fix the version before once more."),
        (RunKind.FIX, False, "nothing of it had come yet, fix the version before once more."),
    ],
)
def test_an_interrupted_run_says_what_to_do(kind: RunKind, way_on: str, *, has_text: bool) -> None:
    live = make_run(
        kind=kind, status=RunStatus.RUNNING, progress=Progress(ProgressPhase.LOADING), position=2, finished_at=None
    )
    later = NOW + timedelta(seconds=1)
    run: RunInfo = as_interrupted(live, "The server stopped", later, has_text=has_text)
    assert (run.status, run.finish_reason, run.finished_at) == (RunStatus.INTERRUPTED, "interrupted", later)
    assert (run.progress, run.position) == (None, None)
    assert run.error == RunError("interrupted", f"The server stopped: {way_on}", retryable=True)


async def test_a_whole_text_becomes_current_and_a_cut_one_does_not_replace_it(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    cut = text_script("cut", finish=StreamEnd("length"))
    engine.play(cut, cut, text_script("whole"), cut, text_script("whole again"), (FINISHED_STOP,))
    project = await ada.create_project()
    codes = []
    for _ in range(6):
        await ada.finished_run(project)
        codes.append((await ada.reloaded(project)).backend_code)
    assert codes == ["cut", "cut", "whole", "whole", "whole again", "whole again"]
    assert (await ada.reloaded(project)).frontend_code is None


async def test_the_newer_of_two_cut_texts_is_current(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("first", finish=StreamEnd("length")), text_script("second", finish=StreamEnd("length")))
    project = await ada.create_project()
    for _ in range(2):
        log = await ada.finished_run(project)
    assert (await ada.reloaded(project)).backend_run_id == log.state.id
