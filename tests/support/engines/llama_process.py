"""A real llama.cpp process: asking it, and waiting for its end."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Any

from core.engines.embedded.process import LlamaProcess
from core.engines.protocol import EngineEvent, GenerationRequest, Message, Sampling


def question(text: str = "Count.", max_tokens: int | None = None) -> GenerationRequest:
    """A request to the small weights, always with the same answer."""
    return GenerationRequest("smollm2", (Message("user", text),), Sampling(temperature=0, max_tokens=max_tokens))


async def ask_process(llama: LlamaProcess, **body: Any) -> list[EngineEvent]:
    """The events of an answer to "hi"; ``body`` has further fields of the request."""
    whole = {"model": "smollm2", "messages": [{"role": "user", "content": "hi"}], "stream": True} | body
    async with aclosing(llama.stream_answer(whole, question())) as events:
        return [event async for event in events]


async def wait_until_gone(process_id: int) -> None:
    """Wait until the process has ended, whether its parent has noticed or not."""
    async with asyncio.timeout(10):
        while is_running(process_id):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.01)


def is_running(process_id: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2][:1]
    except OSError:
        return False
    return state != "Z"
