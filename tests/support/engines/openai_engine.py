"""The OpenAI engine in front of a scripted server."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from core.engines.openai.engine import OpenAiEngine
from tests.support.engines.engine_answers import CollectedAnswer, collect_answer
from tests.support.servers.scripted_server import Script, ScriptedServer, answer_bytes, scripted_server

API_KEY = "sk-a-secret-of-a-test"


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """A chunk of the stream."""
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def events(*chunks: Any) -> bytes:
    """The chunks as servers write them; a text stands for itself, bytes for the raw bytes of an event."""
    return b"".join(chunk if isinstance(chunk, bytes) else _encode_event(chunk) for chunk in chunks)


def answer_chunks(*chunks: Any, then: str = "", size: int = 0) -> Script:
    """Answer 200 with the chunks, in segments of ``size`` bytes (0: all at once), then end, ``hang`` or ``reset``."""
    return answer_bytes(events(*chunks), then, size, content_type="text/event-stream")


def _encode_event(chunk: Any) -> bytes:
    data = chunk if isinstance(chunk, str) else json.dumps(chunk, ensure_ascii=False)
    return f"data: {data}\n\n".encode()


SHORT_ANSWER = answer_chunks(delta("stop", content="a"), "[DONE]")


@asynccontextmanager
async def openai_with_server(
    *chat: Script, routes: dict[str, Script] | None = None, **options: Any
) -> AsyncGenerator[tuple[OpenAiEngine, ScriptedServer], None]:
    """The engine and its server, which plays ``chat``."""
    engine_options: dict[str, Any] = {"retry_delays": ()} | options
    async with (
        asyncio.timeout(10),
        scripted_server(chat or [answer_chunks(delta(content="hello"), delta("stop"))], routes) as server,
    ):
        engine = OpenAiEngine(server.url, API_KEY, "m", **engine_options)
        try:
            yield engine, server
        finally:
            await engine.close()


async def ask_openai(*chat: Script, **options: Any) -> CollectedAnswer:
    """The answer of an engine whose server plays ``chat``."""
    async with openai_with_server(*chat, **options) as (engine, _):
        return await collect_answer(engine)
