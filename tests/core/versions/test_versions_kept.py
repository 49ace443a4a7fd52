"""Versions are named and deleted; none is taken away that another stands on."""

import pytest

from core.engines.protocol import Text
from core.errors import Conflict, Invalid, NotFound
from core.studio import Studio
from tests.support.engines.scripted_engine import STOP, Gate, ScriptedEngine, says
from tests.support.users.studio_user import Author, author, ended, row


async def test_a_version_has_a_name_and_loses_it(ada: Author, studio: Studio) -> None:
    log = await ada.written(await ada.project())
    named = await studio.versions.rename(ada.id, log.state.id, "  the   good one ")
    assert named.name == log.state.name == (await row(studio, log.state)).name == "the good one"
    assert (await studio.versions.rename(ada.id, log.state.id, " ")).name is None
    with pytest.raises(Invalid):
        await studio.versions.rename(ada.id, log.state.id, "x" * 200)


async def test_an_old_version_is_deleted(engine: ScriptedEngine, ada: Author, studio: Studio) -> None:
    engine.play(says("one"), says("two"))
    project = await ada.project()
    old, new = await ada.written(project), await ada.written(project)
    await studio.versions.delete(ada.id, old.state.id)
    assert [run.id for run in await studio.runs.of_project(ada.id, project.id)] == [new.state.id]
    with pytest.raises(NotFound):
        await studio.runs.log(ada.id, old.state.id)


async def test_the_current_version_stays(ada: Author, studio: Studio) -> None:
    log = await ada.written(await ada.project())
    with pytest.raises(Conflict, match="current"):
        await studio.versions.delete(ada.id, log.state.id)


async def test_a_live_version_stays(engine: ScriptedEngine, ada: Author, studio: Studio) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    log = await ada.start(await ada.project())
    with pytest.raises(Conflict, match="stop it first"):
        await studio.versions.delete(ada.id, log.state.id)
    gate.open()


async def test_a_version_that_another_builds_on_stays(engine: ScriptedEngine, ada: Author, studio: Studio) -> None:
    engine.play(says("one"), says("two"))
    first = await ada.written(await ada.project())
    await ended(await ada.log(await studio.versions.refine(ada.id, first.state.id, "more")))
    with pytest.raises(Conflict, match="builds on"):
        await studio.versions.delete(ada.id, first.state.id)


async def test_another_user_finds_nothing_to_name_or_delete(ada: Author, studio: Studio) -> None:
    log = await ada.written(await ada.project())
    eve = await author(studio, "eve")
    with pytest.raises(NotFound):
        await studio.versions.rename(eve.id, log.state.id, "mine")
    with pytest.raises(NotFound):
        await studio.versions.delete(eve.id, log.state.id)
