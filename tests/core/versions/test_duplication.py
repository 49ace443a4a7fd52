"""A copy of a project begins with what that is, and goes its own way."""

import pytest

from core.catalog.stacks import Side
from core.errors import NotFound
from core.projects.projects import MAX_NAME_LENGTH, ProjectUpdate
from core.runs.state import RunKind
from core.uploads.unpack import UploadedFile
from data import queries
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, register_user, wait_for_end


def file(path: str, text: str) -> str:
    return f"### FILE: {path}\n```\n{text}\n```\n"


async def texts(ada: StudioUser, run_id: str | None) -> dict[str, str]:
    return {each.path: each.text for each in await ada.studio.versions.served_files(ada.id, run_id or "")}


async def test_the_current_versions_come_along_with_what_they_build_on(engine: ScriptedEngine, ada: StudioUser) -> None:
    studio = ada.studio
    engine.play(
        text_script(file("main.py", "a = 1") + file("util.py", "b = 2")),
        text_script(file("main.py", "a = 0")),
        text_script(file("main.py", "a = 3")),
    )
    project = await ada.create_project("Choir")
    first = await ada.finished_run(project)
    await ada.finished_run(project)  # nothing builds on it
    refined = await studio.versions.refine(ada.id, first.state.id, "three")
    await wait_for_end(await ada.log(refined))
    await studio.uploads.add(ada.id, project.id, Side.FRONTEND, [UploadedFile("index.html", b"<p>\r\n</p>\n")])
    await studio.projects.update(ada.id, project.id, ProjectUpdate(auto_fix=True))
    original = await ada.reloaded(project)

    copy = await studio.duplication.duplicate(ada.id, project.id)
    assert (copy.name, copy.prompt, copy.auto_fix) == ("Choir (copy)", original.prompt, True)
    assert (copy.backend_stack, copy.frontend_stack) == (original.backend_stack, original.frontend_stack)
    runs = await studio.runs.list_runs(ada.id, copy.id)
    assert [run.kind for run in runs] == [RunKind.UPLOAD, RunKind.REFINE, RunKind.GENERATE]
    assert await texts(ada, copy.backend_run_id) == {"main.py": "a = 3\n", "util.py": "b = 2\n"}
    [page] = await studio.versions.served_files(ada.id, copy.frontend_run_id or "", formatted=False)
    assert page.encoded.content == b"<p>\r\n</p>\n"

    await studio.projects.delete(ada.id, project.id)
    assert await texts(ada, copy.backend_run_id) == {"main.py": "a = 3\n", "util.py": "b = 2\n"}


async def test_a_front_end_still_knows_the_back_end_that_it_was_made_for(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.play(*(text_script(file(path, "a")) for path in ("old.py", "index.html", "new.py")))
    project = await ada.create_project()
    await ada.finished_run(project)
    await ada.finished_run(project, Side.FRONTEND)
    await ada.finished_run(project)
    copy = await ada.studio.duplication.duplicate(ada.id, project.id)
    runs = {run.id: run for run in await ada.studio.runs.list_runs(ada.id, copy.id)}
    context_id = runs[copy.frontend_run_id or ""].context_id
    assert context_id in runs
    assert context_id != copy.backend_run_id
    assert list(await texts(ada, context_id)) == ["old.py"]


async def test_a_project_without_versions_has_a_copy_too_whose_name_fits(ada: StudioUser) -> None:
    project = await ada.create_project("x" * MAX_NAME_LENGTH)
    copy = await ada.studio.duplication.duplicate(ada.id, project.id)
    assert len(copy.name) == MAX_NAME_LENGTH
    assert copy.name.endswith("x (copy)")
    assert await ada.studio.runs.list_runs(ada.id, copy.id) == []


async def test_another_users_project_is_not_copied(ada: StudioUser) -> None:
    project = await ada.create_project()
    eve = await register_user(ada.studio, "eve")
    with pytest.raises(NotFound):
        await ada.studio.duplication.duplicate(eve.id, project.id)


async def test_who_has_a_link_gets_what_it_shows_and_not_what_was_asked_for(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    studio = ada.studio
    engine.play(text_script(file("main.py", "a = 1") + file("util.py", "b = 2")), text_script(file("main.py", "a = 3")))
    project = await studio.projects.create(ada.id, "Choir", "A secret requirement.")
    first = await ada.finished_run(project)
    await wait_for_end(await ada.log(await studio.versions.refine(ada.id, first.state.id, "a secret wish")))
    opened = await studio.shares.open((await studio.shares.create(ada.id, project.id)).token)
    bob = await register_user(studio, "bob")
    copy = await studio.duplication.duplicate_shared(bob.id, opened)
    assert (copy.user_id, copy.name, copy.prompt) == (bob.id, "Choir (copy)", "")
    assert await texts(bob, copy.backend_run_id) == {"main.py": "a = 3\n", "util.py": "b = 2\n"}
    runs = await studio.runs.list_runs(bob.id, copy.id)
    assert [(run.kind, run.user_id, run.instructions) for run in runs] == [
        (RunKind.REFINE, bob.id, None),
        (RunKind.GENERATE, bob.id, None),
    ]
    stored = await studio.database.read(lambda c: [queries.find_run(c, bob.id, run.id) for run in runs])
    assert [row and row.prompt for row in stored] == ["", ""]


async def test_of_what_others_changed_by_hand_the_version_before_stays_theirs(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    studio = ada.studio
    engine.play(text_script(file("main.py", "key = 'secret'")))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    edited = await studio.hand_edits.add(ada.id, first.state.id, {"main.py": "key = ''\n"}, "without the key")
    opened = await studio.shares.open((await studio.shares.create(ada.id, project.id)).token)
    bob = await register_user(studio, "bob")
    copy = await studio.duplication.duplicate_shared(bob.id, opened)
    [only] = await studio.runs.list_runs(bob.id, copy.id)
    assert (only.kind, only.parent_id, only.name) == (edited.kind, None, None)
    assert await texts(bob, only.id) == {"main.py": "key = ''\n"}
