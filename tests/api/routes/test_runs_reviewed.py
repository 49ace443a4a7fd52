"""Formatted files, problems and what is done about them, over HTTP and with the real tools."""

import io
import json
import zipfile

import httpx
import pytest

from core.review.review_files import review
from core.review.reviews import ReviewFunction
from tests.support.engines.scripted_engine import text_script
from tests.support.installation import ApiUser, Installation, stream_path

UGLY = "x = {'a':1}\n"
NEAT = "x = {'a': 1}\n"
TEXT = f"### FILE: main.py\n```python\n{UGLY}```\n### FILE: bad.py\n```python\nfor x in:\n    pass\n```\n"
GOOD = "### FILE: bad.py\n```python\nfor x in []:\n    pass\n```\n"


@pytest.fixture
def look() -> ReviewFunction:
    return review


async def written(ada: ApiUser, text: str = TEXT) -> str:
    ada.engine.play(text_script(text))
    run_id = await ada.start_run(await ada.create_project())
    await ada.read_events(f"/api/runs/{run_id}/stream")
    return run_id


def zipped(answer: httpx.Response) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_files_come_formatted_with_their_problems(ada: ApiUser) -> None:
    run_id = await written(ada)
    main, bad = (await ada.get(f"/api/runs/{run_id}/files")).json()
    assert (main["formatted"], main["problems"]) == (True, [])
    assert bad["formatted"] is False
    [problem] = bad["problems"]
    assert (problem.keys(), problem["line"], problem["column"]) == ({"line", "column", "message"}, 1, 9)
    assert (await ada.get(f"/api/runs/{run_id}/files/main.py")).text == NEAT


async def test_formatted_0_is_what_the_model_wrote(ada: ApiUser) -> None:
    run_id = await written(ada)
    files = (await ada.get(f"/api/runs/{run_id}/files?formatted=0")).json()
    assert [file["formatted"] for file in files] == [False, False]
    assert (await ada.get(f"/api/runs/{run_id}/files/main.py?formatted=0")).text == UGLY
    assert zipped(await ada.get(f"/api/runs/{run_id}/download?formatted=0"))["main.py"] == UGLY
    assert zipped(await ada.get(f"/api/runs/{run_id}/download"))["main.py"] == NEAT
    assert (await ada.get(f"/api/runs/{run_id}")).json()["text"] == TEXT


async def test_a_project_comes_formatted_unless_asked_otherwise(ada: ApiUser) -> None:
    run_id = await written(ada)
    project_id = (await ada.get(f"/api/runs/{run_id}")).json()["project_id"]
    assert zipped(await ada.get(f"/api/projects/{project_id}/download"))["backend/main.py"] == NEAT
    assert zipped(await ada.get(f"/api/projects/{project_id}/download?formatted=0"))["backend/main.py"] == UGLY


async def test_complete_tells_what_was_found(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script(TEXT))
    last = json.loads((await ada.read_events(stream_path(await ada.create_project())))[-1].data)
    assert [(file["formatted"], len(file["problems"])) for file in last["files"]] == [(True, 0), (False, 1)]
    assert last["problems"] == 1


async def test_a_fix_is_a_run_of_its_own(ada: ApiUser) -> None:
    run_id = await written(ada)
    ada.engine.play(text_script(GOOD))
    answer = await ada.post(f"/api/runs/{run_id}/fix")
    assert (answer.status_code, answer.json()["kind"], answer.json()["parent_id"]) == (202, "fix", run_id)
    fix_id = answer.json()["id"]
    await ada.read_events(f"/api/runs/{fix_id}/stream")
    found = (await ada.get(f"/api/runs/{fix_id}")).json()
    assert (found["problems"], found["status"]) == (0, "complete")
    assert (await ada.get(f"/api/projects/{found['project_id']}")).json()["backend_run_id"] == fix_id
    again = await ada.post(f"/api/runs/{fix_id}/fix")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_a_version_is_named_and_deleted(ada: ApiUser) -> None:
    old = await written(ada)
    assert (await ada.request("PATCH", f"/api/runs/{old}", {"name": "first"})).json()["name"] == "first"
    project_id = (await ada.get(f"/api/runs/{old}")).json()["project_id"]
    new = await ada.start_run(project_id)
    await ada.read_events(f"/api/runs/{new}/stream")
    for deleted, current in ((new, old), (old, None)):
        assert (await ada.request("DELETE", f"/api/runs/{deleted}")).status_code == 204
        assert (await ada.get(f"/api/runs/{deleted}")).status_code == 404
        assert (await ada.get(f"/api/projects/{project_id}")).json()["backend_run_id"] == current


async def test_a_project_says_whether_it_is_fixed_by_itself(ada: ApiUser) -> None:
    path = f"/api/projects/{await ada.create_project()}/auto-fix"
    assert (await ada.get(path)).json() == {"auto_fix": False}
    assert (await ada.request("PUT", path, {"auto_fix": True})).json() == {"auto_fix": True}
    assert (await ada.get(path)).json() == {"auto_fix": True}
