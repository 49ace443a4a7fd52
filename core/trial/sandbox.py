"""Runs one program in the sandbox: Deno without permissions but to read, and bounds on time, memory and priority.

The program gets one JSON object, and answers in lines of JSON. What it may read are the files of the runtime; it has no
network, no environment and no programs, and it ends with all that it started.
"""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from core.subprocesses import ProgramMissing, find_program, temporary_folder

MAX_CPU_SECONDS = 40
"""On a quiet machine a trial takes six."""
MAX_WALL_SECONDS = 180.0
MAX_MEMORY_BYTES = 700 << 20
"""Resident; Python with FastAPI and SQLAlchemy takes 240 MB."""
MAX_HEAP_MEGABYTES = 256
MEMORY_WATCH_INTERVAL = 0.2
LOWEST_PRIORITY = 19
MAX_LINE_BYTES = 256 << 10
MAX_OUTPUT_BYTES = 4 << 20

_LIMITED_START = """
import os, resource, sys
cpu = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
os.nice(int(sys.argv[2]))
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Sets the bounds and becomes the program: bounds that are set after its start would come too late."""


class SandboxEnd(Enum):
    """How a program ended."""

    DONE = "it ended by itself"
    OUT_OF_CPU = "it computed for too long"
    OUT_OF_TIME = "the machine gave it too little time"
    OUT_OF_MEMORY = "it took too much memory"
    TOO_MUCH_OUTPUT = "it wrote too much"


@dataclass(frozen=True, slots=True)
class Script:
    """A JavaScript file, the folders that it may read, and what it is given."""

    path: Path
    readable: tuple[Path, ...]
    given: Mapping[str, Any]


LineListener = Callable[[Mapping[str, Any]], None]


async def run_sandboxed(script: Script, on_line: LineListener) -> SandboxEnd:
    """Run a script to its end or to one of its bounds. Raises ProgramMissing."""
    deno = find_program("deno")
    if deno is None:
        raise ProgramMissing("deno")
    async with temporary_folder({}) as folder:
        process = await _start(_command(deno, script), folder)
        try:
            return await _watch(process, script.given, on_line)
        finally:
            await _end(process)


async def _watch(process: Process, given: Mapping[str, Any], on_line: LineListener) -> SandboxEnd:
    tasks = {
        asyncio.create_task(_talk(process, given, on_line), name="sandbox lines"),
        asyncio.create_task(_watch_memory(process.pid), name="sandbox memory"),
    }
    try:
        done, _ = await asyncio.wait(tasks, timeout=MAX_WALL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result() if done else SandboxEnd.OUT_OF_TIME
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _talk(process: Process, given: Mapping[str, Any], on_line: LineListener) -> SandboxEnd:
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  both are pipes
    with suppress(ConnectionError):
        process.stdin.write(json.dumps(given).encode())
        await process.stdin.drain()
    process.stdin.close()
    read_bytes = 0
    try:
        while line := await process.stdout.readline():
            read_bytes += len(line)
            if read_bytes > MAX_OUTPUT_BYTES:
                return SandboxEnd.TOO_MUCH_OUTPUT
            with suppress(ValueError):  # the app may have written into the same pipe
                value = json.loads(line)
                if isinstance(value, dict):
                    on_line(value)
    except ValueError:  # a longer line than MAX_LINE_BYTES
        return SandboxEnd.TOO_MUCH_OUTPUT
    code = await process.wait()
    return SandboxEnd.OUT_OF_CPU if code in (-signal.SIGXCPU, -signal.SIGKILL) else SandboxEnd.DONE


async def _watch_memory(pid: int) -> SandboxEnd:
    """Ends when the process holds too much; where the system does not tell, V8's own bound on its heap is left."""
    statistics = Path(f"/proc/{pid}/statm")
    while True:
        await asyncio.sleep(MEMORY_WATCH_INTERVAL)
        if _resident_bytes(statistics) > MAX_MEMORY_BYTES:
            return SandboxEnd.OUT_OF_MEMORY


def _resident_bytes(statistics: Path) -> int:
    try:
        return int(statistics.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _command(deno: str, script: Script) -> list[str]:
    readable = ",".join(str(folder) for folder in (*script.readable, script.path.parent))
    command = [
        *(deno, "run", "--no-remote", "--no-npm", "--no-config", "--no-prompt", "--no-lock", "--no-code-cache"),
        *(f"--v8-flags=--max-old-space-size={MAX_HEAP_MEGABYTES}", f"--allow-read={readable}", str(script.path)),
    ]
    if sys.platform == "win32":
        return command
    return [sys.executable, "-I", "-S", "-c", _LIMITED_START, str(MAX_CPU_SECONDS), str(LOWEST_PRIORITY), *command]


async def _start(command: Sequence[str], folder: Path) -> Process:
    environment = {"HOME": str(folder), "DENO_DIR": str(folder), "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=MAX_LINE_BYTES,
            # A group of its own, so that it can be killed with all that it has started.
            start_new_session=True,
        )
    except OSError as error:
        raise ProgramMissing(command[0]) from error


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdin:
        process.stdin.close()
    await process.wait()
    # Read to its end: only then does asyncio close the pipe.
    with suppress(TimeoutError, ValueError):
        async with asyncio.timeout(1):
            while process.stdout and await process.stdout.read(1 << 16):
                pass
