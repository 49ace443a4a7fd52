"""The WebSocket of a side, as a standard client sees it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from core.accounts import security
from core.engines.protocol import TextDelta
from core.errors import DatabaseUnavailable
from data import queries
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, text_script
from tests.support.installation import ApiUser, Installation


async def say(socket: ClientConnection, **frame: Any) -> None:
    await socket.send(json.dumps(frame))


async def hear(socket: ClientConnection) -> dict[str, Any]:
    heard: dict[str, Any] = json.loads(await socket.recv())
    return heard


async def until(socket: ClientConnection, *kinds: str) -> list[dict[str, Any]]:
    """What comes up to and with the first of these."""
    heard = [await hear(socket)]
    while heard[-1]["type"] not in kinds:
        heard.append(await hear(socket))
    return heard


def text_of(heard: list[dict[str, Any]]) -> str:
    return "".join(frame["text"] for frame in heard if frame["type"] == "chunk")


async def code_of(socket: ClientConnection) -> int | None:
    await socket.wait_closed()
    return socket.close_code


async def test_start_brings_status_chunks_and_one_end(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script("a😀", " \n", "b"))
    async with ada.connect_socket(await ada.create_project()) as socket:
        await say(socket, type="start", instructions="in green", options={"seed": 3})
        heard = await until(socket, "complete", "error")
    assert heard[0]["type"] == "status"
    assert (heard[-1]["type"], heard[-1]["status"]) == ("complete", "complete")
    assert {"sha256", "files"} <= heard[-1].keys()
    offset = 0
    for frame in heard:
        if frame["type"] == "chunk":
            assert (frame["run_id"], frame["offset"]) == (heard[0]["id"], offset)
            offset += len(frame["text"])
    assert text_of(heard) == "a😀 \nb"
    assert installation.engine.requests[0].sampling.seed == 3


async def test_resume_goes_on_at_the_offset(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script("a😀bc"))
    project_id = await ada.create_project()
    run_id = await ada.start_run(project_id)
    await ada.read_events(f"/api/runs/{run_id}/stream")
    async with ada.connect_socket(project_id) as socket:
        for offset in range(5):
            await say(socket, type="resume", run_id=run_id, offset=offset)
            assert text_of(await until(socket, "complete")) == "a😀bc"[offset:]


async def test_stop_ends_the_run_in_complete(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, FINISHED_STOP))
    async with ada.connect_socket(await ada.create_project()) as socket:
        await say(socket, type="start")
        await gate.reached.wait()
        await say(socket, type="stop")
        heard = await until(socket, "complete", "error")
    assert (heard[-1]["status"], text_of(heard)) == ("stopped", "a")


async def test_refine_writes_a_new_run_from_the_one_followed(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script("first"), text_script("second"))
    async with ada.connect_socket(await ada.create_project()) as socket:
        await say(socket, type="start")
        first = (await until(socket, "complete"))[-1]
        await say(socket, type="refine", instructions="in green")
        second = (await until(socket, "complete"))[-1]
    assert (second["kind"], second["parent_id"]) == ("refine", first["id"])


async def test_refine_without_a_version_and_stop_without_a_run_are_conflicts(ada: ApiUser) -> None:
    async with ada.connect_socket(await ada.create_project()) as socket:
        for frame in ({"type": "refine", "instructions": "in green"}, {"type": "stop"}):
            await say(socket, **frame)
            assert (await hear(socket))["code"] == "conflict"


async def test_a_second_start_is_a_conflict_that_names_the_run(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((gate, FINISHED_STOP))
    project_id = await ada.create_project()
    run_id = await ada.start_run(project_id)
    async with ada.connect_socket(project_id) as socket:
        await say(socket, type="start")
        heard = await hear(socket)
    assert (heard["type"], heard["code"], heard["run_id"]) == ("error", "conflict", run_id)
    gate.open()


NONSENSE: list[str | bytes] = [
    "", "x", "1", "[]", "{}", "[" * 100_000, '{"type":"dance"}', '{"type":"resume"}', '{"type":"start","model":7}',
    '{"type":"resume","run_id":"x","offset":-1}', '{"type":"start","options":{"temperature":"hot"}}',
    '{"type":"refine","instructions":" "}', '{"type":"refine","instructions":"\\ud800"}',
    b"\x00\x01", b'{"type":"stop"}',
]  # fmt: skip


async def test_a_frame_that_means_nothing_keeps_the_socket_open(ada: ApiUser) -> None:
    async with ada.connect_socket(await ada.create_project()) as socket:
        for frame in NONSENSE:
            await socket.send(frame)
            heard = await hear(socket)
            assert (heard["type"], heard["code"]) == ("error", "bad_message"), frame[:99]
        await say(socket, type="start")
        assert (await until(socket, "complete"))[-1]["status"] == "complete"


async def test_unknown_runs_and_offsets_are_errors_that_keep_the_socket_open(
    installation: Installation, ada: ApiUser
) -> None:
    installation.engine.play(text_script("abc"))
    project_id, other = await ada.create_project(), await ada.create_project()
    run_id = await ada.start_run(other)
    async with ada.connect_socket(project_id) as socket:
        for asked in ("unknown", run_id):
            await say(socket, type="resume", run_id=asked, offset=0)
            assert (await hear(socket))["code"] == "not_found"
    await ada.read_events(f"/api/runs/{run_id}/stream")
    async with ada.connect_socket(other) as socket:
        await say(socket, type="resume", run_id=run_id, offset=4)
        assert (await hear(socket))["code"] == "bad_request"


async def test_a_database_in_trouble_is_an_error_that_keeps_the_socket_open(
    ada: ApiUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseUnavailable("The disk is full: make room.")

    async with ada.connect_socket(await ada.create_project()) as socket:
        await say(socket, type="stop")
        await hear(socket)  # it is let in
        with monkeypatch.context() as patched:
            patched.setattr(queries, "find_project", fail)
            await say(socket, type="start")
            heard = await hear(socket)
        assert (heard["type"], heard["code"]) == ("error", "unavailable")
        await say(socket, type="start")
        assert (await until(socket, "complete"))[-1]["status"] == "complete"


async def test_without_a_good_token_it_closes_with_4401(ada: ApiUser) -> None:
    address = ada.connect_socket(await ada.create_project()).uri
    for query in ("", "?token=", "?token=nonsense"):
        async with connect(address + query) as socket:
            assert await code_of(socket) == 4401


async def test_both_kinds_of_token_open_it_by_query(ada: ApiUser) -> None:
    address = ada.connect_socket(await ada.create_project()).uri
    made = (await ada.post("/api/auth/stream-token")).json()
    for token in (ada.token, made["token"]):
        async with connect(f"{address}?token={token}") as socket:
            await say(socket, type="start")
            assert (await until(socket, "complete"))[-1]["status"] == "complete"


async def test_an_old_stream_token_resumes_and_starts_nothing(installation: Installation, ada: ApiUser) -> None:
    project_id = await ada.create_project()
    run_id = await ada.start_run(project_id)
    await ada.read_events(f"/api/runs/{run_id}/stream")
    identity = await installation.studio.accounts.sessions.identify(ada.token)
    made = security.new_stream_token(identity.token, datetime.now(UTC) - timedelta(seconds=61))
    token = security.encode_token(made, installation.studio.settings.secret or "")
    async with connect(f"{ada.connect_socket(project_id).uri}?token={token}") as socket:
        for frame in ({"type": "start"}, {"type": "refine", "instructions": "in green"}, {"type": "stop"}):
            await say(socket, **frame)
            assert (await hear(socket))["code"] == "token_expired"
        await say(socket, type="resume", run_id=run_id, offset=0)
        assert text_of(await until(socket, "complete")) == "hello"


async def test_a_socket_opened_in_time_may_go_on_to_start_stop_and_refine(
    installation: Installation, ada: ApiUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates = [Gate(), Gate(), Gate()]
    installation.engine.play(*((TextDelta("a"), gate, FINISHED_STOP) for gate in gates))
    token = (await ada.post("/api/auth/stream-token")).json()["token"]
    async with connect(f"{ada.connect_socket(await ada.create_project()).uri}?token={token}") as socket:
        await say(socket, type="start")
        await gates[0].reached.wait()
        late = datetime.now(UTC) + timedelta(minutes=2)
        monkeypatch.setattr(installation.studio.accounts, "_clock", lambda: late)
        for frame, gate in (({"type": "refine", "instructions": "in green"}, gates[1]), ({"type": "start"}, gates[2])):
            await say(socket, type="stop")
            assert (await until(socket, "complete"))[-1]["status"] == "stopped"
            await say(socket, **frame)
            await gate.reached.wait()


async def test_an_unknown_project_or_side_closes_with_4404(installation: Installation, ada: ApiUser) -> None:
    eve = await installation.register_user("eve")
    others = await eve.create_project()
    for project_id in (others, others + 1, 0, -1, 2**63, "abc"):
        async with ada.connect_socket(project_id) as socket:  # type: ignore[arg-type]
            assert await code_of(socket) == 4404
    async with ada.connect_socket(await ada.create_project(), "middle") as socket:
        assert await code_of(socket) == 4404


async def test_a_frame_over_256_kib_closes_with_1009(ada: ApiUser) -> None:
    async with ada.connect_socket(await ada.create_project()) as socket:
        await socket.send("x" * (256 * 1024 + 1))
        assert await code_of(socket) == 1009


async def test_a_frame_of_256_kib_is_read(ada: ApiUser) -> None:
    async with ada.connect_socket(await ada.create_project()) as socket:
        await socket.send("x" * (256 * 1024))
        assert (await hear(socket))["code"] == "bad_message"


async def test_a_client_that_leaves_does_not_stop_the_run(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, TextDelta("b"), FINISHED_STOP))
    async with ada.connect_socket(await ada.create_project()) as socket:
        await say(socket, type="start")
        run_id = (await hear(socket))["id"]
        await gate.reached.wait()
    gate.open()
    events = await ada.read_events(f"/api/runs/{run_id}/stream")
    assert events[-1].event == "complete"
