"""The engine in this process, with the small real weights that come as a package."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from core.engines.embedded import Embedded
from core.engines.protocol import Finished, Message, Request, Sampling, Text


async def test_it_writes(tmp_path: Path) -> None:
    engine = Embedded(tmp_path, "smollm2")
    request = Request("smollm2", (Message("user", "Say hello."),), Sampling(temperature=0, max_tokens=12))
    async with asyncio.timeout(20), aclosing(engine.generate(request)) as stream:
        pieces = [piece async for piece in stream]
    assert any(isinstance(piece, Text) for piece in pieces)
    assert isinstance(pieces[-1], Finished)
    await engine.close()
