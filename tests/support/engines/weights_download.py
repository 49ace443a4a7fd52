"""Downloads of a small file in the place of weights."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from core.engines.embedded.download import DownloadSpec, WeightsDownload
from core.engines.embedded.sources import Source, SourceError
from tests.support.servers.weight_servers import DATA


async def unreachable_source(_: Path) -> None:
    """A source that never has the file."""
    raise SourceError


async def finished_download(target: Path, *sources: Source) -> WeightsDownload:
    """A download of ``DATA`` to ``target`` that has ended, well or not."""
    download = WeightsDownload(target, _data_spec(*sources))
    download.start()
    async with asyncio.timeout(10):
        await download.wait()
    return download


@asynccontextmanager
async def waiting_download(target: Path) -> AsyncGenerator[tuple[WeightsDownload, asyncio.Event], None]:
    """A download that has 100 bytes and waits for more; the event tells that its source was cancelled."""
    began, cancelled = asyncio.Event(), asyncio.Event()

    async def source(partial: Path) -> None:
        await asyncio.to_thread(partial.write_bytes, DATA[:100])
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    download = WeightsDownload(target, _data_spec(source))
    download.start()
    download.start()  # a second start changes nothing
    async with asyncio.timeout(10):
        await began.wait()
        yield download, cancelled
        await download.close()


def partial_file(target: Path, data: bytes) -> Path:
    """What an earlier download has left of ``target``."""
    target.parent.mkdir()
    path = target.with_name(f"{target.name}.partial")
    path.write_bytes(data)
    return path


def _data_spec(*sources: Source) -> DownloadSpec:
    return DownloadSpec(len(DATA), hashlib.sha256(DATA).hexdigest(), sources)
