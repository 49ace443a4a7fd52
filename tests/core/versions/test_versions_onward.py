"""What goes on from a version: with which text, requirements and model, and through how long a chain."""

import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import StreamEnd
from core.files import answer
from core.files.answer import ParsedAnswer
from core.projects.projects import ProjectUpdate
from core.runs import version_files
from core.runs.state import RunKind, RunStatus, insert_values, new_run_id
from core.studio import Studio
from core.workers.pools import WorkerPool
from data.models import Run
from tests.support.database_rows import add_rows
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, read_run_row, register_user, wait_for_end

Another = Callable[..., Awaitable[Studio]]

CUT = StreamEnd("length")


async def test_a_continuation_has_its_parents_text_while_it_waits(engine: ScriptedEngine, another: Another) -> None:
    engine.play(text_script("abc", finish=CUT), (Gate(), FINISHED_STOP))
    ada = await register_user(await another(max_runs=1))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    await ada.start_run(project, Side.FRONTEND)
    run = await ada.studio.versions.continue_run(ada.id, first.state.id)
    log = await ada.log(run)
    assert (run.status, run.characters, log.text) == (RunStatus.QUEUED, 3, "abc")
    crashed = await another()  # it finds what the database has at this moment
    assert (await crashed.runs.open_log(ada.id, run.id)).text == "abc"
    stopped = await ada.studio.runs.stop(ada.id, run.id)
    assert (stopped.status, stopped.characters, log.text) == (RunStatus.STOPPED, 3, "abc")
    assert (await read_run_row(ada.studio, run)).text == "abc"


async def test_what_goes_on_from_a_run_asks_for_what_that_run_was_asked_for(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.play(text_script("### FILE: main.py\n```\na\n```\n", finish=CUT))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    await ada.studio.projects.update(ada.id, project.id, ProjectUpdate(prompt="A chess board."))
    await wait_for_end(await ada.log(await ada.studio.versions.continue_run(ada.id, first.state.id)))
    refined = await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, first.state.id, "more")))
    await wait_for_end(await ada.log(await ada.studio.versions.continue_run(ada.id, refined.state.id)))
    await ada.finished_run(project)
    wishes = [
        [message.content for message in request.messages if message.role == "user"][-1] for request in engine.requests
    ]
    assert ["A todo list." in wish for wish in wishes] == [True, True, True, True, False]
    assert (await read_run_row(ada.studio, refined.state)).prompt == "A todo list."


@pytest.mark.parametrize("kind", [RunKind.REFINE, RunKind.CONTINUE])
async def test_a_long_chain_of_versions_is_gone_through(ada: StudioUser, kind: RunKind) -> None:
    state = (await ada.finished_run(await ada.create_project())).state
    made: list[Run] = []
    for number in range(1200):
        state = replace(state, id=new_run_id(), kind=kind, parent_id=state.id)
        made.append(Run(**insert_values(state), text=f"### FILE: main.py\n```\n{number}\n```\n"))
    await add_rows(ada.studio.database, *made)
    [found] = await ada.studio.versions.served_files(ada.id, state.id)
    assert (found.path, found.text) == ("main.py", "1199\n")
    assert (await ada.studio.versions.refine(ada.id, state.id, "more")).parent_id == state.id


async def test_no_foreign_text_is_worked_on_by_the_event_loop(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play(text_script("### FILE: main.py\n```\na = 1\n```\n"))
    log = await ada.finished_run(await ada.create_project())
    in_workers: list[str] = []
    threads: list[threading.Thread] = []
    run, parse = WorkerPool.run, answer.parse_answer

    def note_work(pool: WorkerPool, function: Callable[..., object], *given: object, caller: int) -> object:
        in_workers.append(function.__name__)
        return run(pool, function, *given, caller=caller)

    def note_thread(text: str, path: str) -> ParsedAnswer:
        threads.append(threading.current_thread())
        return parse(text, path)

    monkeypatch.setattr(WorkerPool, "run", note_work)
    monkeypatch.setattr(answer, "parse_answer", note_thread)
    version_files._parse_answer.cache_clear()  # another test may have had the same text read
    assert await ada.studio.versions.diff(ada.id, log.state.id, log.state.id) == ""
    assert (await ada.studio.versions.download(ada.id, log.state.id)).content.startswith(b"PK")
    assert in_workers == ["git_diff", "zip_bytes"]
    assert threads
    assert threading.main_thread() not in threads
