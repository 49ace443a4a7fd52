"""Programs that read files: found, run in a folder of their own within bounds, and gone when the caller is."""

import asyncio
import logging
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

log = logging.getLogger(__name__)

LONGEST = 512 * 1024
"""Bytes; a longer file is given to no program."""
SECONDS = 5.0
MOST_OUTPUT = 2 * 1024 * 1024
"""Bytes that are kept of what a program prints; the rest is read and dropped."""

NEAREST = {".editorconfig": "root = true\n", ".clang-format-ignore": "", ".no-ignores": "", "none.json": "{}"}
"""Files that end a program's search for settings, so that none is found above the folder."""

FOLDER = "a folder for temporary files"

_told: set[str] = set()


class Missing(Exception):
    """The program is not installed."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended; what it printed is cut at ``MOST_OUTPUT``."""

    code: int
    output: str
    errors: str


@asynccontextmanager
async def folder_of(texts: Mapping[str, str]) -> AsyncGenerator[Path]:
    """A folder that holds these files while it is open, and nothing that steers a program. Raises Missing."""
    try:
        made = TemporaryDirectory(prefix="livewright-", ignore_cleanup_errors=True)
    except OSError as error:
        raise Missing(FOLDER) from error
    with made as name:
        try:
            await asyncio.to_thread(_write, Path(name), {**NEAREST, **texts})
        except OSError as error:
            raise Missing(FOLDER) from error
        yield Path(name)


async def texts_in(folder: Path, names: Mapping[str, str]) -> dict[str, str | None]:
    """What the named files hold by now; None where a file is gone or is no text any more."""
    return await asyncio.to_thread(lambda: {name: _read(folder / name) for name in names})


async def run(name: str, *arguments: str, folder: Path, text: str | None = None) -> Finished:
    """Run a program in ``folder``, with ``text`` as its input. Raises Missing, and TimeoutError after ``SECONDS``."""
    path = located(name)
    if path is None:
        raise Missing(name)
    try:
        async with asyncio.timeout(SECONDS):
            return await _run(path, arguments, folder, text)
    except OSError as error:
        if isinstance(error, TimeoutError):
            raise
        raise Missing(name) from error


def located(name: str) -> str | None:
    """The program beside this Python, or else on PATH."""
    places = (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    return shutil.which(name, path=os.pathsep.join(places))


def tell_once(name: str, trouble: str) -> None:
    """Log that a program or a library is of no use, the first time alone."""
    if name not in _told:
        _told.add(name)
        log.warning("%s %s; what it would have found stays unknown", name, trouble)


async def _run(path: str, arguments: tuple[str, ...], folder: Path, text: str | None) -> Finished:
    process = await asyncio.create_subprocess_exec(
        path,
        *arguments,
        cwd=folder,
        env=_environment(folder),
        stdin=DEVNULL if text is None else PIPE,
        stdout=PIPE,
        stderr=PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018  both are pipes
    try:
        _, output, errors = await asyncio.gather(
            _feed(process, text), _drained(process.stdout), _drained(process.stderr)
        )
        return Finished(await process.wait(), output, errors)
    finally:
        await _end(process)


async def _feed(process: Process, text: str | None) -> None:
    if process.stdin is None or text is None:
        return
    with suppress(ConnectionError):  # it need not read to the end
        process.stdin.write(encoded(text))
        await process.stdin.drain()
    process.stdin.close()


async def _drained(stream: asyncio.StreamReader) -> str:
    kept = bytearray()
    while some := await stream.read(65536):
        kept += some[: MOST_OUTPUT - len(kept)]
    return kept.decode("utf-8", "replace")


async def _end(process: Process) -> None:
    # The whole group: some of these programs are scripts that start the real one.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await process.wait()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "RUSTUP_HOME") if name in os.environ}
    places = {name: str(folder) for name in ("TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "DENO_DIR")}
    return {**kept, **places, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}


def encoded(text: str) -> bytes:
    """UTF-8 of any text, with a question mark for what is no character."""
    return text.encode("utf-8", "replace")


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_bytes(encoded(text))


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
