"""The runtime that apps need, for the tests in which apps run: built once, and kept beside the product."""

from pathlib import Path

from core.runtime.build import build_runtime
from core.runtime.pins import runtime_id

CACHE_FOLDER = Path(__file__).parents[2] / ".cache" / "runtime"


async def link_runtime(home: Path) -> None:
    """Put it into a state folder; where there is none yet, it is built, which takes minutes."""
    if not _prepare_folders(home):
        await build_runtime(CACHE_FOLDER)


def _prepare_folders(home: Path) -> bool:
    """Link the cache into a state folder; whether the runtime is in it."""
    CACHE_FOLDER.mkdir(parents=True, exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / "runtime").symlink_to(CACHE_FOLDER, target_is_directory=True)
    return (CACHE_FOLDER / runtime_id()).exists()
