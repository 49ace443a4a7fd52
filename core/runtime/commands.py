"""Runs the programs that build the runtime: for minutes, told line by line, and ended with all that they started."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from core.runtime.errors import RuntimeBuildError
from core.subprocesses import NICENESS

COMMAND_TIMEOUT = 900.0
"""Seconds for one program, over a slow network."""
LINE_LIMIT = 1 << 20
MAX_LAST_LINES = 15

LineListener = Callable[[str], None]


async def run_command(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], on_line: LineListener = lambda _: None
) -> None:
    """Run a program to its end. Raises RuntimeBuildError with its last lines, unless it ends well."""
    process = await _start(arguments, folder, environment)
    last_lines: deque[str] = deque(maxlen=MAX_LAST_LINES)
    try:
        async with asyncio.timeout(COMMAND_TIMEOUT):
            await _read_lines(process, last_lines, on_line)
            code = await process.wait()
    except TimeoutError:
        raise RuntimeBuildError(f"{Path(arguments[0]).name} took more than {COMMAND_TIMEOUT:.0f} seconds.") from None
    finally:
        await _end(process)
    if code:
        raise RuntimeBuildError(f"{Path(arguments[0]).name} failed: {' '.join(last_lines)[-1000:]}")


async def _start(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Process:
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            cwd=folder,
            env={**environment, "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"},
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
            limit=LINE_LIMIT,
        )
    except OSError as error:
        raise RuntimeBuildError(f"{arguments[0]} cannot be started ({error.strerror}).") from error
    if sys.platform != "win32":
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return process


async def _read_lines(process: Process, last_lines: deque[str], on_line: LineListener) -> None:
    assert process.stdout is not None  # noqa: S101  it is a pipe
    async for line in process.stdout:
        text = line.decode("utf-8", "replace").strip()
        last_lines.append(text)
        on_line(text)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
