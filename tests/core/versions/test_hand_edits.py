"""Versions that a person makes by changing files: whole, current, and what the model goes on from."""

import pytest

from core.engines.protocol import EngineName
from core.errors import Conflict, NotFound
from core.runs.log_registry import Log
from core.runs.state import RunKind, RunStatus
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.fake_reviews import flag_bug_lines
from tests.support.users.studio_user import StudioUser, read_run_row, register_user, wait_for_end


def file(path: str, text: str) -> str:
    return f"### FILE: {path}\n```\n{text}\n```\n"


FIRST = file("main.py", "a = 1") + file("lib/util.py", "b = 2") + "Done.\n"


@pytest.fixture
async def first(engine: ScriptedEngine, ada: StudioUser) -> Log:
    engine.play(text_script(FIRST), text_script(file("new.py", "c = 3")))
    return await ada.finished_run(await ada.create_project())


async def texts(ada: StudioUser, run_id: str) -> dict[str, str]:
    return {each.path: each.text for each in await ada.studio.versions.served_files(ada.id, run_id, formatted=False)}


async def test_files_are_changed_added_and_removed_in_a_new_version(ada: StudioUser, first: Log) -> None:
    changes = {"main.py": "a = 2\r\n", "docs/notes.md": "# Notes", "lib/util.py": None}
    run = await ada.studio.hand_edits.add(ada.id, first.state.id, changes, "by hand")
    assert (run.kind, run.status, run.engine, run.parent_id) == (
        RunKind.EDIT,
        RunStatus.COMPLETE,
        EngineName.NONE,
        first.state.id,
    )
    assert (run.name, run.instructions) == ("by hand", "edited main.py, docs/notes.md, lib/util.py")
    assert await texts(ada, run.id) == {"main.py": "a = 2\n", "docs/notes.md": "# Notes\n"}
    assert await texts(ada, first.state.id) == {"main.py": "a = 1\n", "lib/util.py": "b = 2\n"}
    kept = await ada.studio.versions.file(ada.id, run.id, "main.py", formatted=False)
    assert kept.encoded.content == b"a = 2\r\n"


async def test_it_is_current_and_stored(ada: StudioUser, first: Log) -> None:
    run = await ada.studio.hand_edits.add(ada.id, first.state.id, {"main.py": "a = 2\n"})
    [newest, *_] = await ada.studio.runs.list_runs(ada.id, run.project_id)
    project = await ada.studio.projects.get(ada.id, run.project_id)
    assert (newest.id, project.backend_run_id) == (run.id, run.id)
    stored = await read_run_row(ada.studio, run)
    assert (stored.kind, stored.text) == ("edit", (await ada.log(run)).text)
    assert "a = 2" in (stored.text or "")


async def test_the_model_goes_on_from_it_and_its_parents_are_not_beneath(
    ada: StudioUser, first: Log, engine: ScriptedEngine
) -> None:
    edited = await ada.studio.hand_edits.add(ada.id, first.state.id, {"main.py": "a = 2\n", "lib/util.py": None})
    refined = await ada.studio.versions.refine(ada.id, edited.id, "add three")
    await wait_for_end(await ada.log(refined))
    assert "a = 2" in engine.requests[-1].messages[-1].content
    assert await texts(ada, refined.id) == {"main.py": "a = 2\n", "new.py": "c = 3\n"}
    again = await ada.studio.hand_edits.add(ada.id, refined.id, {"new.py": None})
    assert await texts(ada, again.id) == {"main.py": "a = 2\n"}


async def test_what_cannot_be_is_refused_and_makes_no_version(ada: StudioUser, first: Log) -> None:
    with pytest.raises(NotFound, match=r"There is no file gone\.py to remove"):
        await ada.studio.hand_edits.add(ada.id, first.state.id, {"main.py": "a = 2\n", "gone.py": None})
    assert len(await ada.studio.runs.list_runs(ada.id, first.state.project_id)) == 1


async def test_while_the_side_is_being_written_nothing_is_saved(ada: StudioUser, engine: ScriptedEngine) -> None:
    gate = Gate()
    engine.play(text_script(FIRST), (gate, FINISHED_STOP))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    live = await ada.start_run(project)
    with pytest.raises(Conflict, match="is being written") as refused:
        await ada.studio.hand_edits.add(ada.id, first.state.id, {"main.py": "a = 2\n"})
    assert refused.value.run_id == live.state.id
    gate.open()


async def test_another_users_version_is_not_there(ada: StudioUser, first: Log) -> None:
    eve = await register_user(ada.studio, "eve")
    with pytest.raises(NotFound):
        await ada.studio.hand_edits.add(eve.id, first.state.id, {"main.py": "a = 2\n"})


@pytest.mark.parametrize("look", [flag_bug_lines])
async def test_what_nobody_changed_is_served_as_before(ada: StudioUser, engine: ScriptedEngine) -> None:
    engine.play(text_script(file("main.py", "LAID = OUT") + file("b.py", "b = 1")))
    first = await ada.finished_run(await ada.create_project())
    run = await ada.studio.hand_edits.add(ada.id, first.state.id, {"b.py": "B = 2\n"})
    served = {each.path: each.text for each in await ada.studio.versions.served_files(ada.id, run.id)}
    assert served == {"main.py": "laid = out\n", "b.py": "b = 2\n"}
    changes = await ada.studio.versions.compare(ada.id, first.state.id, run.id)
    assert [change.path for change in changes] == ["b.py"]
