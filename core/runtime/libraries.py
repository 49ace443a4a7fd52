"""Fetches the pinned packages of npm and builds the files of the runtime from them, by Deno alone."""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.runtime.commands import run_command
from core.runtime.errors import RuntimeBuildError
from core.runtime.pins import DENO_LOCK, PACKAGE_JSON, RECIPE_FOLDER
from core.subprocesses import find_program

PartListener = Callable[[str, int, int], None]
"""Gets the name of a step, how much of it is done, and of how much."""


async def install_packages(work: Path) -> None:
    """Make ``node_modules`` in a folder; what was fetched before is not fetched again. Raises RuntimeBuildError."""
    for pin in (PACKAGE_JSON, DENO_LOCK):
        shutil.copyfile(pin, work / pin.name)
    environment = {**os.environ, "DENO_DIR": str(work / "cache")}
    # --frozen: nothing but what the lock names, by its hashes. Scripts of packages are not run.
    await run_command([_deno(), "install", "--frozen", "--node-modules-dir=auto"], work, environment)


async def build_libraries(work: Path, out: Path, on_part: PartListener) -> dict[str, Any]:
    """Write the libraries, tools, styles and Pyodide into ``out``; returns what the manifest says of them.

    Raises RuntimeBuildError.
    """
    esbuild = _esbuild_program(work)
    permissions = [f"--allow-read={work},{out},{RECIPE_FOLDER}", f"--allow-write={out}", f"--allow-run={esbuild}"]
    flags = ["--node-modules-dir=manual", "--allow-env", "--allow-sys", *permissions]
    environment = {"ESBUILD_BINARY_PATH": str(esbuild)}
    await _run_script("build.mjs", flags, [str(work), str(out)], work, on_part, environment=environment)
    parts_file = out / "parts.json"
    parts: dict[str, Any] = json.loads(parts_file.read_text("utf-8"))
    parts_file.unlink()
    return parts


async def compile_python(work: Path, out: Path, on_part: PartListener) -> None:
    """Compile the archives of Python in ``out``, in place. Raises RuntimeBuildError."""
    flags = ["--no-npm", f"--allow-read={out}", f"--allow-write={out}"]
    await _run_script("compile.mjs", flags, [str(out)], work, on_part)


async def _run_script(
    name: str,
    flags: Sequence[str],
    arguments: Sequence[str],
    work: Path,
    on_part: PartListener,
    *,
    environment: Mapping[str, str] | None = None,
) -> None:
    def on_line(line: str) -> None:
        with suppress(ValueError, KeyError, TypeError):  # any other line is a message
            part = json.loads(line)
            on_part(part["step"], part["done"], part["total"])

    # Nothing of the environment, and no network: all that is needed is there.
    environment = {"DENO_DIR": str(work / "cache"), "HOME": str(work), **(environment or {})}
    command = [_deno(), "run", "--no-remote", "--no-config", "--no-prompt", *flags, str(RECIPE_FOLDER / name)]
    await run_command([*command, *arguments], work, environment, on_line)


def _deno() -> str:
    program = find_program("deno")
    if program is None:
        raise RuntimeBuildError("The package deno is not installed, and it builds what apps need to run.")
    return program


def _esbuild_program(work: Path) -> Path:
    candidates = sorted(work.glob("node_modules/.deno/@esbuild+*/node_modules/@esbuild/*/bin/esbuild"))
    candidates += sorted(work.glob("node_modules/.deno/@esbuild+*/node_modules/@esbuild/*/esbuild.exe"))
    if not candidates:
        raise RuntimeBuildError("There is no esbuild for this machine, and it builds what apps need to run.")
    return candidates[0]
