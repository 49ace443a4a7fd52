"""Fetches the pinned wheels, and packs each set of packages into one archive, as Pyodide unpacks it."""

import asyncio
import hashlib
import os
import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.runtime.commands import run_command
from core.runtime.errors import RuntimeBuildError
from core.runtime.pins import PythonSet, WheelPin, python_sets, wheel_pins

PLATFORMS = ("pyemscripten_2026_0_wasm32", "manylinux2014_x86_64", "manylinux_2_28_x86_64")
"""Linux's wheels stand in where a package has an optional part in C and none for WebAssembly: that part is left out."""
_FOREIGN_BINARY = re.compile(r"\.(?:so|pyd)$")
_WEB_ASSEMBLY_BINARY = re.compile(r"wasm32-emscripten\.so$")
_LEFT_OUT = re.compile(
    r"(?:^|/)(?:tests?|testing/suite)/|\.pyi$|\.c$|\.h$|/py\.typed$|/RECORD$|/WHEEL$|\.dist-info/sboms/"
)


async def fetch_wheels(folder: Path) -> None:
    """Fetch into ``folder`` what it does not hold with the right hash. Raises RuntimeBuildError."""
    present = await asyncio.to_thread(find_wheels, folder)
    missing = [pin for name, pin in wheel_pins().items() if name not in present]
    if not missing:
        return
    requirements = folder / "missing.txt"
    requirements.write_text("".join(_requirement(pin) for pin in missing), "utf-8")
    await run_command(_pip_arguments(requirements, folder), folder, os.environ)


def find_wheels(folder: Path) -> dict[str, Path]:
    """The wheels in a folder whose hash is that of a pin, by the name of their package."""
    names_by_hash = {pin.sha256: name for name, pin in wheel_pins().items()}
    hashes = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.whl")}
    return {names_by_hash[sha256]: path for path, sha256 in hashes.items() if sha256 in names_by_hash}


def pack_sets(wheels_folder: Path, out: Path) -> dict[str, Any]:
    """Write an archive for each set; returns what the manifest says of them. Raises RuntimeBuildError."""
    wheels = find_wheels(wheels_folder)
    missing = wheel_pins().keys() - wheels.keys()
    if missing:
        raise RuntimeBuildError(f"These wheels are missing: {', '.join(sorted(missing))}.")
    folder = out / "python"
    folder.mkdir(parents=True, exist_ok=True)
    return {python_set.name: _pack_set(python_set, wheels, folder) for python_set in python_sets()}


def _pack_set(python_set: PythonSet, wheels: dict[str, Path], folder: Path) -> dict[str, Any]:
    target = folder / f"{python_set.name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for package in python_set.packages:
            _copy_wheel(wheels[package], archive)
        provided = _top_level_modules(archive.namelist())
    return {"path": f"python/{target.name}", "provides": sorted(provided), "requires": list(python_set.requires)}


def _copy_wheel(wheel_path: Path, archive: zipfile.ZipFile) -> None:
    with zipfile.ZipFile(wheel_path) as wheel:
        for entry in sorted(wheel.infolist(), key=lambda it: it.filename):
            if not entry.is_dir() and _is_wanted(entry.filename):
                # A fixed time: the same wheels make the same archive.
                archive.writestr(zipfile.ZipInfo(entry.filename), wheel.read(entry), zipfile.ZIP_DEFLATED, 9)


def _is_wanted(path: str) -> bool:
    if _FOREIGN_BINARY.search(path):
        return _WEB_ASSEMBLY_BINARY.search(path) is not None
    return not _LEFT_OUT.search(path)


def _top_level_modules(paths: Iterable[str]) -> set[str]:
    first_parts = {path.split("/")[0] for path in paths}
    return {part.removesuffix(".py") for part in first_parts if not part.endswith((".dist-info", ".data"))}


def _requirement(pin: WheelPin) -> str:
    return f"{pin.name}=={pin.version} --hash=sha256:{pin.sha256}\n"


def _pip_arguments(requirements: Path, folder: Path) -> list[str]:
    platforms = [argument for platform in PLATFORMS for argument in ("--platform", platform)]
    return [
        *(sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--progress-bar=off"),
        *("--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", *platforms),
        *("--python-version=314", "--implementation=cp", "--abi=cp314", "--abi=none"),
        *(f"--dest={folder}", f"--requirement={requirements}"),
    ]
