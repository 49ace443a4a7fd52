"""What a review goes by besides the files."""

import pytest

from core.catalog.stacks import Side
from core.review.review_context import load_review_context
from core.review.review_files import review
from core.review.reviews import ReviewFunction
from core.uploads.unpack import UploadedFile
from tests.support.engines.scripted_engine import ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser

MAIN = b'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/api/todos")\ndef todos():\n    return []\n'
CALL = "### FILE: index.html\n```html\n<script>\nfetch('/api/items');\n</script>\n```\n"


@pytest.fixture
def look() -> ReviewFunction:
    return review


async def test_a_front_end_is_held_to_the_back_end_that_it_was_shown(engine: ScriptedEngine, ada: StudioUser) -> None:
    project = await ada.create_project()
    sent = [UploadedFile("main.py", MAIN), UploadedFile("logo.png", b"\x89PNG\0")]
    backend = (await ada.studio.uploads.add(ada.id, project.id, Side.BACKEND, sent)).run
    engine.play(text_script(CALL))
    log = await ada.finished_run(project, side=Side.FRONTEND)
    [file] = await ada.studio.versions.reviewed_files(ada.id, log.state.id)
    assert [problem.message for problem in file.problems] == ["The back end has no route `/api/items`."]
    files = ada.studio.versions._version_files
    context = await load_review_context(ada.studio.database, files, log)
    assert ([each.path for each in context.backend], context.left_out) == (["main.py"], frozenset())
    context = await load_review_context(ada.studio.database, files, await ada.log(backend))
    assert (context.backend, context.left_out, context.stack) == ((), frozenset({"logo.png"}), backend.stack)
