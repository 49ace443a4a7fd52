"""OpenAiCompatible, the engine, against a scripted server."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from core.engines.openai.engine import OpenAiCompatible
from tests.support.engines.engine_answers import Heard, hear
from tests.support.servers.scripted_server import Script, Server, raw, scripted

KEY = "sk-a-secret-of-a-test"


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """A chunk of the stream."""
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def events(*chunks: Any) -> bytes:
    """The chunks as servers write them; a text stands for itself, bytes for the raw bytes of an event."""
    return b"".join(chunk if isinstance(chunk, bytes) else _event(chunk) for chunk in chunks)


def stream(*chunks: Any, then: str = "", size: int = 0) -> Script:
    """Answer 200 with the chunks, in segments of ``size`` bytes (0: all at once), then end, ``hang`` or ``reset``."""
    return raw(events(*chunks), then, size, content_type="text/event-stream")


@asynccontextmanager
async def against_openai(
    *chat: Script, routes: dict[str, Script] | None = None, **options: Any
) -> AsyncGenerator[tuple[OpenAiCompatible, Server], None]:
    settings: dict[str, Any] = {"pauses": ()} | options
    async with asyncio.timeout(10), scripted(chat or [stream(delta(content="hello"), delta("stop"))], routes) as server:
        engine = OpenAiCompatible(server.url, KEY, "m", **settings)
        try:
            yield engine, server
        finally:
            await engine.close()


async def heard_from_openai(*chat: Script, **options: Any) -> Heard:
    async with against_openai(*chat, **options) as (engine, _):
        return await hear(engine)


def _event(chunk: Any) -> bytes:
    data = chunk if isinstance(chunk, str) else json.dumps(chunk, ensure_ascii=False)
    return f"data: {data}\n\n".encode()
