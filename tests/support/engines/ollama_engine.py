"""The Ollama engine in front of a scripted server."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from core.engines.ollama.engine import OllamaEngine
from tests.support.engines.engine_answers import CollectedAnswer, collect_answer
from tests.support.servers.scripted_server import DONE_LINE, Script, ScriptedServer, answer_json, scripted_server

MODEL_LOADED = answer_json({"models": [{"name": "m:latest"}]})
"""For ``/api/ps``: the model is in memory."""


@asynccontextmanager
async def ollama_with_server(
    *chat: Script, routes: dict[str, Script] | None = None, limit: float = 10, **options: Any
) -> AsyncGenerator[tuple[OllamaEngine, ScriptedServer], None]:
    """The engine and its server, which plays ``chat``; ``limit`` bounds the test in seconds."""
    engine_options: dict[str, Any] = {"retry_delays": (), "poll_interval": 0.02} | options
    async with asyncio.timeout(limit), scripted_server(chat, routes) as server:
        engine = OllamaEngine(server.url, "m", **engine_options)
        try:
            yield engine, server
        finally:
            await engine.close()


async def ask_ollama(*chat: Script, **options: Any) -> CollectedAnswer:
    """The answer of an engine whose server plays ``chat``."""
    async with ollama_with_server(*chat, **options) as (engine, _):
        return await collect_answer(engine)


def final_line(**fields: Any) -> dict[str, Any]:
    """The last line of a stream, with other values."""
    return DONE_LINE | fields
