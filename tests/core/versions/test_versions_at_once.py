"""Versions that two people, or a person and a review, take hold of in the same moment."""

import asyncio
from collections.abc import Sequence

import pytest

from core.engines.protocol import StreamEnd
from core.errors import Conflict, NotFound
from core.files.source_file import SourceFile
from core.review.checking.project_files import ReviewContext
from core.review.reviewed_file import ReviewedFile
from core.review.reviews import ReviewFunction
from core.runs.state import RunStatus
from core.studio import Studio
from data import commands
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.fake_reviews import flag_bug_lines
from tests.support.users.studio_user import StudioUser, wait_for_end

BAD = "### FILE: a.py\n```\nBUG\n```\n"
GOOD = "### FILE: a.py\n```\nfine\n```\n"


@pytest.fixture
def look() -> ReviewFunction:
    return flag_bug_lines


async def test_a_version_that_became_current_meanwhile_is_deleted_and_leaves_its_place(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play(text_script("one"), text_script("two"))
    project = await ada.create_project()
    old, _ = await ada.finished_run(project), await ada.finished_run(project)
    open_log = studio.versions._log_registry.open

    async def restored_meanwhile(user_id: int, run_id: str) -> object:
        found = await open_log(user_id, run_id)
        monkeypatch.undo()
        await studio.versions.restore(ada.id, old.state.id)
        return found

    monkeypatch.setattr(studio.versions._log_registry, "open", restored_meanwhile)
    await studio.versions.delete(ada.id, old.state.id)
    assert (await ada.reloaded(project)).backend_code == "two"


async def test_a_version_that_was_deleted_meanwhile_is_neither_named_nor_made_current_nor_built_on(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio
) -> None:
    engine.play(text_script("one"), text_script("two"))
    project = await ada.create_project()
    old, _ = await ada.finished_run(project), await ada.finished_run(project)
    assert await studio.database.write(lambda c: commands.delete_unreferenced_run(c, old.state.id))
    for late in (studio.versions.restore(ada.id, old.state.id), studio.versions.rename(ada.id, old.state.id, "x")):
        with pytest.raises(NotFound):
            await late
    with pytest.raises(Conflict, match="deleted meanwhile"):
        await studio.versions.refine(ada.id, old.state.id, "more")
    assert (await ada.reloaded(project)).backend_code == "two"


async def test_a_late_review_of_a_fix_does_not_undo_what_came_after_it(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio
) -> None:
    waiting = asyncio.Event()
    look = studio.reviews._review_files

    async def late(files: Sequence[SourceFile], around: ReviewContext) -> list[ReviewedFile]:
        if files[0].text == "fine\n":
            await waiting.wait()
        return await look(files, around)

    studio.reviews._review_files = late
    engine.play(text_script(BAD), text_script(GOOD), text_script("newer"))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    fix = await wait_for_end(await ada.log(await studio.fixes.start(ada.id, first.state.id)))
    newer = await ada.finished_run(project)
    waiting.set()
    await studio.versions.reviewed_files_of(fix)
    assert (await ada.reloaded(project)).backend_run_id == newer.state.id


async def test_a_fix_that_was_cut_is_not_continued(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    engine.play(text_script(BAD), text_script(GOOD, finish=StreamEnd("length")))
    first = await ada.finished_run(await ada.create_project())
    fix = await wait_for_end(await ada.log(await studio.fixes.start(ada.id, first.state.id)))
    with pytest.raises(Conflict, match="once more"):
        await studio.versions.continue_run(ada.id, fix.state.id)


async def test_a_review_that_fails_leaves_the_files_as_they_are(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio
) -> None:
    async def fails(_: Sequence[SourceFile], _around: ReviewContext) -> list[ReviewedFile]:
        raise OSError("no room")

    studio.reviews._review_files = fails
    engine.play(text_script(BAD))
    log = await ada.finished_run(await ada.create_project())
    [file] = await studio.versions.reviewed_files_of(log)
    assert (file.served.text, file.problems, log.state.status) == ("BUG\n", (), RunStatus.COMPLETE)
    assert log.state.problems is None


async def test_a_fix_whose_review_fails_does_not_pass_for_a_good_one(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio
) -> None:
    look = studio.reviews._review_files

    async def fails_for_the_fix(files: Sequence[SourceFile], around: ReviewContext) -> list[ReviewedFile]:
        if files[0].text == "BUG BUG\n":
            raise TimeoutError
        return await look(files, around)

    studio.reviews._review_files = fails_for_the_fix
    engine.play(text_script(BAD), text_script(BAD.replace("BUG", "BUG BUG")))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    fix = await wait_for_end(await ada.log(await studio.fixes.start(ada.id, first.state.id)))
    await studio.versions.reviewed_files_of(fix)
    assert (await ada.reloaded(project)).backend_run_id == first.state.id
