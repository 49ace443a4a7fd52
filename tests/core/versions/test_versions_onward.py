"""What goes on from a version: with which text, requirements and model, and through how long a chain."""

import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import ModuleType

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import StreamEnd
from core.files import source_file
from core.projects.projects import ProjectUpdate
from core.runs.state import RunKind, RunStatus, insert_values, new_run_id
from core.studio import Studio
from core.versions import versions
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


async def test_large_texts_hold_up_nobody(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play(text_script("### FILE: main.py\n```\n" + "a = 1\n" * 20_000 + "```\n"))
    log = await ada.finished_run(await ada.create_project())
    threads: dict[str, threading.Thread] = {}

    def noting(module: ModuleType, name: str) -> Callable[..., object]:
        work = getattr(module, name)

        def noted(*given: object) -> object:
            threads[name] = threading.current_thread()
            return work(*given)

        return noted

    for module, name in ((source_file, "parse_files"), (versions, "git_diff"), (source_file, "zip_bytes")):
        monkeypatch.setattr(module, name, noting(module, name))
    await ada.studio.versions.diff(ada.id, log.state.id, log.state.id)
    await ada.studio.versions.download(ada.id, log.state.id)
    assert set(threads) == {"parse_files", "git_diff", "zip_bytes"}
    assert threading.main_thread() not in threads.values()
