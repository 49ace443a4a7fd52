"""Uploads over HTTP, in the shapes and with the errors of the contract."""

import io
import zipfile

import httpx
import pytest

from api.middleware.body_limit import MAX_UPLOAD_BODY_BYTES
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, text_script
from tests.support.error_bodies import problem
from tests.support.installation import ApiUser, Installation

Part = tuple[str, tuple[str, bytes]]


def part(name: str, content: bytes) -> Part:
    return "file", (name, content)


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


async def send(who: ApiUser, project_id: int, *parts: Part, side: str = "backend") -> httpx.Response:
    return await who.post(f"/api/projects/{project_id}/upload/{side}", files=list(parts))


async def test_a_zip_becomes_the_current_version(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    content = zipped(main__py=b"import flask\r\n", logo__png=b"\0")
    answer = await send(ada, project_id, part("app.zip", content))
    body = answer.json()
    run = body["run"]
    assert answer.status_code == 201
    assert (run["kind"], run["status"], run["engine"], run["model"]) == ("upload", "complete", "none", "")
    assert (run["finish_reason"], run["instructions"], run["stack"]) == (
        "uploaded",
        "uploaded app.zip: 1 file",
        "flask",
    )
    assert body["skipped"] == [{"path": "logo.png", "reason": "This is no text."}]
    assert body["suggested_stack"] == "flask"
    project = (await ada.get(f"/api/projects/{project_id}")).json()
    assert (project["backend_run_id"], project["backend_stack"]) == (run["id"], "flask")
    assert project["backend_code"] == "### FILE: main.py\n```python\nimport flask\n```\n"
    files = (await ada.get(f"/api/runs/{run['id']}/files")).json()
    assert [file["path"] for file in files] == ["main.py"]


async def test_single_files_are_taken_together(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    answer = await send(ada, project_id, part("a.py", b"a"), part("lib/b.py", b"b"), part("é.py", b""))
    run_id = answer.json()["run"]["id"]
    files = (await ada.get(f"/api/runs/{run_id}/files")).json()
    assert [file["path"] for file in files] == ["a.py", "lib/b.py", "é.py"]


async def test_what_went_in_comes_out_byte_for_byte(ada: ApiUser) -> None:
    content = b"x = [1,2]\r\nprint( x )"
    answer = await send(ada, await ada.create_project(), part("a.zip", zipped(main__py=content)))
    run_id = answer.json()["run"]["id"]
    for query in ("", "?formatted=0", "?formatted=1"):
        download = (await ada.get(f"/api/runs/{run_id}/download{query}")).content
        assert zipfile.ZipFile(io.BytesIO(download)).read("main.py") == content
        assert (await ada.get(f"/api/runs/{run_id}/files/main.py{query}")).content == content
    [file] = (await ada.get(f"/api/runs/{run_id}/files")).json()
    assert (file["formatted"], file["lines"]) == (False, 2)


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("latin-1", "windows-1252"), ("utf-16", "utf-16")],
)
async def test_the_header_of_a_file_names_its_encoding(ada: ApiUser, encoding: str, charset: str) -> None:
    content = "é = 1\n".encode(encoding)
    run_id = (await send(ada, await ada.create_project(), part("a.py", content))).json()["run"]["id"]
    answer = await ada.get(f"/api/runs/{run_id}/files/a.py")
    assert answer.content == content
    assert answer.headers["content-type"] == f"text/plain; charset={charset}"
    assert answer.text.removeprefix("\ufeff") == "é = 1\n"


async def test_a_stream_of_an_upload_tells_its_text_and_ends(ada: ApiUser) -> None:
    run_id = (await send(ada, await ada.create_project(), part("a.py", b"a"))).json()["run"]["id"]
    events = await ada.read_events(f"/api/runs/{run_id}/stream")
    assert [event.event for event in events] == ["status", "code-chunk", "complete"]


async def test_generate_goes_on_from_it(installation: Installation, ada: ApiUser) -> None:
    project_id = await ada.create_project()
    run_id = (await send(ada, project_id, part("a.py", b"a = 1"))).json()["run"]["id"]
    installation.engine.play(text_script("### FILE: b.py\n```\nb\n```\n"))
    started = (await ada.post(f"/api/projects/{project_id}/generate/backend")).json()
    assert (started["kind"], started["parent_id"]) == ("refine", run_id)


async def test_a_live_run_is_in_the_way_and_is_named(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((gate, FINISHED_STOP))
    project_id = await ada.create_project()
    live = await ada.start_run(project_id)
    body = problem(await send(ada, project_id, part("a.bin", b"x" * 11_000_000)), 409, "conflict")
    assert body["run_id"] == live
    gate.open()


async def test_what_cannot_be_taken_is_invalid_with_a_sentence(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    nothing = [part("a.zip", b"no zip")], [part("a.png", b"\0")], [part(".env", b"x")]
    for parts in nothing:
        body = problem(await send(ada, project_id, *parts), 422, "invalid")
        assert body["errors"][0]["field"] == "file"
    assert (await ada.get(f"/api/projects/{project_id}/runs")).json() == []


async def test_a_body_without_a_file_says_what_to_send(ada: ApiUser) -> None:
    address = f"/api/projects/{await ada.create_project()}/upload/backend"
    for answer in (
        await ada.post(address),
        await ada.post(address, {"file": "x"}),
        await ada.post(address, data={"file": "x"}),
        await ada.post(address, files=[("other", ("a.py", b"x"))]),
    ):
        assert "each in a part named file" in problem(answer, 422, "invalid")["detail"]


async def test_a_form_that_cannot_be_read_is_a_bad_request(ada: ApiUser) -> None:
    address = f"/api/projects/{await ada.create_project()}/upload/backend"
    headers = {"Content-Type": "multipart/form-data"}
    problem(await ada.post(address, content=b"x", headers=headers), 400, "bad_request")
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    problem(await ada.post(address, content=b"--c\r\n", headers=headers), 400, "bad_request")


@pytest.mark.parametrize("size", [10_500_000, MAX_UPLOAD_BODY_BYTES + 1])
async def test_too_much_is_too_large(ada: ApiUser, size: int) -> None:
    problem(await send(ada, await ada.create_project(), part("a.zip", b"x" * size)), 413, "too_large")


async def test_other_routes_keep_their_bound(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    body = problem(
        await ada.post(f"/api/projects/{project_id}/generate/backend", {"model": "x" * 600_000}), 413, "too_large"
    )
    assert "512 KiB" in body["detail"]


async def test_an_unknown_side_or_project_is_not_found(ada: ApiUser) -> None:
    problem(await send(ada, await ada.create_project(), part("a.py", b"x"), side="middle"), 404, "not_found")
    problem(await send(ada, 999, part("a.py", b"x")), 404, "not_found")


async def test_another_method_is_told_which_is_right(ada: ApiUser) -> None:
    answer = await ada.get(f"/api/projects/{await ada.create_project()}/upload/backend")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
