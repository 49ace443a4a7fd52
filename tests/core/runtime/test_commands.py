"""Programs that build the runtime."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from core.runtime import commands
from core.runtime.commands import run_command
from core.runtime.errors import RuntimeBuildError


async def run_python(source: str, folder: Path) -> list[str]:
    lines: list[str] = []
    await run_command([sys.executable, "-c", source], folder, os.environ, lines.append)
    return lines


async def test_lines_are_told_as_they_come(tmp_path: Path) -> None:
    source = "import os, sys; print('one'); print('two', file=sys.stderr, flush=True); print(os.getcwd())"
    assert sorted(await run_python(source, tmp_path)) == sorted(["one", "two", str(tmp_path)])


async def test_a_program_that_fails_says_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(RuntimeBuildError, match=r"python\S* failed: line 1 .*line 15$"):
        await run_python("import sys\nfor n in range(16): print('line', n)\nsys.exit(3)", tmp_path)


async def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuntimeBuildError, match="no-such-program cannot be started"):
        await run_command(["no-such-program"], tmp_path, {})


async def test_a_program_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "COMMAND_TIMEOUT", 0.3)
    started_at = time.monotonic()
    with pytest.raises(RuntimeBuildError, match="took more than"):
        await run_python("import time; time.sleep(60)", tmp_path)
    assert time.monotonic() - started_at < 10


async def test_who_is_cancelled_ends_the_program_with_all_that_it_started(tmp_path: Path) -> None:
    source = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run_command([sys.executable, "-c", source], tmp_path, os.environ, started.set_result))
    pid = int(await started)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(_ends, pid)


def _ends(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
