"""Versions are named and deleted; none is taken away that another stands on."""

import pytest

from core.engines.protocol import TextDelta
from core.errors import Conflict, InvalidInput, NotFound
from core.projects.changes import ProjectChanged, ProjectChanges
from core.studio import Studio
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, read_run_row, register_user, wait_for_end


async def test_a_version_has_a_name_and_loses_it(ada: StudioUser, studio: Studio) -> None:
    log = await ada.finished_run(await ada.create_project())
    named = await studio.versions.rename(ada.id, log.state.id, "  the   good one ")
    assert named.name == log.state.name == (await read_run_row(studio, log.state)).name == "the good one"
    assert (await studio.versions.rename(ada.id, log.state.id, " ")).name is None
    with pytest.raises(InvalidInput):
        await studio.versions.rename(ada.id, log.state.id, "x" * 200)


async def test_an_old_version_is_deleted(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    engine.play(text_script("one"), text_script("two"))
    project = await ada.create_project()
    old, new = await ada.finished_run(project), await ada.finished_run(project)
    await studio.versions.delete(ada.id, old.state.id)
    assert [run.id for run in await studio.runs.list_runs(ada.id, project.id)] == [new.state.id]
    with pytest.raises(NotFound):
        await studio.runs.open_log(ada.id, old.state.id)


async def test_the_one_before_the_current_version_takes_its_place_and_the_only_one_leaves_it_empty(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio
) -> None:
    engine.play(text_script("one"), text_script("two"))
    project = await ada.create_project()
    first, second = await ada.finished_run(project), await ada.finished_run(project)
    await studio.versions.delete(ada.id, second.state.id)
    assert (await ada.reloaded(project)).backend_code == "one"
    await studio.versions.delete(ada.id, first.state.id)
    empty = await ada.reloaded(project)
    assert (empty.backend_run_id, empty.backend_code, await studio.runs.list_runs(ada.id, project.id)) == (
        None,
        None,
        [],
    )


async def test_a_live_version_stays(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    gate = Gate()
    engine.play((TextDelta("a"), gate, FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    with pytest.raises(Conflict, match="stop it first"):
        await studio.versions.delete(ada.id, log.state.id)
    gate.open()


async def test_a_version_that_another_builds_on_stays(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    engine.play(text_script("one"), text_script("two"))
    first = await ada.finished_run(await ada.create_project())
    await wait_for_end(await ada.log(await studio.versions.refine(ada.id, first.state.id, "more")))
    with pytest.raises(Conflict, match="builds on"):
        await studio.versions.delete(ada.id, first.state.id)


async def test_another_user_finds_nothing_to_name_or_delete(ada: StudioUser, studio: Studio) -> None:
    log = await ada.finished_run(await ada.create_project())
    eve = await register_user(studio, "eve")
    with pytest.raises(NotFound):
        await studio.versions.rename(eve.id, log.state.id, "mine")
    with pytest.raises(NotFound):
        await studio.versions.delete(eve.id, log.state.id)


async def test_pages_are_told_of_a_new_name_a_new_current_version_and_a_deletion(
    ada: StudioUser, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = await ada.create_project()
    old, new = [(await ada.finished_run(project)).state.id for _ in range(2)]
    changes, heard = ProjectChanges(), list[ProjectChanged]()
    changes.subscribe(heard.append)
    monkeypatch.setattr(studio.versions, "_changes", changes)  # those of the versions alone
    change = ProjectChanged(ada.id, project.id)
    await studio.versions.rename(ada.id, old, "first")
    assert heard == [change]
    await studio.versions.restore(ada.id, old)
    assert heard == [change] * 2
    await studio.versions.delete(ada.id, new)
    assert heard == [change] * 3
