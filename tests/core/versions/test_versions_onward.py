"""What goes on from a version: with which text, requirements and model, and through how long a chain."""

import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import Finished
from core.files import source_file
from core.generation.runs import Order
from core.projects.projects import Changes
from core.runs.state import RunKind, RunStatus, first_values, new_run_id
from core.studio import Studio
from data.models import Run
from tests.support.database_rows import add
from tests.support.engines.scripted_engine import STOP, Gate, ScriptedEngine, says
from tests.support.users.studio_user import Author, author, ended, row

Another = Callable[..., Awaitable[Studio]]

CUT = Finished("length")


async def test_a_continuation_has_its_parents_text_while_it_waits(engine: ScriptedEngine, another: Another) -> None:
    engine.play(says("abc", end=CUT), (Gate(), STOP))
    ada = await author(await another(max_runs=1))
    project = await ada.project()
    first = await ada.written(project)
    await ada.start(project, Side.FRONTEND)
    run = await ada.studio.versions.go_on(ada.id, first.state.id)
    log = await ada.log(run)
    assert (run.status, run.characters, log.text) == (RunStatus.QUEUED, 3, "abc")
    crashed = await another()  # it finds what the database has at this moment
    assert (await crashed.runs.log(ada.id, run.id)).text == "abc"
    stopped = await ada.studio.runs.stop(ada.id, run.id)
    assert (stopped.status, stopped.characters, log.text) == (RunStatus.STOPPED, 3, "abc")
    assert (await row(ada.studio, run)).text == "abc"


async def test_what_goes_on_from_a_run_asks_for_what_that_run_was_asked_for(
    engine: ScriptedEngine, ada: Author
) -> None:
    engine.play(says("### FILE: main.py\n```\na\n```\n", end=CUT))
    project = await ada.project()
    first = await ada.written(project)
    await ada.studio.projects.change(ada.id, project.id, Changes(prompt="A chess board."))
    await ended(await ada.log(await ada.studio.versions.go_on(ada.id, first.state.id)))
    refined = await ended(await ada.log(await ada.studio.versions.refine(ada.id, first.state.id, "more")))
    await ended(await ada.log(await ada.studio.versions.go_on(ada.id, refined.state.id)))
    await ada.written(project)
    wishes = [
        [message.content for message in request.messages if message.role == "user"][-1] for request in engine.requests
    ]
    assert ["A todo list." in wish for wish in wishes] == [True, True, True, True, False]
    assert (await row(ada.studio, refined.state)).prompt == "A todo list."


async def test_another_model_than_before_is_told(engine: ScriptedEngine, ada: Author) -> None:
    engine.known = ["one", "two"]
    engine.play(says("abc", end=CUT))
    first = await ada.written(await ada.project(), order=Order(model="two"))
    same = await ended(await ada.log(await ada.studio.versions.go_on(ada.id, first.state.id)))
    assert (same.state.model, same.state.warning) == ("two", None)
    engine.known = ["one"]
    engine.play(says("def", end=Finished("length", warning="The window is full.")))
    warning = "Continued with one (ollama) because two (ollama) is not available. The window is full."
    continued = await ada.studio.versions.go_on(ada.id, first.state.id)
    assert (await ended(await ada.log(continued))).state.warning == warning
    refined = await ada.studio.versions.refine(ada.id, first.state.id, "more")
    assert (await ended(await ada.log(refined))).state.warning == warning


@pytest.mark.parametrize("kind", [RunKind.REFINE, RunKind.CONTINUE])
async def test_a_long_chain_of_versions_is_gone_through(ada: Author, kind: RunKind) -> None:
    state = (await ada.written(await ada.project())).state
    made: list[Run] = []
    for number in range(1200):
        state = replace(state, id=new_run_id(), kind=kind, parent_id=state.id)
        made.append(Run(**first_values(state), text=f"### FILE: main.py\n```\n{number}\n```\n"))
    await add(ada.studio.database, *made)
    [found] = await ada.studio.versions.served(ada.id, state.id)
    assert (found.path, found.text) == ("main.py", "1199\n")
    assert (await ada.studio.versions.refine(ada.id, state.id, "more")).parent_id == state.id


async def test_large_texts_hold_up_nobody(engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.play(says("### FILE: main.py\n```\n" + "a = 1\n" * 20_000 + "```\n"))
    log = await ada.written(await ada.project())
    threads: dict[str, threading.Thread] = {}

    def noting(name: str) -> Callable[..., object]:
        work = getattr(source_file, name)

        def noted(*given: object) -> object:
            threads[name] = threading.current_thread()
            return work(*given)

        return noted

    for name in ("split", "diff", "zip_bytes"):
        monkeypatch.setattr(source_file, name, noting(name))
    await ada.studio.versions.diff(ada.id, log.state.id, log.state.id)
    await ada.studio.versions.download(ada.id, log.state.id)
    assert set(threads) == {"split", "diff", "zip_bytes"}
    assert threading.main_thread() not in threads.values()
