"""A server to download weights from, and a place for them."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.support.servers.weight_servers import FileServer


@pytest.fixture
async def web() -> AsyncGenerator[FileServer, None]:
    """A server with one file, ``DATA``."""
    web = FileServer()
    async with await asyncio.start_server(web.serve, "127.0.0.1", 0) as server:
        web.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/file"
        yield web


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a download is to end up; its folder does not exist yet."""
    return tmp_path / "models" / "model.gguf"
