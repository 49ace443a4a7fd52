"""Programs that a test writes itself, and whether a process is still there."""

import asyncio
import os
from pathlib import Path


def put_program(folder: Path, script: str, name: str = "program") -> Path:
    """An executable shell script."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def lives(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait for whoever adopted it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z " not in stat.read_text()


async def wait_for_death(pid: int) -> None:
    """Raises TimeoutError after 5 seconds."""
    async with asyncio.timeout(5):
        while lives(pid):  # noqa: ASYNC110  the system ends it
            await asyncio.sleep(0.01)
