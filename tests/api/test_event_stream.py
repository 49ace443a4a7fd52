"""Streams whose model is silent, whose reader is slow, whose server goes."""

import asyncio
import json
from functools import partial
from typing import Any

import pytest

from api.event_stream import EventStream, StreamReader
from core.engines.protocol import TextDelta
from core.runs.state import RunStatus
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, text_script
from tests.support.installation import ApiUser, Installation, code_text, create_finished_run, stream_path
from tests.support.users.studio_user import wait_for_end


async def test_silence_is_filled_with_comments(
    installation: Installation, ada: ApiUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sse_response.HEARTBEAT_SECONDS", 0.01)
    gate = Gate()
    installation.engine.play((gate, *text_script("a")))
    seen = b""
    async with ada.client.stream("GET", stream_path(await ada.create_project()), headers=ada.headers) as response:
        async for piece in response.aiter_raw():
            seen += piece
            if seen.count(b"\n: ") >= 2:
                gate.open()
    assert b"event: complete" in seen


async def test_a_reader_that_takes_nothing_is_cut_and_the_run_goes_on(
    installation: Installation, ada: ApiUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sse_response.SEND_TIMEOUT", 0.01)
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, FINISHED_STOP))
    run_id = await ada.start_run(await ada.create_project())
    identity = await installation.studio.accounts.sessions.identify(ada.token)
    log = await installation.studio.runs.open_log(identity.user.id, run_id)
    forever = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await forever.wait()

    async def receive() -> dict[str, str]:
        await forever.wait()
        return {"type": "http.disconnect"}

    reader = StreamReader(partial(installation.studio.accounts.sessions.wait_for_end, identity))
    await EventStream(installation.studio, reader, log, 0)({"type": "http"}, receive, send)
    gate.open()
    assert (await wait_for_end(log)).state.status is RunStatus.COMPLETE


async def test_a_shutdown_ends_the_stream_in_an_error_that_can_be_retried(
    installation: Installation, ada: ApiUser
) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("partial"), gate, FINISHED_STOP))
    async with ada.stream_events(stream_path(await ada.create_project())) as events:
        await gate.reached.wait()
        await installation.studio.drain()
        rest = [event async for event in events]
    assert code_text(rest) == "partial"
    assert (rest[-1].event, json.loads(rest[-1].data)["code"]) == ("error", "interrupted")
    assert json.loads(rest[-1].data)["retryable"]


async def test_deleting_the_project_ends_the_stream_of_a_refinement_properly(
    installation: Installation, ada: ApiUser
) -> None:
    project_id, run_id = await create_finished_run(ada)
    gate = Gate()
    installation.engine.play((TextDelta("refined"), gate, FINISHED_STOP))
    refined = (await ada.post(f"/api/runs/{run_id}/refine", {"instructions": "in green"})).json()["id"]
    async with ada.stream_events(f"/api/runs/{refined}/stream") as events:
        await gate.reached.wait()
        assert (await ada.request("DELETE", f"/api/projects/{project_id}")).status_code == 204
        rest = [event async for event in events]
    assert (rest[-1].event, code_text(rest)) == ("complete", "refined")
