"""Server-sent events to the letter of the contract, on a real socket."""

import hashlib
import json

import pytest
from httpx_sse import aconnect_sse

from core.engines.protocol import StreamEnd, TextDelta
from core.errors import EngineError
from core.wire import SseDecoder
from data import queries
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptStep, text_script
from tests.support.installation import ApiUser, Installation, code_text, create_finished_run, stream_path

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


async def test_the_head_is_that_of_an_event_stream(ada: ApiUser) -> None:
    path = stream_path(await ada.create_project())
    headers = ada.headers | {"Accept-Encoding": "gzip, br"}
    async with ada.client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in response.headers
        await response.aread()


async def test_retry_comes_first_then_the_status_then_text_then_one_end(
    installation: Installation, ada: ApiUser
) -> None:
    installation.engine.play(text_script("a", "b"))
    async with ada.client.stream("GET", stream_path(await ada.create_project()), headers=ada.headers) as response:
        body = (await response.aread()).decode()
    assert body.startswith("retry: 2000\n")
    events = list(SseDecoder().feed(body.encode()))
    names = [event.event for event in events]
    assert names[0] == "status"
    assert names[-1] == "complete"
    assert sum(name in {"complete", "error"} for name in names) == 1
    assert set(names) == {"status", "code-chunk", "complete"}
    assert code_text(events) == "ab"


async def test_ids_are_the_run_and_the_offset_after_the_event(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script("a😀", "bc"))
    events = await ada.read_events(stream_path(await ada.create_project()))
    run_id = json.loads(events[0].data)["id"]
    offset = 0
    for event in events:
        offset += len(event.data) if event.event == "code-chunk" else 0
        assert event.id == f"{run_id}:{'end' if event.event == 'complete' else offset}"
    assert offset == 4


async def test_complete_carries_the_run_the_hash_and_the_files(installation: Installation, ada: ApiUser) -> None:
    text = "### FILE: main.py\n```python\nprint()\n```\n"
    installation.engine.play(text_script(text))
    last = json.loads((await ada.read_events(stream_path(await ada.create_project())))[-1].data)
    assert last["status"] == "complete"
    assert last["characters"] == len(text)
    assert last["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert last["files"] == [{"path": "main.py", "language": "python", "lines": 1, "formatted": False, "problems": []}]


@pytest.mark.parametrize(
    ("script", "status"),
    [(text_script("a"), "complete"), (text_script("a", finish=StreamEnd("length")), "truncated")],
)
async def test_a_good_end_says_which(ada: ApiUser, script: tuple[ScriptStep, ...], status: str) -> None:
    _, run_id = await create_finished_run(ada, *script)
    last = (await ada.read_events(f"/api/runs/{run_id}/stream"))[-1]
    assert (last.event, json.loads(last.data)["status"]) == ("complete", status)


async def test_a_failure_ends_in_an_error_after_the_partial_text(ada: ApiUser) -> None:
    _, run_id = await create_finished_run(
        ada, TextDelta("partial"), EngineError("gone", "The model went away.", retryable=True)
    )
    events = await ada.read_events(f"/api/runs/{run_id}/stream")
    assert code_text(events) == "partial"
    assert events[-1].event == "error"
    assert events[-1].id == f"{run_id}:end"
    assert json.loads(events[-1].data) == {
        "code": "gone",
        "message": "The model went away.",
        "retryable": True,
        "run_id": run_id,
    }


async def test_a_stop_ends_the_stream_in_complete(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, FINISHED_STOP))
    async with ada.stream_events(stream_path(await ada.create_project())) as events:
        first = await anext(events)
        await gate.reached.wait()
        stopped = await ada.post(f"/api/runs/{json.loads(first.data)['id']}/stop")
        rest = [event async for event in events]
    assert (stopped.status_code, stopped.json()["status"]) == (200, "stopped")
    assert (rest[-1].event, json.loads(rest[-1].data)["status"]) == ("complete", "stopped")
    assert code_text(rest) == "a"


async def test_each_status_is_told_as_it_comes(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((gate, *text_script("a")))
    statuses = []
    async with ada.stream_events(stream_path(await ada.create_project())) as events:
        async for event in events:
            if event.event in {"status", "complete"}:
                statuses.append(json.loads(event.data)["status"])
            if statuses[-1] == "loading":
                gate.open()
    assert list(dict.fromkeys(statuses)) in (
        ["queued", "loading", "running", "complete"],
        ["loading", "running", "complete"],
    )


async def test_the_queue_position_is_told(installation: Installation, ada: ApiUser) -> None:
    gates = [Gate(), Gate(), Gate()]
    installation.engine.play(*((gate, *text_script("a")) for gate in gates), text_script("b"))
    for _ in range(3):
        await ada.start_run(await ada.create_project())
    positions: list[int | None] = []
    async with ada.stream_events(stream_path(await ada.create_project())) as events:
        async for event in events:
            if event.event == "status":
                positions.append(json.loads(event.data)["position"])
                if positions[-1] in {1, 2}:
                    gates.pop().open() if positions[-1] == 1 else gates.pop(0).open()
    assert positions.index(2) < positions.index(1) < len(positions) - 1
    gates[0].open()


async def test_awkward_text_comes_through_a_standard_parser_exactly(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script(*AWKWARD))
    path = stream_path(await ada.create_project())
    async with aconnect_sse(ada.client, "GET", path, headers=ada.headers) as source:
        events = [event async for event in source.aiter_sse()]
    assert {event.event for event in events} == {"status", "code-chunk", "complete"}, "no parser sees a blank message"
    own = await ada.read_events(f"/api/runs/{events[0].json()['id']}/stream")
    assert "".join(event.data for event in events if event.event == "code-chunk") == code_text(own) == AWKWARD_TEXT


async def test_the_text_is_one_wherever_it_is_read(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script(*AWKWARD))
    project_id = await ada.create_project()
    events = await ada.read_events(stream_path(project_id))
    run_id = json.loads(events[0].data)["id"]
    stored = await installation.studio.database.read(lambda connection: queries.load_texts(connection, [run_id]))
    run, project = await ada.get(f"/api/runs/{run_id}"), await ada.get(f"/api/projects/{project_id}")
    texts = {code_text(events), stored[run_id], run.json()["text"], project.json()["backend_code"]}
    assert texts == {AWKWARD_TEXT}
    assert json.loads(events[-1].data)["sha256"] == hashlib.sha256(AWKWARD_TEXT.encode()).hexdigest()


async def test_a_late_reader_joins_from_the_beginning(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("early "), gate, TextDelta("late"), FINISHED_STOP))
    project_id = await ada.create_project()
    async with ada.stream_events(stream_path(project_id)) as first:
        await gate.reached.wait()
        async with ada.stream_events(stream_path(project_id)) as second:
            gate.open()
            texts = [code_text([event async for event in events]) for events in (first, second)]
    assert texts == ["early late", "early late"]
    assert len(installation.engine.requests) == 1


async def test_a_reader_that_leaves_does_not_stop_the_run(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, TextDelta("b"), FINISHED_STOP))
    async with ada.stream_events(stream_path(await ada.create_project())) as events:
        run_id = json.loads((await anext(events)).data)["id"]
        await gate.reached.wait()
    gate.open()
    assert code_text(await ada.read_events(f"/api/runs/{run_id}/stream")) == "ab"
