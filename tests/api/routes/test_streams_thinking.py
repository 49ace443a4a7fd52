"""What a model thinks reaches readers as events of its own, and never as code."""

import asyncio
import json
from typing import Any

from core.engines.protocol import Text, Thinking
from core.runs.log import THOUGHTS
from core.wire import Event
from tests.support.engines.scripted_engine import STOP, Gate
from tests.support.installation import Installation, Person, stream_of, text_of

THOUGHT = (Thinking("hm\r"), Thinking("\nso"), Text("a"), Thinking("wait"), Text("b"), STOP)


def thoughts_of(events: list[Event]) -> str:
    return "".join(event.data for event in events if event.event == "thinking")


async def test_thinking_is_never_code(installation: Installation, ada: Person) -> None:
    installation.engine.play(THOUGHT)
    events = await ada.read(stream_of(await ada.project()))
    assert text_of(events) == "ab"
    assert events[-1].event == "complete"


async def test_a_reader_sees_what_is_thought_before_anything_is_written(
    installation: Installation, ada: Person
) -> None:
    gate = Gate()
    installation.engine.play((Thinking("hm\r"), Thinking("\nso"), gate, Text("a"), STOP))
    project_id = await ada.project()
    async with ada.socket(project_id) as socket:
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


async def test_a_thought_moves_no_cursor_and_is_not_told_again(installation: Installation, ada: Person) -> None:
    installation.engine.play(THOUGHT)
    run_id = await ada.start(await ada.project())
    events = await ada.read(f"/api/runs/{run_id}/stream")
    assert all(event.id.endswith((":0", ":1", ":2")) for event in events)
    resumed = await ada.read(f"/api/runs/{run_id}/stream?last_event_id={run_id}:1")
    assert (thoughts_of(resumed), text_of(resumed)) == ("", "b")


async def test_of_long_thoughts_the_end_is_kept(installation: Installation, ada: Person) -> None:
    gate = Gate()
    installation.engine.play((*[Thinking("x" * 1000 + "y")] * 20, gate, Text("a"), STOP))
    run_id = await ada.start(await ada.project())
    await gate.reached.wait()
    log = await installation.studio.runs.log(1, run_id)
    async with asyncio.timeout(5):
        while log.thought < 20 * 1001:
            await log.news()
    kept = log.thoughts()
    assert (len(kept.text), kept.end) == (THOUGHTS, 20 * 1001)
    assert log.thoughts(kept.end - 2).text == "xy"
    gate.open()
