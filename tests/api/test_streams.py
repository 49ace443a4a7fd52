"""Server-sent events to the letter of the contract, on a real socket."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx_sse import aconnect_sse

from api.streams import EventStream
from core import security
from core.engines.protocol import Finished, Text
from core.errors import EngineError
from core.run import RunStatus
from core.wire import SseDecoder
from data import queries
from tests.support.installation import Installation, Person, text_of
from tests.support.scripted_engine import STOP, Act, Gate, says
from tests.support.stories import ended

AWKWARD = (
    " ",
    "\n",
    "\n\n",
    "  def f():\n",
    "\tx\r",
    "\n",
    "data: y\n",
    ":comment\n",
    "\ufeff",
    "é😀\u2028",
    "\x00",
    "\n ",
)
AWKWARD_TEXT = " \n\n\n  def f():\n\tx\ndata: y\n:comment\n\ufeffé😀\u2028\ufffd\n "


def stream_of(project_id: int, side: str = "backend") -> str:
    return f"/api/projects/{project_id}/generate/{side}/stream"


async def finished(ada: Person, *script: Act, side: str = "backend") -> tuple[int, str]:
    """A project, and a run in it that has played this script to its end."""
    ada.engine.play(script or says("hello"))
    project_id = await ada.project()
    run_id = await ada.start(project_id, side)
    await ada.read(f"/api/runs/{run_id}/stream")
    return project_id, run_id


async def test_the_head_is_that_of_an_event_stream(ada: Person) -> None:
    path = stream_of(await ada.project())
    headers = ada.headers | {"Accept-Encoding": "gzip, br"}
    async with ada.client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in response.headers
        await response.aread()


async def test_retry_comes_first_then_the_status_then_text_then_one_end(
    installation: Installation, ada: Person
) -> None:
    installation.engine.play(says("a", "b"))
    async with ada.client.stream("GET", stream_of(await ada.project()), headers=ada.headers) as response:
        body = (await response.aread()).decode()
    assert body.startswith("retry: 2000\n")
    events = list(SseDecoder().feed(body.encode()))
    names = [event.event for event in events]
    assert names[0] == "status"
    assert names[-1] == "complete"
    assert sum(name in {"complete", "error"} for name in names) == 1
    assert set(names) == {"status", "code-chunk", "complete"}
    assert text_of(events) == "ab"


async def test_ids_are_the_run_and_the_offset_after_the_event(installation: Installation, ada: Person) -> None:
    installation.engine.play(says("a😀", "bc"))
    events = await ada.read(stream_of(await ada.project()))
    run_id = json.loads(events[0].data)["id"]
    offset = 0
    for event in events:
        offset += len(event.data) if event.event == "code-chunk" else 0
        assert event.id == f"{run_id}:{offset}"
    assert offset == 4


async def test_complete_carries_the_run_the_hash_and_the_files(installation: Installation, ada: Person) -> None:
    text = "### FILE: main.py\n```python\nprint()\n```\n"
    installation.engine.play(says(text))
    last = json.loads((await ada.read(stream_of(await ada.project())))[-1].data)
    assert last["status"] == "complete"
    assert last["characters"] == len(text)
    assert last["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert last["files"] == [{"path": "main.py", "language": "python", "lines": 1, "formatted": False, "problems": []}]


@pytest.mark.parametrize(
    ("script", "status"),
    [(says("a"), "complete"), (says("a", end=Finished("length")), "truncated")],
)
async def test_a_good_end_says_which(ada: Person, script: tuple[Act, ...], status: str) -> None:
    _, run_id = await finished(ada, *script)
    last = (await ada.read(f"/api/runs/{run_id}/stream"))[-1]
    assert (last.event, json.loads(last.data)["status"]) == ("complete", status)


async def test_a_failure_ends_in_an_error_after_the_partial_text(ada: Person) -> None:
    _, run_id = await finished(ada, Text("partial"), EngineError("gone", "The model went away.", retryable=True))
    events = await ada.read(f"/api/runs/{run_id}/stream")
    assert text_of(events) == "partial"
    assert events[-1].event == "error"
    assert events[-1].id == f"{run_id}:7"
    assert json.loads(events[-1].data) == {
        "code": "gone",
        "message": "The model went away.",
        "retryable": True,
        "run_id": run_id,
    }


async def test_a_stop_ends_the_stream_in_complete(installation: Installation, ada: Person) -> None:
    gate = Gate()
    installation.engine.play((Text("a"), gate, STOP))
    async with ada.stream(stream_of(await ada.project())) as events:
        first = await anext(events)
        await gate.reached.wait()
        stopped = await ada.post(f"/api/runs/{json.loads(first.data)['id']}/stop")
        rest = [event async for event in events]
    assert (stopped.status_code, stopped.json()["status"]) == (200, "stopped")
    assert (rest[-1].event, json.loads(rest[-1].data)["status"]) == ("complete", "stopped")
    assert text_of(rest) == "a"


async def test_each_status_is_told_as_it_comes(installation: Installation, ada: Person) -> None:
    gate = Gate()
    installation.engine.play((gate, *says("a")))
    statuses = []
    async with ada.stream(stream_of(await ada.project())) as events:
        async for event in events:
            if event.event in {"status", "complete"}:
                statuses.append(json.loads(event.data)["status"])
            if statuses[-1] == "loading":
                gate.open()
    assert list(dict.fromkeys(statuses)) in (
        ["queued", "loading", "running", "complete"],
        ["loading", "running", "complete"],
    )


async def test_the_queue_position_is_told(installation: Installation, ada: Person) -> None:
    gates = [Gate(), Gate(), Gate()]
    installation.engine.play(*((gate, *says("a")) for gate in gates), says("b"))
    for _ in range(3):
        await ada.start(await ada.project())
    positions: list[int | None] = []
    async with ada.stream(stream_of(await ada.project())) as events:
        async for event in events:
            if event.event == "status":
                positions.append(json.loads(event.data)["position"])
                if positions[-1] in {1, 2}:
                    gates.pop().open() if positions[-1] == 1 else gates.pop(0).open()
    assert positions.index(2) < positions.index(1) < len(positions) - 1
    gates[0].open()


async def test_awkward_text_comes_through_a_standard_parser_exactly(installation: Installation, ada: Person) -> None:
    installation.engine.play(says(*AWKWARD))
    path = stream_of(await ada.project())
    async with aconnect_sse(ada.client, "GET", path, headers=ada.headers) as source:
        events = [event async for event in source.aiter_sse()]
    assert {event.event for event in events} == {"status", "code-chunk", "complete"}, "no parser sees a blank message"
    own = await ada.read(f"/api/runs/{events[0].json()['id']}/stream")
    assert "".join(event.data for event in events if event.event == "code-chunk") == text_of(own) == AWKWARD_TEXT


async def test_the_text_is_one_wherever_it_is_read(installation: Installation, ada: Person) -> None:
    installation.engine.play(says(*AWKWARD))
    project_id = await ada.project()
    events = await ada.read(stream_of(project_id))
    run_id = json.loads(events[0].data)["id"]
    async with installation.studio.database.session() as session:
        stored = await queries.texts_of(session, [run_id])
    run, project = await ada.get(f"/api/runs/{run_id}"), await ada.get(f"/api/projects/{project_id}")
    texts = {text_of(events), stored[run_id], run.json()["text"], project.json()["backend_code"]}
    assert texts == {AWKWARD_TEXT}
    assert json.loads(events[-1].data)["sha256"] == hashlib.sha256(AWKWARD_TEXT.encode()).hexdigest()


async def test_a_late_reader_joins_from_the_beginning(installation: Installation, ada: Person) -> None:
    gate = Gate()
    installation.engine.play((Text("early "), gate, Text("late"), STOP))
    project_id = await ada.project()
    async with ada.stream(stream_of(project_id)) as first:
        await gate.reached.wait()
        async with ada.stream(stream_of(project_id)) as second:
            gate.open()
            texts = [text_of([event async for event in events]) for events in (first, second)]
    assert texts == ["early late", "early late"]
    assert len(installation.engine.requests) == 1


async def test_a_reader_that_leaves_does_not_stop_the_run(installation: Installation, ada: Person) -> None:
    gate = Gate()
    installation.engine.play((Text("a"), gate, Text("b"), STOP))
    async with ada.stream(stream_of(await ada.project())) as events:
        run_id = json.loads((await anext(events)).data)["id"]
        await gate.reached.wait()
    gate.open()
    assert text_of(await ada.read(f"/api/runs/{run_id}/stream")) == "ab"


# Coming back


@pytest.mark.parametrize("by_header", [True, False])
async def test_resuming_at_every_offset_gives_the_rest(ada: Person, *, by_header: bool) -> None:
    text = "a😀\n b\n\nc"
    project_id, run_id = await finished(ada, *says(*text))
    for offset in range(len(text)):
        cursor = f"{run_id}:{offset}"
        options: dict[str, Any] = (
            {"headers": {"Last-Event-ID": cursor}} if by_header else {"params": {"last_event_id": cursor}}
        )
        for path in (stream_of(project_id), f"/api/runs/{run_id}/stream"):
            events = await ada.read(path, **options)
            assert text_of(events) == text[offset:]
            assert events[-1].id == f"{run_id}:{len(text)}"


async def test_resuming_a_live_run_goes_on_after_the_offset(installation: Installation, ada: Person) -> None:
    gate = Gate()
    installation.engine.play((Text("abc"), gate, Text("def"), STOP))
    project_id = await ada.project()
    async with ada.stream(stream_of(project_id)) as events:
        async for event in events:
            if event.event == "code-chunk":
                break
    async with ada.stream(stream_of(project_id), headers={"Last-Event-ID": event.id}) as events:
        gate.open()
        assert text_of([event async for event in events]) == "def"
    assert len(installation.engine.requests) == 1


async def test_the_header_wins_over_the_query(ada: Person) -> None:
    project_id, run_id = await finished(ada, *says("abcd"))
    options: dict[str, Any] = {"headers": {"Last-Event-ID": f"{run_id}:3"}, "params": {"last_event_id": f"{run_id}:1"}}
    assert text_of(await ada.read(stream_of(project_id), **options)) == "d"


async def test_nothing_left_to_say_is_204(installation: Installation, ada: Person) -> None:
    project_id, run_id = await finished(ada, *says("abcd"))
    for path in (stream_of(project_id), f"/api/runs/{run_id}/stream"):
        answer = await ada.get(path, headers={"Last-Event-ID": f"{run_id}:4"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert len(installation.engine.requests) == 1


async def test_resuming_never_starts_a_run(installation: Installation, ada: Person) -> None:
    project_id, run_id = await finished(ada, *says("abcd"))
    await ada.read(stream_of(project_id), headers={"Last-Event-ID": f"{run_id}:2"})
    assert len(installation.engine.requests) == 1


async def test_a_malformed_id_is_a_bad_request(ada: Person) -> None:
    project_id, run_id = await finished(ada)
    for cursor in ("x", ":", ":3", run_id, f"{run_id}:", f"{run_id}:-1", f"{run_id}:1.0", f"{run_id}:x", f"{run_id}:²"):
        for path in (stream_of(project_id), f"/api/runs/{run_id}/stream"):
            answer = await ada.get(path, params={"last_event_id": cursor})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), cursor


async def test_an_offset_beyond_the_text_is_a_bad_request(ada: Person) -> None:
    project_id, run_id = await finished(ada, *says("abcd"))
    for offset in ("5", "999999999999", "9" * 40):
        answer = await ada.get(stream_of(project_id), headers={"Last-Event-ID": f"{run_id}:{offset}"})
        assert answer.status_code == 400


async def test_an_id_of_another_run_is_not_found(installation: Installation, ada: Person) -> None:
    project_id, run_id = await finished(ada, *says("abcd"))
    other_project, other_run = await finished(ada, *says("abcd"))
    eve = await installation.person("eve")
    own = await eve.project()
    asked = [
        (ada, stream_of(other_project), run_id),
        (ada, stream_of(project_id, "frontend"), run_id),
        (ada, f"/api/runs/{other_run}/stream", run_id),
        (eve, stream_of(own), run_id),
        (eve, f"/api/runs/{run_id}/stream", run_id),
        (ada, stream_of(project_id), "0" * 32),
    ]
    for person, path, run in asked:
        answer = await person.get(path, headers={"Last-Event-ID": f"{run}:1"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


async def test_watching_never_starts_a_run(installation: Installation, ada: Person) -> None:
    _, run_id = await finished(ada, *says("abcd"))
    assert text_of(await ada.read(f"/api/runs/{run_id}/stream")) == "abcd"
    assert (await ada.get("/api/runs/unknown/stream")).status_code == 404
    assert len(installation.engine.requests) == 1


# Tokens


async def test_both_kinds_of_token_open_streams_by_query(installation: Installation, ada: Person) -> None:
    made = (await ada.post("/api/auth/stream-token")).json()
    project_id = await ada.project()
    for token in (ada.token, made["token"]):
        answer = await ada.client.get(stream_of(project_id), params={"token": token})
        assert answer.status_code == 200
    assert (await ada.client.get(stream_of(project_id))).status_code == 401
    assert len(installation.engine.requests) == 2


async def test_a_query_token_counts_nowhere_else(ada: Person) -> None:
    for path in ("/api/auth/me", "/api/projects"):
        assert (await ada.client.get(path, params={"token": ada.token})).status_code == 401


async def test_a_stream_token_opens_nothing_else(ada: Person) -> None:
    token = (await ada.post("/api/auth/stream-token")).json()["token"]
    for path in ("/api/auth/me", "/api/projects"):
        assert (await ada.client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code == 401


async def test_an_old_stream_token_only_resumes(installation: Installation, ada: Person) -> None:
    project_id, run_id = await finished(ada, *says("abcd"))
    identity = await installation.studio.accounts.identify(ada.token)
    made = security.stream_token(identity.token, datetime.now(UTC) - timedelta(seconds=61))
    query = {"token": security.encode_token(made, installation.studio.settings.secret or "")}
    for path in (stream_of(project_id), f"/api/runs/{run_id}/stream"):
        refused = await ada.client.get(path, params=query)
        assert (refused.status_code, refused.json()["code"]) == (401, "token_expired")
        resumed = await ada.client.get(path, params=query, headers={"Last-Event-ID": f"{run_id}:2"})
        assert resumed.status_code == 200
        assert "data: cd" in resumed.text


# Slow, silent and shutting down


async def test_silence_is_filled_with_comments(
    installation: Installation, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.streams.QUIET_SECONDS", 0.01)
    gate = Gate()
    installation.engine.play((gate, *says("a")))
    seen = b""
    async with ada.client.stream("GET", stream_of(await ada.project()), headers=ada.headers) as response:
        async for piece in response.aiter_raw():
            seen += piece
            if seen.count(b"\n: ") >= 2:
                gate.open()
    assert b"event: complete" in seen


async def test_a_reader_that_takes_nothing_is_cut_and_the_run_goes_on(
    installation: Installation, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.streams.STALLED_SECONDS", 0.01)
    gate = Gate()
    installation.engine.play((Text("a"), gate, STOP))
    run_id = await ada.start(await ada.project())
    user = (await installation.studio.accounts.identify(ada.token)).user
    log = await installation.studio.runs.log(user.id, run_id)
    forever = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await forever.wait()

    async def receive() -> dict[str, str]:
        await forever.wait()
        return {"type": "http.disconnect"}

    await EventStream(installation.studio, log, 0)({"type": "http"}, receive, send)
    gate.open()
    assert (await ended(log)).state.status is RunStatus.COMPLETE


async def test_a_shutdown_ends_the_stream_in_an_error_that_can_be_retried(
    installation: Installation, ada: Person
) -> None:
    gate = Gate()
    installation.engine.play((Text("partial"), gate, STOP))
    async with ada.stream(stream_of(await ada.project())) as events:
        await gate.reached.wait()
        await installation.studio.drain()
        rest = [event async for event in events]
    assert text_of(rest) == "partial"
    assert (rest[-1].event, json.loads(rest[-1].data)["code"]) == ("error", "interrupted")
    assert json.loads(rest[-1].data)["retryable"]


async def test_deleting_the_project_ends_the_stream_of_a_refinement_properly(
    installation: Installation, ada: Person
) -> None:
    project_id, run_id = await finished(ada)
    gate = Gate()
    installation.engine.play((Text("refined"), gate, STOP))
    refined = (await ada.post(f"/api/runs/{run_id}/refine", {"instructions": "in green"})).json()["id"]
    async with ada.stream(f"/api/runs/{refined}/stream") as events:
        await gate.reached.wait()
        assert (await ada.ask("DELETE", f"/api/projects/{project_id}")).status_code == 204
        rest = [event async for event in events]
    assert (rest[-1].event, text_of(rest)) == ("complete", "refined")
