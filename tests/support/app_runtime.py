"""The runtime that apps need, for the tests in which apps run: built once, and kept beside the product.

``python -m tests.support.app_runtime`` builds it before a test asks for it.
"""

import asyncio
import fcntl
from pathlib import Path

from core.runtime.build import build_runtime
from core.runtime.pins import runtime_id

CACHE_FOLDER = Path(__file__).parents[2] / ".cache" / "runtime"


async def link_runtime(home: Path) -> None:
    """Put it into a state folder; where there is none yet, it is built, which takes minutes."""
    await ensure_runtime()
    await asyncio.to_thread(_link, home)


async def ensure_runtime() -> None:
    """Build it, unless it is there; of several processes one builds, and the others wait."""
    CACHE_FOLDER.mkdir(parents=True, exist_ok=True)
    with (CACHE_FOLDER / "lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not (CACHE_FOLDER / runtime_id()).exists():
            await build_runtime(CACHE_FOLDER)


def _link(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "runtime").symlink_to(CACHE_FOLDER, target_is_directory=True)


if __name__ == "__main__":
    asyncio.run(ensure_runtime())
