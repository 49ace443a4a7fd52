"""Changes are made to the text that the model was shown: the files as they were written, not repaired or formatted."""

import pytest

from core.review.review_files import review
from core.review.reviews import ReviewFunction
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, wait_for_end

MAIN = "from fastapi import FastAPI\napp = FastAPI( )\nx: List[int]=[1,2]\nprint(nobody_knows)\n"
ANSWER = f"### FILE: main.py\n```python\n{MAIN}```\n"


def change(old: str, new: str) -> str:
    return f"### FILE: main.py\n```python\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


@pytest.fixture
def look() -> ReviewFunction:
    return review


async def test_a_refinement_is_shown_what_its_changes_are_made_to(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(ANSWER), text_script(change("x: List[int]=[1,2]", "x: List[int]=[1,3]")))
    first = await ada.finished_run(await ada.create_project())
    log = await wait_for_end(await ada.log(await ada.studio.versions.refine(ada.id, first.state.id, "three")))
    assert f"```python\n{MAIN}```" in engine.requests[1].messages[-1].content
    [file] = await ada.studio.versions.reviewed_files_of(log)
    assert (file.source.text, log.state.warning) == (MAIN.replace("2", "3"), None)
    assert "from typing import List\n" in file.served.text
    assert "x: List[int] = [1, 3]\n" in file.served.text


async def test_a_fix_is_told_the_lines_of_what_its_changes_are_made_to(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(ANSWER), text_script(change("print(nobody_knows)", "print(x)")))
    first = await ada.finished_run(await ada.create_project())
    assert [problem.line for problem in (await ada.studio.versions.reviewed_files_of(first))[0].problems] == [6]
    log = await wait_for_end(await ada.log(await ada.studio.fixes.start(ada.id, first.state.id)))
    asked = engine.requests[1].messages[-1].content
    assert f"```python\n{MAIN}```" in asked
    assert "- main.py: line 4 (`print(nobody_knows)`): Nothing is named `nobody_knows`." in asked
    [file] = await ada.studio.versions.reviewed_files_of(log)
    assert (file.source.text, file.problems, log.state.warning) == (MAIN.replace("nobody_knows", "x"), (), None)
    assert (await ada.studio.projects.get(ada.id, log.state.project_id)).backend_run_id == log.state.id
