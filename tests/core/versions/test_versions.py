"""Every run is a version: what is in it, what goes on from it, and what can be taken home."""

import io
import zipfile

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import StreamEnd, TextDelta
from core.errors import Conflict, NotFound
from core.generation.run_request import RunRequest
from core.runs.state import RunKind, RunStatus
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, wait_for_end, wait_for_length

CUT = StreamEnd("length")


def file(path: str, text: str) -> str:
    return f"### FILE: {path}\n```\n{text}\n```\n"


FIRST = file("main.py", "a = 1") + file("requirements.txt", "fastapi")


async def paths(ada: StudioUser, run_id: str) -> dict[str, str]:
    return {found.path: found.text for found in await ada.studio.versions.served_files(ada.id, run_id)}


def unzipped(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_a_refinement_lies_over_its_parents_files(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(FIRST), text_script(file("main.py", "a = 2") + file("new.py", "b")))
    first = await ada.finished_run(await ada.create_project())
    run = await ada.studio.versions.refine(ada.id, first.state.id, "make it two")
    await wait_for_end(await ada.log(run))
    assert (run.kind, run.parent_id, run.instructions) == (RunKind.REFINE, first.state.id, "make it two")
    assert await paths(ada, run.id) == {"main.py": "a = 2\n", "requirements.txt": "fastapi\n", "new.py": "b\n"}
    asked = engine.requests[1].messages[-1].content
    assert "a = 1" in asked
    assert "make it two" in asked


async def test_a_cut_file_does_not_replace_a_whole_one(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(FIRST), text_script("### FILE: main.py\n```\na = ", finish=CUT))
    first = await ada.finished_run(await ada.create_project())
    run = await ada.studio.versions.refine(ada.id, first.state.id, "make it two")
    await wait_for_end(await ada.log(run))
    assert (await paths(ada, run.id))["main.py"] == "a = 1\n"


async def test_a_continuation_begins_with_its_parents_text(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("### FILE: main.py\n```\na = ", finish=CUT), text_script("1\n```\n"))
    first = await ada.finished_run(await ada.create_project(), order=RunRequest(instructions="in green"))
    run = await ada.studio.versions.continue_run(ada.id, first.state.id)
    log = await wait_for_end(await ada.log(run))
    assert (run.kind, run.parent_id, run.instructions) == (RunKind.CONTINUE, first.state.id, "in green")
    assert log.text == first.text + "1\n```\n"
    assert log.state.status is RunStatus.COMPLETE
    assert await paths(ada, run.id) == {"main.py": "a = 1\n"}
    first_asked, second_asked = (request.messages for request in engine.requests)
    assert second_asked[:-1] == first_asked
    assert (second_asked[-1].role, second_asked[-1].content) == ("assistant", first.text)


async def test_a_continued_refinement_keeps_what_it_refined(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(FIRST), text_script("### FILE: new.py\n```\nb", finish=CUT), text_script(" = 1\n```\n"))
    first = await ada.finished_run(await ada.create_project())
    second = await ada.studio.versions.refine(ada.id, first.state.id, "more")
    await wait_for_end(await ada.log(second))
    third = await ada.studio.versions.continue_run(ada.id, second.id)
    await wait_for_end(await ada.log(third))
    assert await paths(ada, third.id) == {"main.py": "a = 1\n", "requirements.txt": "fastapi\n", "new.py": "b = 1\n"}
    assert engine.requests[2].messages[:-1] == engine.requests[1].messages


async def test_only_a_cut_run_is_continued(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play(text_script("whole"), (gate, FINISHED_STOP))
    project = await ada.create_project()
    for log in (await ada.finished_run(project), await ada.start_run(project)):
        with pytest.raises(Conflict):
            await ada.studio.versions.continue_run(ada.id, log.state.id)
    gate.open()


async def test_a_stopped_run_is_continued(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("abc"), Gate(), FINISHED_STOP), text_script("def"))
    log = await ada.start_run(await ada.create_project())
    await wait_for_length(log, 3)
    await ada.studio.runs.stop(ada.id, log.state.id)
    run = await ada.studio.versions.continue_run(ada.id, log.state.id)
    assert (await wait_for_end(await ada.log(run))).text == "abcdef"


async def test_only_an_ended_version_with_text_is_refined_or_restored(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((FINISHED_STOP,), (TextDelta("x"), gate, FINISHED_STOP))
    project = await ada.create_project()
    for log in (await ada.finished_run(project), await ada.start_run(project)):
        with pytest.raises(Conflict):
            await ada.studio.versions.refine(ada.id, log.state.id, "more")
        with pytest.raises(Conflict):
            await ada.studio.versions.restore(ada.id, log.state.id)
    gate.open()


async def test_restoring_makes_an_older_version_current(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("first"), text_script("second"))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    await ada.finished_run(project)
    assert (await ada.reloaded(project)).backend_code == "second"
    assert await ada.studio.versions.restore(ada.id, first.state.id) == first.state
    assert (await ada.reloaded(project)).backend_code == "first"


async def test_a_download_holds_the_files_under_a_name_that_says_what_it_is(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.play(text_script(FIRST))
    log = await ada.finished_run(await ada.create_project("Löwe & Co"))
    archive = await ada.studio.versions.download(ada.id, log.state.id)
    assert archive.name == "Löwe & Co-backend.zip"
    assert unzipped(archive.content) == {"main.py": "a = 1\n", "requirements.txt": "fastapi\n"}


async def test_a_projects_download_holds_both_sides_and_how_to_start_them(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.play(text_script(FIRST), text_script(file("index.html", "<p>")))
    project = await ada.create_project()
    for side in Side:
        await ada.finished_run(project, side)
    archive = await ada.studio.versions.download_project(ada.id, project.id)
    found = unzipped(archive.content)
    assert set(found) == {"README.md", "backend/main.py", "backend/requirements.txt", "frontend/index.html"}
    assert "pip install -r requirements.txt" in found["README.md"]
    assert archive.name == "Todo.zip"


async def test_a_project_without_versions_can_be_downloaded(ada: StudioUser) -> None:
    archive = await ada.studio.versions.download_project(ada.id, (await ada.create_project()).id)
    assert set(unzipped(archive.content)) == {"README.md"}


async def test_the_difference_of_two_versions(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(FIRST), text_script(file("main.py", "a = 2") + file("requirements.txt", "fastapi")))
    project = await ada.create_project()
    first, second = await ada.finished_run(project), await ada.finished_run(project)
    diff = await ada.studio.versions.diff(ada.id, first.state.id, second.state.id)
    assert "-a = 1\n+a = 2\n" in diff
    assert "requirements" not in diff
    assert await ada.studio.versions.diff(ada.id, first.state.id, first.state.id) == ""


async def test_one_file_is_found_by_its_path(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(FIRST))
    log = await ada.finished_run(await ada.create_project())
    assert (await ada.studio.versions.file(ada.id, log.state.id, "main.py")).text == "a = 1\n"
    for path in ("other.py", "../main.py", ""):
        with pytest.raises(NotFound):
            await ada.studio.versions.file(ada.id, log.state.id, path)


async def test_a_reader_of_a_deleted_refinement_still_gets_its_files(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(FIRST), text_script(file("new.py", "b")))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    run = await ada.studio.versions.refine(ada.id, first.state.id, "more")
    log = await wait_for_end(await ada.log(run))
    await ada.studio.projects.delete(ada.id, project.id)
    assert "new.py" in [found.source.path for found in await ada.studio.versions.reviewed_files_of(log)]


async def test_the_files_of_a_live_run_are_those_that_have_come(engine: ScriptedEngine, ada: StudioUser) -> None:
    begun = file("a.py", "a = 1") + "### FILE: b.py\n```\nb = "
    engine.play((TextDelta(begun), Gate(), FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    await wait_for_length(log, len(begun))
    found = await ada.studio.versions.served_files(ada.id, log.state.id)
    assert [(each.path, each.text, each.is_complete) for each in found] == [
        ("a.py", "a = 1\n", True),
        ("b.py", "b = ", False),
    ]
    assert (await ada.studio.versions.file(ada.id, log.state.id, "a.py")).text == "a = 1\n"
    with pytest.raises(NotFound):
        await ada.studio.versions.file(ada.id, log.state.id, "c.py")
