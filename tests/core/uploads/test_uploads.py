"""What a person brings along is a version like any other, and the model goes on from it."""

from collections.abc import Awaitable, Callable

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.errors import Conflict, InvalidInput, NotFound
from core.generation.run_request import RunRequest
from core.projects.projects import ProjectUpdate
from core.runs.state import RunKind, RunStatus
from core.studio import Studio
from core.uploads.ignore_rules import BINARY_REASON
from core.uploads.unpack import UploadedFile
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, read_run_row, register_user, wait_for_end

FILES = [UploadedFile("main.py", b"a = 1\n"), UploadedFile("requirements.txt", b"flask")]


async def paths(ada: StudioUser, run_id: str) -> dict[str, str]:
    return {found.path: found.text for found in await ada.studio.versions.served_files(ada.id, run_id)}


async def test_an_upload_is_a_whole_version_and_the_current_one(ada: StudioUser) -> None:
    project = await ada.create_project()
    brought = await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, FILES)
    run = brought.run
    assert (run.kind, run.status, run.finish_reason) == (RunKind.UPLOAD, RunStatus.COMPLETE, "uploaded")
    assert (run.engine, run.model, run.prompt) == (EngineName.NONE, "", "A todo list.")
    assert run.instructions == "uploaded main.py and 1 more: 2 files"
    assert (brought.file_count, brought.skipped) == (2, ())
    assert run.created_at == run.started_at == run.finished_at
    log = await ada.log(run)
    assert log.closed
    assert log.length == run.characters == len(log.text)
    assert await paths(ada, run.id) == {"main.py": "a = 1\n", "requirements.txt": "flask\n"}
    assert (await ada.reloaded(project)).backend_run_id == run.id


async def test_it_is_stored_as_it_is_read(
    ada: StudioUser, another: Callable[..., Awaitable[Studio]], engine: ScriptedEngine
) -> None:
    project = await ada.create_project()
    run = (await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, FILES)).run
    stored = await read_run_row(ada.studio, run)
    assert (stored.kind, stored.engine, stored.status) == ("upload", "none", "complete")
    again = await another()
    log = await again.runs.open_log(ada.id, run.id)
    assert log.text == stored.text == (await ada.log(run)).text
    assert log.state.is_upload
    assert engine.requests == []


async def test_the_side_gets_the_stack_that_the_files_fit_and_the_other_side_keeps_its_own(ada: StudioUser) -> None:
    project = await ada.create_project()
    brought = await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, FILES)
    assert (brought.suggested_stack, brought.run.stack) == ("flask", "flask")
    changed = await ada.reloaded(project)
    assert (changed.backend_stack, changed.frontend_stack) == ("flask", project.frontend_stack)


async def test_where_the_files_fit_no_stack_the_projects_own_stays(ada: StudioUser) -> None:
    project = await ada.studio.projects.create(ada.id, "x", "x", ProjectUpdate(backend_stack="go"))
    brought = await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, [UploadedFile("notes.txt", b"x")])
    assert (brought.suggested_stack, brought.run.stack) == (None, "go")
    assert (await ada.reloaded(project)).backend_stack == "go"


async def test_generate_extends_it_and_refine_changes_it(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("### FILE: new.py\n```\nb\n```\n"), text_script("### FILE: main.py\n```\na = 2\n```\n"))
    project = await ada.create_project()
    upload = (await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, FILES)).run
    extended = await ada.finished_run(project, order=RunRequest(model="scripted"))
    assert (extended.state.kind, extended.state.parent_id) == (RunKind.REFINE, upload.id)
    assert set(await paths(ada, extended.state.id)) == {"main.py", "requirements.txt", "new.py"}
    refined = await ada.studio.versions.refine(ada.id, upload.id, "make it two")
    await wait_for_end(await ada.log(refined))
    assert (await paths(ada, refined.id))["main.py"] == "a = 2\n"
    for request in engine.requests:
        assert "a = 1" in request.messages[-1].content


async def test_while_the_side_is_being_written_an_upload_is_refused(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((gate, FINISHED_STOP))
    project = await ada.create_project()
    live = await ada.start_run(project)
    with pytest.raises(Conflict, match="stop that first") as refused:
        await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, FILES)
    assert refused.value.run_id == live.state.id
    await ada.studio.uploads.add(ada.id, project.id, Side.FRONTEND, FILES)
    gate.open()


async def test_a_run_that_started_meanwhile_is_in_the_way_too(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    engine.play((gate, FINISHED_STOP))
    project = await ada.create_project()
    live = await ada.start_run(project)
    monkeypatch.setattr(ada.studio.runs, "live_run", lambda *_: None)
    with pytest.raises(Conflict) as refused:
        await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, FILES)
    assert refused.value.run_id == live.state.id
    assert (await ada.reloaded(project)).backend_run_id is None
    gate.open()


async def test_another_users_project_is_not_there(ada: StudioUser) -> None:
    project = await ada.create_project()
    eve = await register_user(ada.studio, "eve")
    for user_id, project_id in ((eve.id, project.id), (ada.id, 999)):
        with pytest.raises(NotFound):
            await ada.studio.uploads.add(user_id, project_id, Side.BACKEND, FILES)


async def test_what_was_left_out_is_named_with_the_reason(ada: StudioUser) -> None:
    project = await ada.create_project()
    sent = [*FILES, UploadedFile(".env", b"KEY=1"), UploadedFile("a.dat", b"\0")]
    brought = await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, sent)
    assert brought.file_count == 2
    assert [skipped.path for skipped in brought.skipped] == [".env", "a.dat"]
    assert brought.skipped[1].reason == BINARY_REASON


async def test_nothing_is_stored_where_nothing_can_be_taken(ada: StudioUser) -> None:
    project = await ada.create_project()
    for sent in ([UploadedFile(".env", b"x")], [UploadedFile("a.md", b"\0")], []):
        with pytest.raises(InvalidInput, match="no file in this that can be taken"):
            await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, sent)
    assert await ada.studio.runs.list_runs(ada.id, project.id) == []


@pytest.mark.parametrize(
    ("name", "called"), [("C:\\x\\a.py", "a.py"), ("a\x00\n.py", "a.py"), ("a" * 99 + ".py", "a" * 80)]
)
async def test_what_it_is_called_is_short_and_plain(ada: StudioUser, name: str, called: str) -> None:
    project = await ada.create_project()
    sent = [UploadedFile(name, b"x"), UploadedFile("b.py", b"x")]
    brought = await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, sent)
    assert (brought.run.instructions or "").startswith(f"uploaded {called} and 1 more: ")
