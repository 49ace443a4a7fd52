"""The weights in the state folder: brought by file, downloaded, deleted."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest

from core.engines.embedded import library as library_module
from core.engines.embedded import weights as weights_module
from core.engines.embedded.download import WeightsDownload
from core.engines.embedded.library import WeightsLibrary
from core.engines.embedded.model_pool import ModelPool
from core.engines.embedded.weights import QWEN, QWEN_FILENAME, SMOLLM2, models_folder, qwen_path, usable_weights
from core.engines.protocol import PullProgress
from core.errors import EngineError, InvalidInput, NotFound
from tests.support.engines.weights_download import finished_download, unreachable_source, waiting_download


def weights_library(home: Path, setting: str = "auto", download: WeightsDownload | None = None) -> WeightsLibrary:
    return WeightsLibrary(home, setting, download or WeightsDownload(qwen_path(home)), ModelPool(1, 1))


def bring(home: Path, name: str) -> Path:
    """Put a copy of the smallest weights into the folder."""
    path = models_folder(home) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    [small] = usable_weights(Path("nowhere"), SMOLLM2)
    return Path(shutil.copy(small.path, path))


async def read_to_end(steps: AsyncGenerator[PullProgress, None]) -> None:
    async for _ in steps:
        pass


async def test_a_file_that_was_brought_is_used_and_deleted(tmp_path: Path) -> None:
    path = bring(tmp_path, "mine-00001-of-00002.gguf")
    later = path.with_name("mine-00002-of-00002.gguf")
    later.write_bytes(path.read_bytes()[:1000])
    (path.parent / "half.gguf").write_bytes(b"GG")
    assert [each.name for each in usable_weights(tmp_path, "auto")] == [path.stem, SMOLLM2]
    assert [each.name for each in usable_weights(tmp_path, SMOLLM2)] == [SMOLLM2, path.stem]
    assert usable_weights(tmp_path, "off") == []
    await weights_library(tmp_path).remove(path.stem)
    assert not path.exists()
    assert not later.exists()
    with pytest.raises(NotFound):
        await weights_library(tmp_path).remove(path.stem)


@pytest.mark.parametrize("setting", [SMOLLM2, "a path"])
async def test_qwen_is_used_and_deleted_whatever_the_setting(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bring(tmp_path, QWEN_FILENAME)
    monkeypatch.setattr(weights_module, "QWEN_SIZE", path.stat().st_size)
    chosen = setting if setting == SMOLLM2 else str(bring(tmp_path / "elsewhere", "mine.gguf"))
    assert [each.name for each in usable_weights(tmp_path, chosen)][1:] == [QWEN]
    await weights_library(tmp_path, chosen).remove(QWEN)
    assert not path.exists()


async def test_what_lies_elsewhere_stays(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="comes with the product"):
        await weights_library(tmp_path).remove(SMOLLM2)


async def test_only_weights_with_a_known_hash_are_fetched(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="can fetch"):
        weights_library(tmp_path).check_can_pull("gpt")
    with pytest.raises(InvalidInput, match="switched off"):
        weights_library(tmp_path, "off").check_can_pull(QWEN)


async def test_a_pull_that_is_closed_stops_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "POLL_INTERVAL", 0.01)
    async with waiting_download(qwen_path(tmp_path)) as (download, cancelled):
        async with aclosing(weights_library(tmp_path, download=download).pull(QWEN)) as steps:
            assert (await anext(steps)).completed == 100
            assert (await anext(steps)).total
        await cancelled.wait()
        other = weights_library(tmp_path, download=download).pull(QWEN)
        assert await anext(other)
        await download.close()
        with pytest.raises(EngineError, match="stopped"):
            await anext(other)


async def test_a_download_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "POLL_INTERVAL", 0.01)
    download = await finished_download(qwen_path(tmp_path), unreachable_source)
    steps = weights_library(tmp_path, download=download).pull(QWEN)
    with pytest.raises(EngineError, match="could not be fetched"):
        await asyncio.wait_for(read_to_end(steps), 5)
