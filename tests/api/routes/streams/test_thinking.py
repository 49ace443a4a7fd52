"""What a model thinks reaches readers as events of its own, and never as code."""

import asyncio
import json
from typing import Any

from core.engines.protocol import TextDelta, ThinkingDelta
from core.runs.thinking import MAX_THINKING_LENGTH
from core.wire import SseEvent
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate
from tests.support.installation import ApiUser, Installation, code_text, stream_path

THOUGHT = (
    ThinkingDelta("hm\r"),
    ThinkingDelta("\nso"),
    TextDelta("a"),
    ThinkingDelta("wait"),
    TextDelta("b"),
    FINISHED_STOP,
)


def thoughts_of(events: list[SseEvent]) -> str:
    return "".join(event.data for event in events if event.event == "thinking")


async def test_thinking_is_never_code(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(THOUGHT)
    events = await ada.read_events(stream_path(await ada.create_project()))
    assert code_text(events) == "ab"
    assert events[-1].event == "complete"


async def test_a_reader_sees_what_is_thought_before_anything_is_written(
    installation: Installation, ada: ApiUser
) -> None:
    gate = Gate()
    installation.engine.play((ThinkingDelta("hm\r"), ThinkingDelta("\nso"), gate, TextDelta("a"), FINISHED_STOP))
    project_id = await ada.create_project()
    async with ada.connect_socket(project_id) as socket:
        await socket.send('{"type": "start"}')
        heard: list[dict[str, Any]] = []
        while "".join(frame["text"] for frame in heard if frame["type"] == "thinking") != "hm\nso":
            heard.append(json.loads(await socket.recv()))
        gate.open()
        while heard[-1]["type"] != "complete":
            heard.append(json.loads(await socket.recv()))
    assert "".join(frame["text"] for frame in heard if frame["type"] == "thinking") == "hm\nso"
    assert "".join(frame["text"] for frame in heard if frame["type"] == "chunk") == "a"
    assert [frame["status"] for frame in heard if frame["type"] == "status"][-1] == "running"


async def test_a_thought_moves_no_cursor_and_is_not_told_again(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(THOUGHT)
    run_id = await ada.start_run(await ada.create_project())
    events = await ada.read_events(f"/api/runs/{run_id}/stream")
    assert all(event.id.endswith((":0", ":1", ":2")) for event in events[:-1])
    resumed = await ada.read_events(f"/api/runs/{run_id}/stream?last_event_id={run_id}:1")
    assert (thoughts_of(resumed), code_text(resumed)) == ("", "b")


async def test_of_long_thoughts_the_end_is_kept(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((*[ThinkingDelta("x" * 1000 + "y")] * 20, gate, TextDelta("a"), FINISHED_STOP))
    run_id = await ada.start_run(await ada.create_project())
    await gate.reached.wait()
    log = await installation.studio.runs.open_log(1, run_id)
    async with asyncio.timeout(5):
        while log.thinking.length < 20 * 1001:
            await log.wait_for_change()
    kept = log.thinking.read()
    assert (len(kept.text), kept.end) == (MAX_THINKING_LENGTH, 20 * 1001)
    assert log.thinking.read(kept.end - 2).text == "xy"
    gate.open()
