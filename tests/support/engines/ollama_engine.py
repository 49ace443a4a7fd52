"""Ollama, the engine, against a scripted server."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from core.engines.ollama.engine import Ollama
from tests.support.engines.engine_answers import Heard, hear
from tests.support.servers.scripted_server import DONE, Script, Server, scripted


@asynccontextmanager
async def against(
    *chat: Script, routes: dict[str, Script] | None = None, bound: float = 10, **options: Any
) -> AsyncGenerator[tuple[Ollama, Server], None]:
    settings: dict[str, Any] = {"pauses": (), "poll": 0.02} | options
    async with asyncio.timeout(bound), scripted(chat, routes) as server:
        engine = Ollama(server.url, "m", **settings)
        try:
            yield engine, server
        finally:
            await engine.close()


async def heard_from(*chat: Script, **options: Any) -> Heard:
    async with against(*chat, **options) as (engine, _):
        return await hear(engine)


def last(**fields: Any) -> dict[str, Any]:
    return DONE | fields
