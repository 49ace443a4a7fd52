"""A review is read back as it was found."""

import pytest

from core.engines.protocol import StreamEnd
from core.review.review_files import review
from core.review.reviews import ReviewFunction
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, read_run_row

MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\nx: List[int] = []\n"
ANSWER = f"### FILE: main.py\n```python\n{MAIN}```\n"


@pytest.fixture
def look() -> ReviewFunction:
    return review


async def test_adjustments_are_stored(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    engine.play(text_script(ANSWER))
    log = await ada.finished_run(await ada.create_project())
    first = await studio.versions.reviewed_files(ada.id, log.state.id)
    assert [file.source.path for file in first] == ["main.py"]
    summary = "1 import added"
    assert (log.state.adjusted, (await read_run_row(studio, log.state)).adjusted) == (summary, summary)
    studio.reviews._review_tasks.clear()  # as after a restart
    assert await studio.versions.reviewed_files(ada.id, log.state.id) == first
    assert log.text == ANSWER


async def test_all_that_gives_files_agrees(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    engine.play(text_script(ANSWER))
    log = await ada.finished_run(await ada.create_project())
    run_id = log.state.id
    served = {file.path: file.text for file in await studio.versions.served_files(ada.id, run_id)}
    assert "from typing import List\n" in served["main.py"]
    assert await studio.versions.app_files(ada.id, run_id) == served
    assert {file.path: file.text for file in await studio.trials._files_of(log)} == served
    written = await studio.versions.served_files(ada.id, run_id, formatted=False)
    assert {file.path: file.text for file in written} == {"main.py": MAIN}


async def test_a_hand_edit_keeps_what_was_put_right(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    engine.play(text_script(ANSWER))
    log = await ada.finished_run(await ada.create_project())
    edited = await studio.hand_edits.add(ada.id, log.state.id, {"notes.md": "x\n"})
    files = {file.path: file.text for file in await studio.versions.served_files(ada.id, edited.id)}
    assert files.keys() == {"main.py", "notes.md"}
    assert "from typing import List\n" in files["main.py"]


async def test_a_cut_answer_is_not_adjusted(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    engine.play(text_script("### FILE: main.py\n```python\nx: List = 1\n", finish=StreamEnd("length")))
    log = await ada.finished_run(await ada.create_project())
    assert [file.source.path for file in await studio.versions.reviewed_files(ada.id, log.state.id)] == ["main.py"]
    assert log.state.adjusted is None
