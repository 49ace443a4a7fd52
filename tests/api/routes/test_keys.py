"""What a key opens, and what it does not."""

import pytest

from core.engines.protocol import TextDelta
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, text_script
from tests.support.installation import PASSWORD, ApiUser, Installation, stream_path


async def key_user(ada: ApiUser, *scopes: str) -> ApiUser:
    """Ada's program, with a key of these scopes."""
    answer = await ada.post("/api/keys", {"name": "ci", "scopes": scopes})
    assert answer.status_code == 201
    return ApiUser("ci", answer.json()["key"], ada.client, ada.engine)


async def test_a_key_is_shown_once_and_listed_without_what_opens(ada: ApiUser) -> None:
    made = (await ada.post("/api/keys", {"name": "ci"})).json()
    listed = (await ada.get("/api/keys")).json()
    assert made.pop("key").startswith("lw_")
    assert listed == [made]
    assert listed[0]["scopes"] == ["read", "write"]


async def test_a_key_works_wherever_a_sign_in_does(ada: ApiUser) -> None:
    program = await key_user(ada, "read", "write")
    project_id = await program.create_project()
    run_id = await program.start_run(project_id)
    events = await program.read_events(f"/api/runs/{run_id}/stream")
    assert events[-1].event == "complete"
    assert (await program.get("/api/auth/me")).json() == (await ada.get("/api/auth/me")).json()


async def test_a_key_cannot_touch_keys_passwords_and_accounts(ada: ApiUser) -> None:
    program = await key_user(ada, "read", "write")
    calls = [
        ("GET", "/api/keys", None),
        ("POST", "/api/keys", {"name": "more"}),
        ("DELETE", "/api/keys/1", None),
        ("POST", "/api/auth/password", {"current": PASSWORD, "new": PASSWORD}),
        ("POST", "/api/auth/logout", None),
        ("GET", "/api/auth/sessions", None),
        ("DELETE", "/api/auth/sessions/x", None),
        ("DELETE", "/api/auth/me", {"password": PASSWORD}),
        ("GET", "/api/admin/users", None),
        ("POST", "/api/admin/users", {"username": "eve", "password": PASSWORD}),
        ("PATCH", "/api/admin/users/1", {"role": "user"}),
        ("DELETE", "/api/admin/users/1", None),
    ]
    for method, path, body in calls:
        answer = await program.request(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


async def test_a_key_that_reads_starts_stops_and_changes_nothing(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, FINISHED_STOP))
    project_id = await ada.create_project()
    program = await key_user(ada, "read")
    for path in ("/api/projects", f"/api/projects/{project_id}/generate/backend"):
        answer = await program.post(path, {"name": "x", "prompt": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await program.get(stream_path(project_id))).status_code == 403  # it would start one
    run_id = await ada.start_run(project_id)
    assert (await program.post(f"/api/runs/{run_id}/stop")).status_code == 403
    token = (await program.post("/api/auth/stream-token")).json()["token"]
    async with program.connect_socket(project_id) as socket:
        await socket.send('{"type": "stop"}')
        assert '"forbidden"' in str(await socket.recv())
    gate.open()
    for reader in (program, ApiUser("ci", token, ada.client, ada.engine)):
        assert (await reader.read_events(f"/api/runs/{run_id}/stream"))[-1].event == "complete"


async def test_a_key_that_reads_joins_a_live_run(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, FINISHED_STOP))
    project_id = await ada.create_project()
    await ada.start_run(project_id)
    program = await key_user(ada, "read")
    async with program.stream_events(stream_path(project_id)) as events:
        while (await anext(events)).event != "code-chunk":
            pass
        gate.open()
        assert [event.event async for event in events][-1] == "complete"


async def test_a_revoked_key_is_a_401_and_its_stream_ends(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play((TextDelta("a"), Gate(), FINISHED_STOP))
    program = await key_user(ada, "read", "write")
    key_id = (await ada.get("/api/keys")).json()[0]["id"]
    async with program.stream_events(stream_path(await program.create_project())) as events:
        while (await anext(events)).event != "code-chunk":
            pass
        assert (await ada.request("DELETE", f"/api/keys/{key_id}")).status_code == 204
        assert [event async for event in events] == []
    assert (await program.get("/api/projects")).status_code == 401
    installation.engine.play(text_script("hello"))


@pytest.mark.parametrize("end", ["2020-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "soon"])
async def test_an_end_that_cannot_be_is_refused(ada: ApiUser, end: str) -> None:
    answer = await ada.post("/api/keys", {"name": "ci", "expires_at": end})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "expires_at")
