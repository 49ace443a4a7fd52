"""What commands say on stderr: one line at a time."""

import asyncio
import sys

from core.studio import Studio


def print_status(line: str) -> None:
    """Say something that is no part of a command's result."""
    print(line, file=sys.stderr, flush=True)


async def show_download(studio: Studio) -> None:
    """Say which model is in use and whether apps can run; draw the fetch of the built-in model until it ends."""
    engine = await studio.engines.default_engine()
    health = await engine.health()
    print_status(" ".join(filter(None, [health.engine_message, health.model_message, health.advice])))
    if not studio.runtime.is_ready:
        print_status(studio.runtime.state.message)
    last_percent = -1
    while health.download_progress:
        downloaded, total = health.download_progress
        percent = 100 * downloaded // max(total, 1)
        if percent != last_percent and (sys.stderr.isatty() or percent // 10 != last_percent // 10):
            print_status(f"Getting the built-in model: {percent} % ({downloaded // 10**6:,} of {total // 10**6:,} MB)")
        last_percent = percent
        await asyncio.sleep(1)
        health = await engine.health()
