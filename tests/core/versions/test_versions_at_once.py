"""Versions that two people, or a person and a review, take hold of in the same moment."""

import asyncio
from collections.abc import Sequence

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import Finished
from core.errors import Conflict, NotFound
from core.files.source_file import SourceFile
from core.generation.run_request import Order
from core.review.reviews import Look, ReviewedFile
from core.runs.state import RunStatus
from core.studio import Studio
from core.uploads.unpack import Sent
from data import commands
from tests.support.engines.scripted_engine import ScriptedEngine, says
from tests.support.fake_reviews import bugs_are_problems
from tests.support.users.studio_user import Author, ended

BAD = "### FILE: a.py\n```\nBUG\n```\n"
GOOD = "### FILE: a.py\n```\nfine\n```\n"


@pytest.fixture
def look() -> Look:
    return bugs_are_problems


async def test_a_version_that_became_current_meanwhile_is_not_deleted(
    engine: ScriptedEngine, ada: Author, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play(says("one"), says("two"))
    project = await ada.project()
    old, _ = await ada.written(project), await ada.written(project)
    look_up = studio.projects.get

    async def restored_meanwhile(user_id: int, project_id: int) -> object:
        found = await look_up(user_id, project_id)
        await studio.versions.restore(ada.id, old.state.id)
        return found

    monkeypatch.setattr(studio.projects, "get", restored_meanwhile)
    with pytest.raises(Conflict):
        await studio.versions.delete(ada.id, old.state.id)
    monkeypatch.undo()
    assert (await ada.again(project)).backend_code == "one"


async def test_a_version_that_was_deleted_meanwhile_is_neither_named_nor_made_current_nor_built_on(
    engine: ScriptedEngine, ada: Author, studio: Studio
) -> None:
    engine.play(says("one"), says("two"))
    project = await ada.project()
    old, _ = await ada.written(project), await ada.written(project)
    assert await studio.database.write(lambda c: commands.delete_run(c, old.state.id))
    for late in (studio.versions.restore(ada.id, old.state.id), studio.versions.rename(ada.id, old.state.id, "x")):
        with pytest.raises(NotFound):
            await late
    with pytest.raises(Conflict, match="deleted meanwhile"):
        await studio.versions.refine(ada.id, old.state.id, "more")
    assert (await ada.again(project)).backend_code == "two"


async def test_a_late_review_of_a_fix_does_not_undo_what_came_after_it(
    engine: ScriptedEngine, ada: Author, studio: Studio
) -> None:
    waiting = asyncio.Event()
    look = studio._reviews._look

    async def late(files: Sequence[SourceFile]) -> list[ReviewedFile]:
        if files[0].text == "fine\n":
            await waiting.wait()
        return await look(files)

    studio._reviews._look = late
    engine.play(says(BAD), says(GOOD), says("newer"))
    project = await ada.project()
    first = await ada.written(project)
    fix = await ended(await ada.log(await studio.fixes.start(ada.id, first.state.id)))
    newer = await ada.written(project)
    waiting.set()
    await studio.versions.files_of(fix)
    assert (await ada.again(project)).backend_run_id == newer.state.id


async def test_a_fix_that_was_cut_is_not_continued(engine: ScriptedEngine, ada: Author, studio: Studio) -> None:
    engine.play(says(BAD), says(GOOD, end=Finished("length")))
    first = await ada.written(await ada.project())
    fix = await ended(await ada.log(await studio.fixes.start(ada.id, first.state.id)))
    with pytest.raises(Conflict, match="once more"):
        await studio.versions.go_on(ada.id, fix.state.id)


async def test_a_review_that_fails_leaves_the_files_as_they_are(
    engine: ScriptedEngine, ada: Author, studio: Studio
) -> None:
    async def fails(_: Sequence[SourceFile]) -> list[ReviewedFile]:
        raise OSError("no room")

    studio._reviews._look = fails
    engine.play(says(BAD))
    log = await ada.written(await ada.project())
    [file] = await studio.versions.files_of(log)
    assert (file.served.text, file.problems, log.state.status) == ("BUG\n", (), RunStatus.COMPLETE)
    assert log.state.problems is None


async def test_a_fix_whose_review_fails_does_not_pass_for_a_good_one(
    engine: ScriptedEngine, ada: Author, studio: Studio
) -> None:
    look = studio._reviews._look

    async def fails_for_the_fix(files: Sequence[SourceFile]) -> list[ReviewedFile]:
        if files[0].text == "BUG BUG\n":
            raise TimeoutError
        return await look(files)

    studio._reviews._look = fails_for_the_fix
    engine.play(says(BAD), says(BAD.replace("BUG", "BUG BUG")))
    project = await ada.project()
    first = await ada.written(project)
    fix = await ended(await ada.log(await studio.fixes.start(ada.id, first.state.id)))
    await studio.versions.files_of(fix)
    assert (await ada.again(project)).backend_run_id == first.state.id


async def test_a_stack_that_is_chosen_after_an_upload_counts(
    engine: ScriptedEngine, ada: Author, studio: Studio
) -> None:
    project = await ada.project()
    await studio.uploads.add(ada.id, project.id, Side.BACKEND, [Sent("main.py", b"x = 1\n")])
    engine.play(says(GOOD))
    log = await ada.written(project, order=Order(stack="express"))
    assert log.state.stack == "express"
    assert "x = 1" in engine.requests[-1].messages[-1].content
