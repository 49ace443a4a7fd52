"""Builds the runtime into the state folder: fetches what is missing, builds beside, verifies, then renames."""

import asyncio
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.runtime.errors import RuntimeBuildError
from core.runtime.libraries import build_libraries, compile_python, install_packages
from core.runtime.manifest import Manifest, read_manifest, write_manifest, wrong_files
from core.runtime.pins import ID_LENGTH, runtime_id
from core.runtime.wheels import fetch_wheels, pack_sets

WORK_FOLDER = ".build"
_RUNTIME_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")
REQUIRED_BYTES = 1_500_000_000
"""What a build needs for a while, most of it for packages as npm unpacks them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: a step in words, and the share that is done, from 0 to 1."""

    step: str
    share: float


ProgressListener = Callable[[Progress], None]

STEP_SHARES = {"modules": (0.4, 0.5), "tools": (0.5, 0.55), "compress": (0.55, 0.65), "compile": (0.65, 0.95)}
STEP_NAMES = {
    "modules": "Building the libraries",
    "tools": "Building the tools",
    "compress": "Compressing",
    "compile": "Compiling packages for Python",
}


async def build_runtime(folder: Path, on_progress: ProgressListener = lambda _: None) -> Path:
    """Build into ``folder / <id>`` and return that; a build that was cut goes on from what is right of it.

    Raises RuntimeBuildError and OSError.
    """
    target = folder / runtime_id()
    work = folder / WORK_FOLDER
    await asyncio.to_thread(_prepare, work)
    on_progress(Progress("Fetching packages for Python", 0.02))
    await fetch_wheels(work / "wheels")
    on_progress(Progress("Fetching libraries", 0.1))
    await install_packages(work / "npm")

    def on_part(step: str, done: int, total: int) -> None:
        start, end = STEP_SHARES[step]
        on_progress(Progress(STEP_NAMES[step], start + (end - start) * done / max(total, 1)))

    out = work / "out"
    parts = await build_libraries(work / "npm", out, on_part)
    python = await asyncio.to_thread(pack_sets, work / "wheels", out)
    await compile_python(work / "npm", out, on_part)
    on_progress(Progress("Verifying", 0.95))
    await asyncio.to_thread(write_manifest, out, runtime_id(), {**parts, "python": python})
    await asyncio.to_thread(_put_in_place, out, target)
    return target


async def copy_runtime(source: Path, folder: Path) -> Path:
    """Take over a runtime that was built elsewhere, of the same pins; no network. Raises RuntimeBuildError."""
    manifest = await asyncio.to_thread(read_manifest, source)
    if manifest.id != runtime_id():
        raise RuntimeBuildError(
            f"The runtime in {source} is of another version ({manifest.id}, and {runtime_id()} is needed)."
        )
    await asyncio.to_thread(_copy_files, source, manifest, folder / WORK_FOLDER / "out")
    await asyncio.to_thread(_put_in_place, folder / WORK_FOLDER / "out", folder / runtime_id())
    return folder / runtime_id()


def remove_leftovers(folder: Path) -> None:
    """Delete what was fetched for a build, and the runtimes of earlier versions: nothing serves them any more.

    Whatever else is there stays: a person may name any folder to build into.
    """
    for path in folder.iterdir():
        is_earlier = _RUNTIME_ID.fullmatch(path.name) and path.name != runtime_id()
        if path.is_dir() and (is_earlier or path.name == WORK_FOLDER):
            shutil.rmtree(path, ignore_errors=True)


def _prepare(work: Path) -> None:
    for name in ("wheels", "npm"):
        (work / name).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(work / "out", ignore_errors=True)
    (work / "out").mkdir()
    free = shutil.disk_usage(work).free
    if free < REQUIRED_BYTES:
        raise RuntimeBuildError(
            f"What apps need to run is built in {REQUIRED_BYTES / 1e9:.1f} GB of the state folder (LIVEWRIGHT_HOME), "
            f"and {free / 1e9:.1f} GB are free."
        )


def _copy_files(source: Path, manifest: Manifest, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    for path in (*manifest.files, "manifest.json"):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target)


def _put_in_place(out: Path, target: Path) -> None:
    """Verify what was written, and give it its name; an older one with the same name is replaced."""
    wrong = wrong_files(out, read_manifest(out))
    if wrong:
        raise RuntimeBuildError(f"{len(wrong)} files of the runtime are not what they should be, such as {wrong[0]}.")
    if target.exists():
        shutil.rmtree(target)
    out.rename(target)
