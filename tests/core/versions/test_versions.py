"""Every run is a version: what is in it, what goes on from it, and what can be taken home."""

import io
import zipfile

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import Finished, Text
from core.errors import Conflict, NotFound
from core.generation.runs import Order
from core.runs.state import RunKind, RunStatus
from tests.support.engines.scripted_engine import STOP, Gate, ScriptedEngine, says
from tests.support.users.studio_user import Author, ended, grown

CUT = Finished("length")


def file(path: str, text: str) -> str:
    return f"### FILE: {path}\n```\n{text}\n```\n"


FIRST = file("main.py", "a = 1") + file("requirements.txt", "fastapi")


async def paths(ada: Author, run_id: str) -> dict[str, str]:
    return {found.path: found.text for found in await ada.studio.versions.served(ada.id, run_id)}


def unzipped(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_a_refinement_lies_over_its_parents_files(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(FIRST), says(file("main.py", "a = 2") + file("new.py", "b")))
    first = await ada.written(await ada.project())
    run = await ada.studio.versions.refine(ada.id, first.state.id, "make it two")
    await ended(await ada.log(run))
    assert (run.kind, run.parent_id, run.instructions) == (RunKind.REFINE, first.state.id, "make it two")
    assert await paths(ada, run.id) == {"main.py": "a = 2\n", "requirements.txt": "fastapi\n", "new.py": "b\n"}
    asked = engine.requests[1].messages[-1].content
    assert "a = 1" in asked
    assert "make it two" in asked


async def test_a_cut_file_does_not_replace_a_whole_one(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(FIRST), says("### FILE: main.py\n```\na = ", end=CUT))
    first = await ada.written(await ada.project())
    run = await ada.studio.versions.refine(ada.id, first.state.id, "make it two")
    await ended(await ada.log(run))
    assert (await paths(ada, run.id))["main.py"] == "a = 1\n"


async def test_a_continuation_begins_with_its_parents_text(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says("### FILE: main.py\n```\na = ", end=CUT), says("1\n```\n"))
    first = await ada.written(await ada.project(), order=Order(instructions="in green"))
    run = await ada.studio.versions.go_on(ada.id, first.state.id)
    log = await ended(await ada.log(run))
    assert (run.kind, run.parent_id, run.instructions) == (RunKind.CONTINUE, first.state.id, "in green")
    assert log.text == first.text + "1\n```\n"
    assert log.state.status is RunStatus.COMPLETE
    assert await paths(ada, run.id) == {"main.py": "a = 1\n"}
    first_asked, second_asked = (request.messages for request in engine.requests)
    assert second_asked[:-1] == first_asked
    assert (second_asked[-1].role, second_asked[-1].content) == ("assistant", first.text)


async def test_a_continued_refinement_keeps_what_it_refined(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(FIRST), says("### FILE: new.py\n```\nb", end=CUT), says(" = 1\n```\n"))
    first = await ada.written(await ada.project())
    second = await ada.studio.versions.refine(ada.id, first.state.id, "more")
    await ended(await ada.log(second))
    third = await ada.studio.versions.go_on(ada.id, second.id)
    await ended(await ada.log(third))
    assert await paths(ada, third.id) == {"main.py": "a = 1\n", "requirements.txt": "fastapi\n", "new.py": "b = 1\n"}
    assert engine.requests[2].messages[:-1] == engine.requests[1].messages


async def test_only_a_cut_run_is_continued(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play(says("whole"), (gate, STOP))
    project = await ada.project()
    for log in (await ada.written(project), await ada.start(project)):
        with pytest.raises(Conflict):
            await ada.studio.versions.go_on(ada.id, log.state.id)
    gate.open()


async def test_a_stopped_run_is_continued(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Text("abc"), Gate(), STOP), says("def"))
    log = await ada.start(await ada.project())
    await grown(log, 3)
    await ada.studio.runs.stop(ada.id, log.state.id)
    run = await ada.studio.versions.go_on(ada.id, log.state.id)
    assert (await ended(await ada.log(run))).text == "abcdef"


async def test_only_an_ended_version_with_text_is_refined_or_restored(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((STOP,), (Text("x"), gate, STOP))
    project = await ada.project()
    for log in (await ada.written(project), await ada.start(project)):
        with pytest.raises(Conflict):
            await ada.studio.versions.refine(ada.id, log.state.id, "more")
        with pytest.raises(Conflict):
            await ada.studio.versions.restore(ada.id, log.state.id)
    gate.open()


async def test_restoring_makes_an_older_version_current(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says("first"), says("second"))
    project = await ada.project()
    first = await ada.written(project)
    await ada.written(project)
    assert (await ada.again(project)).backend_code == "second"
    assert await ada.studio.versions.restore(ada.id, first.state.id) == first.state
    assert (await ada.again(project)).backend_code == "first"


async def test_a_download_holds_the_files_under_a_name_that_says_what_it_is(
    engine: ScriptedEngine, ada: Author
) -> None:
    engine.play(says(FIRST))
    log = await ada.written(await ada.project("Löwe & Co"))
    archive = await ada.studio.versions.download(ada.id, log.state.id)
    assert archive.name == "Löwe & Co-backend.zip"
    assert unzipped(archive.content) == {"main.py": "a = 1\n", "requirements.txt": "fastapi\n"}


async def test_a_projects_download_holds_both_sides_and_how_to_start_them(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(FIRST), says(file("index.html", "<p>")))
    project = await ada.project()
    for side in Side:
        await ada.written(project, side)
    archive = await ada.studio.versions.download_project(ada.id, project.id)
    found = unzipped(archive.content)
    assert set(found) == {"README.md", "backend/main.py", "backend/requirements.txt", "frontend/index.html"}
    assert "pip install -r requirements.txt" in found["README.md"]
    assert archive.name == "Todo.zip"


async def test_a_project_without_versions_can_be_downloaded(ada: Author) -> None:
    archive = await ada.studio.versions.download_project(ada.id, (await ada.project()).id)
    assert set(unzipped(archive.content)) == {"README.md"}


async def test_the_difference_of_two_versions(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(FIRST), says(file("main.py", "a = 2") + file("requirements.txt", "fastapi")))
    project = await ada.project()
    first, second = await ada.written(project), await ada.written(project)
    diff = await ada.studio.versions.diff(ada.id, first.state.id, second.state.id)
    assert "-a = 1\n+a = 2\n" in diff
    assert "requirements" not in diff
    assert await ada.studio.versions.diff(ada.id, first.state.id, first.state.id) == ""


async def test_one_file_is_found_by_its_path(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(FIRST))
    log = await ada.written(await ada.project())
    assert (await ada.studio.versions.file(ada.id, log.state.id, "main.py")).text == "a = 1\n"
    for path in ("other.py", "../main.py", ""):
        with pytest.raises(NotFound):
            await ada.studio.versions.file(ada.id, log.state.id, path)


async def test_a_reader_of_a_deleted_refinement_still_gets_its_files(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says(FIRST), says(file("new.py", "b")))
    project = await ada.project()
    first = await ada.written(project)
    run = await ada.studio.versions.refine(ada.id, first.state.id, "more")
    log = await ended(await ada.log(run))
    await ada.studio.projects.delete(ada.id, project.id)
    assert "new.py" in [found.source.path for found in await ada.studio.versions.files_of(log)]
