"""Run checkers and formatters: each in a temporary folder, with bounds, and never longer than its caller waits."""

import asyncio
import logging
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

T = TypeVar("T")

_logger = logging.getLogger(__name__)

MAX_PROGRAM_INPUT_BYTES = 512 * 1024
"""A longer file is given to no program."""
RUN_TIMEOUT = 5.0
"""Seconds for one run of a program."""
PIPE_END_TIMEOUT = 1.0
"""Seconds for what a killed program has left in its pipes."""
MAX_OUTPUT_BYTES = 2 * 1024 * 1024
"""What is kept of a program's output; the rest is read and dropped, so that the program never blocks."""

NICENESS = 10
"""The priority of programs and workers. Not the lowest, 19: beside a model that computes on all processors a review
would get no time at all."""

CONFIG_STOP_FILES = {
    ".editorconfig": "root = true\n",
    ".clang-format-ignore": "",
    ".no-ignores": "",
    "oxfmt.json": '{"quoteProps": "preserve", "embeddedLanguageFormatting": "off", "sortPackageJson": false}',
}
"""Files that end a program's search for settings: it would go on in the folders above. oxfmt's are to leave alone what
is more than layout."""

TEMP_FOLDER_LABEL = "a folder for temporary files"

_warned: set[str] = set()


class ProgramMissing(Exception):
    """A program is not installed, or no temporary folder can be made for it."""


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended; both outputs are cut at ``MAX_OUTPUT_BYTES``."""

    exit_code: int
    stdout: str
    stderr: str


@asynccontextmanager
async def temporary_folder(texts: Mapping[str, str]) -> AsyncGenerator[Path]:
    """A folder that holds these texts by file name, and no settings, until it is left. Raises ProgramMissing."""
    try:
        folder = await _finish_or_undo(
            asyncio.to_thread(_create_folder, {**CONFIG_STOP_FILES, **texts}), undo=_remove_folder
        )
    except OSError as error:
        raise ProgramMissing(TEMP_FOLDER_LABEL) from error
    try:
        yield folder
    finally:
        # Shielded: a caller who is cancelled leaves no folder behind.
        await asyncio.shield(_remove_folder(folder))


async def read_texts(folder: Path, names: Mapping[str, str]) -> dict[str, str | None]:
    """The texts of these files; None for a file that is gone or is no UTF-8."""
    return await asyncio.to_thread(lambda: {name: _read_text(folder / name) for name in names})


async def run_program(name: str, *arguments: str, folder: Path, stdin_text: str | None = None) -> ProgramResult:
    """Run a program in ``folder``. Raises ProgramMissing, and TimeoutError after ``RUN_TIMEOUT`` seconds."""
    path = find_program(name)
    if path is None:
        raise ProgramMissing(name)
    try:
        async with asyncio.timeout(RUN_TIMEOUT):
            return await _run_process(path, arguments, folder, stdin_text)
    except OSError as error:
        # TimeoutError is an OSError, but one of a program that is there.
        if isinstance(error, TimeoutError):
            raise
        raise ProgramMissing(name) from error


def find_program(name: str) -> str | None:
    """The path of a program: beside this Python, else on PATH; None where it is not installed."""
    search_folders = (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    return shutil.which(name, path=os.pathsep.join(search_folders))


def warn_once(name: str, reason: str) -> None:
    """Log that a program or a library cannot be used; only the first time for each name."""
    if name not in _warned:
        _warned.add(name)
        _logger.warning("%s %s; what it would have found stays unknown", name, reason)


async def _run_process(path: str, arguments: tuple[str, ...], folder: Path, stdin_text: str | None) -> ProgramResult:
    process = await _finish_or_undo(
        asyncio.create_subprocess_exec(
            path,
            *arguments,
            cwd=folder,
            env=_environment(folder),
            stdin=DEVNULL if stdin_text is None else PIPE,
            stdout=PIPE,
            stderr=PIPE,
            # A group of its own, so that it can be killed with all that it has started.
            start_new_session=True,
        ),
        undo=_kill_group,
    )
    _lower_priority(process)
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018  both are pipes
    try:
        _, output, errors = await asyncio.gather(
            _write_stdin(process, stdin_text), _read_output(process.stdout), _read_output(process.stderr)
        )
        return ProgramResult(await process.wait(), output, errors)
    finally:
        await _kill_group(process)


async def _finish_or_undo(work: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[object]]) -> T:
    """The result of ``work``. A caller who is cancelled waits until it is finished and undone: nothing is left over."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        with suppress(OSError):
            await undo(await task)
        raise


async def _write_stdin(process: Process, stdin_text: str | None) -> None:
    if process.stdin is None or stdin_text is None:
        return
    with suppress(ConnectionError):  # the program may end without reading all of it
        process.stdin.write(encode_lossy(stdin_text))
        await process.stdin.drain()
    process.stdin.close()


async def _read_output(stream: asyncio.StreamReader) -> str:
    output = bytearray()
    while chunk := await stream.read(65536):
        output += chunk[: MAX_OUTPUT_BYTES - len(output)]
    return output.decode("utf-8", "replace")


async def _kill_group(process: Process) -> None:
    # The whole group, because some of these programs are scripts that start the real one.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await process.wait()
    await _close_pipes(process)


async def _close_pipes(process: Process) -> None:
    """Read the outputs to their ends: only then does asyncio close the pipes, of which a server has not many."""
    if process.stdin:
        process.stdin.close()
    with suppress(TimeoutError):  # a process that left the group may hold them
        async with asyncio.timeout(PIPE_END_TIMEOUT):
            await asyncio.gather(*(stream.read() for stream in (process.stdout, process.stderr) if stream))


def _lower_priority(process: Process) -> None:
    if sys.platform != "win32":
        with suppress(ProcessLookupError):  # it may have ended already
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)


def _environment(folder: Path) -> dict[str, str]:
    # Nothing else: the environment may hold secrets, and settings that change what a formatter does.
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "RUSTUP_HOME") if name in os.environ}
    folders = {name: str(folder) for name in ("TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "DENO_DIR")}
    return {**inherited, **folders, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}


def encode_lossy(text: str) -> bytes:
    """UTF-8 of any text; a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace")


def _create_folder(texts: Mapping[str, str]) -> Path:
    folder = Path(mkdtemp(prefix="livewright-"))
    try:
        for name, text in texts.items():
            # Not by pathlib: for thousands of files it would hold Python's lock for a second.
            with open(f"{folder}/{name}", "wb") as file:  # noqa: PTH123
                file.write(encode_lossy(text))
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


async def _remove_folder(folder: Path) -> None:
    # In a thread: a thousand files take a second.
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _read_text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
