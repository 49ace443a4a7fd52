"""Runs over HTTP, in the shapes of the contract."""

import io
import zipfile

import httpx

from core.engines.protocol import StreamEnd, TextDelta
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, text_script
from tests.support.installation import ApiUser, Installation

FIELDS = {
    "id", "project_id", "side", "stack", "engine", "model", "kind", "parent_id", "status", "position", "characters",
    "tokens", "tokens_per_second", "finish_reason", "error", "created_at", "started_at", "finished_at",
}  # fmt: skip
FIRST = "### FILE: main.py\n```python\na = 1\n```\n### FILE: lib/é.py\n```python\n# é\n```\n"
SECOND = FIRST.replace("a = 1", "a = 2")


async def written(ada: ApiUser, *texts: str, project_id: int | None = None, cut: bool = False) -> str:
    """A run that has ended with this text."""
    ada.engine.play(text_script(*texts, finish=StreamEnd("length" if cut else "stop")))
    run_id = await ada.start_run(project_id or await ada.create_project())
    await ada.read_events(f"/api/runs/{run_id}/stream")
    return run_id


async def test_a_start_answers_with_the_run(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((gate, FINISHED_STOP))
    project_id = await ada.create_project()
    body = {"stack": "flask", "model": "scripted", "instructions": "in green", "options": {"temperature": 0}}
    started = await ada.post(f"/api/projects/{project_id}/generate/backend", body)
    run = started.json()
    assert started.status_code == 202
    assert run.keys() >= FIELDS
    assert (run["project_id"], run["side"], run["stack"]) == (project_id, "backend", "flask")
    assert (run["engine"], run["model"], run["kind"], run["parent_id"]) == ("ollama", "scripted", "generate", None)
    assert run["status"] in {"queued", "loading"}
    assert run["progress"]["phase"] in {"waiting", "loading"}
    gate.open()


async def test_a_start_needs_no_body(ada: ApiUser) -> None:
    answer = await ada.client.post(f"/api/projects/{await ada.create_project()}/generate/frontend", headers=ada.headers)
    assert answer.status_code == 202


async def test_one_run_has_its_text_and_the_list_has_not(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    run_ids = [await written(ada, "one", project_id=project_id), await written(ada, "two", project_id=project_id)]
    run = (await ada.get(f"/api/runs/{run_ids[1]}")).json()
    assert (run["text"], run["status"], run["characters"], run["finish_reason"]) == ("two", "complete", 3, "stop")
    listed = (await ada.get(f"/api/projects/{project_id}/runs")).json()
    assert [run["id"] for run in listed] == run_ids[::-1]
    assert "text" not in listed[0]


async def test_one_run_tells_which_blocks_belong_to_no_file(ada: ApiUser) -> None:
    text = FIRST + "Then:\n\n```sh\npip install flask\npython main.py\n```\n\nDone.\n"
    run = (await ada.get(f"/api/runs/{await written(ada, text)}")).json()
    assert run["unassigned"] == [{"line": 12, "lines": 2, "language": "shell", "first": "pip install flask"}]
    assert text.split("\n")[11] == "pip install flask"
    assert (await ada.get(f"/api/runs/{await written(ada, FIRST)}")).json()["unassigned"] == []


async def test_a_stop_answers_with_the_run_and_twice_with_the_same(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("kept"), gate, FINISHED_STOP))
    run_id = await ada.start_run(await ada.create_project())
    await gate.reached.wait()
    first, second = [await ada.post(f"/api/runs/{run_id}/stop") for _ in range(2)]
    assert (first.status_code, first.json()["status"], first.json()["characters"]) == (200, "stopped", 4)
    unreviewed = {"problems": None}  # the review may end between the two
    assert first.json() | unreviewed == second.json() | unreviewed


async def test_an_edit_is_a_new_current_version(ada: ApiUser) -> None:
    run_id = await written(ada, FIRST)
    body = {"files": {"main.py": "a = 3\r\n", "new/b.txt": "b", "lib/é.py": None}, "name": "by hand"}
    edited = await ada.post(f"/api/runs/{run_id}/edit", body)
    run = edited.json()
    assert edited.status_code == 201
    assert run.keys() >= FIELDS
    assert (run["kind"], run["parent_id"], run["status"], run["name"]) == ("edit", run_id, "complete", "by hand")
    project = (await ada.get(f"/api/projects/{run['project_id']}")).json()
    assert project["backend_run_id"] == run["id"]
    assert "a = 3" in project["backend_code"]
    assert [file["path"] for file in (await ada.get(f"/api/runs/{run['id']}/files")).json()] == ["main.py", "new/b.txt"]
    assert (await ada.get(f"/api/runs/{run['id']}/files/main.py?formatted=0")).content == b"a = 3\r\n"
    events = await ada.read_events(f"/api/runs/{run['id']}/stream")
    assert [event.event for event in events] == ["status", "code-chunk", "complete"]


async def test_an_edit_that_cannot_be_says_why(ada: ApiUser) -> None:
    run_id = await written(ada, FIRST)
    for files, status, code, sentence in (
        ({"main.py": "a = 1\n"}, 409, "conflict", "Nothing is different"),
        ({"gone.py": None}, 404, "not_found", "There is no file gone.py"),
        ({"../a.py": "x"}, 422, "invalid", "leads out"),
        ({}, 422, "invalid", ""),
        ({"main.py": 7}, 422, "invalid", ""),
    ):
        refused = await ada.post(f"/api/runs/{run_id}/edit", {"files": files})
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert sentence in refused.text


async def test_continue_refine_and_restore(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    cut = await written(ada, "abc", project_id=project_id, cut=True)
    ada.engine.play(text_script("def"))
    continued = await ada.post(f"/api/runs/{cut}/continue")
    assert (continued.status_code, continued.json()["kind"], continued.json()["parent_id"]) == (202, "continue", cut)
    run_id = continued.json()["id"]
    await ada.read_events(f"/api/runs/{run_id}/stream")
    assert (await ada.get(f"/api/runs/{run_id}")).json()["text"] == "abcdef"
    refused = await ada.post(f"/api/runs/{run_id}/continue")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    refined = await ada.post(f"/api/runs/{run_id}/refine", {"instructions": "in green"})
    assert (refined.status_code, refined.json()["kind"], refined.json()["parent_id"]) == (202, "refine", run_id)
    await ada.read_events(f"/api/runs/{refined.json()['id']}/stream")
    restored = await ada.post(f"/api/runs/{run_id}/restore")
    assert (restored.status_code, restored.json()["id"]) == (200, run_id)
    assert (await ada.get(f"/api/projects/{project_id}")).json()["backend_code"] == "abcdef"


async def test_the_files_of_a_run(ada: ApiUser) -> None:
    run_id = await written(ada, FIRST)
    files = (await ada.get(f"/api/runs/{run_id}/files")).json()
    assert [(file["path"], file["language"], file["lines"]) for file in files] == [
        ("main.py", "python", 1),
        ("lib/é.py", "python", 1),
    ]
    assert files[0].keys() == {"path", "language", "lines", "formatted", "problems"}
    one = await ada.get(f"/api/runs/{run_id}/files/lib/é.py")
    assert (one.status_code, one.text) == (200, "# é\n")
    assert one.headers["content-type"] == "text/plain; charset=utf-8"
    for path in ("nothing.py", "..%2F..%2Fsecret", "lib"):
        assert (await ada.get(f"/api/runs/{run_id}/files/{path}")).status_code == 404


def names_in(answer: httpx.Response) -> list[str]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return archive.namelist()


async def test_downloads_are_zips_with_a_safe_name(ada: ApiUser) -> None:
    project_id = await ada.create_project("Löwe \"'; x/..\\")
    run_id = await written(ada, FIRST, project_id=project_id)
    one = await ada.get(f"/api/runs/{run_id}/download?formatted=0")
    both = await ada.get(f"/api/projects/{project_id}/download")
    assert names_in(one) == ["main.py", "lib/é.py"]
    assert set(names_in(both)) == {"README.md", "backend/main.py", "backend/lib/é.py"}
    disposition = one.headers["content-disposition"]
    plain = disposition.split('filename="')[1].split('"')[0]
    assert not set("/\\;'") & set(plain)
    assert "filename*=UTF-8''L%C3%B6we" in disposition
    assert "/" not in disposition.split("UTF-8''")[1]


async def test_the_difference_of_two_runs_is_text(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    first, second = [await written(ada, text, project_id=project_id) for text in (FIRST, SECOND)]
    diff = await ada.get(f"/api/runs/{first}/diff/{second}")
    assert (diff.status_code, diff.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "-a = 1\n+a = 2\n" in diff.text
