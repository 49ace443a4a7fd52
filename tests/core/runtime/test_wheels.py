"""Wheels, fetched by hash and packed by set."""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.runtime import wheels
from core.runtime.errors import RuntimeBuildError
from core.runtime.pins import PythonSet, WheelPin
from core.runtime.wheels import fetch_wheels, find_wheels, pack_sets

SETS = (PythonSet("web", ("fast", "six"), ()), PythonSet("data", ("sheet",), ("web",)))
CONTENTS = {
    "fast-1.0-py3-none-any.whl": {
        "fast/__init__.py": "a",
        "fast/tests/test_a.py": "b",
        "fast/types.pyi": "c",
        "fast/_speed.cpython-314-x86_64-linux-gnu.so": "d",
        "fast/_core.cpython-314-wasm32-emscripten.so": "e",
        "fast-1.0.dist-info/METADATA": "f",
        "fast-1.0.dist-info/RECORD": "g",
    },
    "six-2.0-py3-none-any.whl": {"six.py": "a", "six-2.0.dist-info/METADATA": "b"},
    "sheet-3.0-py3-none-any.whl": {"sheet/__init__.py": "a"},
}


def write_wheel(folder: Path, name: str) -> None:
    with zipfile.ZipFile(folder / name, "w") as wheel:
        for path, text in CONTENTS[name].items():
            wheel.writestr(zipfile.ZipInfo(path), text)


@pytest.fixture
def pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, WheelPin]:
    """The pins of these wheels, in place of the product's."""
    folder = tmp_path / "index"
    folder.mkdir()
    made: dict[str, WheelPin] = {}
    for name in CONTENTS:
        write_wheel(folder, name)
        package, version = name.split("-")[:2]
        made[package] = WheelPin(package, version, hashlib.sha256((folder / name).read_bytes()).hexdigest())
    monkeypatch.setattr(wheels, "wheel_pins", lambda: made)
    monkeypatch.setattr(wheels, "python_sets", lambda: SETS)
    return made


@pytest.fixture
def asked(pins: dict[str, WheelPin], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requirements that pip was given; it fetches them all."""
    seen: list[str] = []

    async def pip(arguments: Sequence[str], folder: Path, _environment: Any) -> None:
        assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(arguments)
        lines = (folder / "missing.txt").read_text("utf-8").splitlines()
        seen.extend(lines)
        for line in lines:
            package = line.split("==")[0]
            write_wheel(folder, next(name for name in CONTENTS if name.startswith(package)))

    monkeypatch.setattr(wheels, "run_command", pip)
    assert pins
    return seen


async def test_only_what_is_missing_or_wrong_is_fetched(
    tmp_path: Path, pins: dict[str, WheelPin], asked: list[str]
) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    write_wheel(folder, "six-2.0-py3-none-any.whl")
    (folder / "sheet-3.0-py3-none-any.whl").write_bytes(b"half of it")
    await fetch_wheels(folder)
    assert asked == [f"{name}=={pins[name].version} --hash=sha256:{pins[name].sha256}" for name in ("fast", "sheet")]
    await fetch_wheels(folder)
    assert len(asked) == 2
    assert sorted(find_wheels(folder)) == ["fast", "sheet", "six"]


@pytest.mark.usefixtures("pins")
def test_sets_are_packed_without_what_nobody_runs(tmp_path: Path) -> None:
    parts = pack_sets(tmp_path / "index", tmp_path / "out")
    assert parts == {
        "web": {"path": "python/web.zip", "provides": ["fast", "six"], "requires": []},
        "data": {"path": "python/data.zip", "provides": ["sheet"], "requires": ["web"]},
    }
    with zipfile.ZipFile(tmp_path / "out" / "python" / "web.zip") as archive:
        assert archive.namelist() == [
            "fast-1.0.dist-info/METADATA",
            "fast/__init__.py",
            "fast/_core.cpython-314-wasm32-emscripten.so",
            "six-2.0.dist-info/METADATA",
            "six.py",
        ]


@pytest.mark.usefixtures("pins")
def test_the_same_wheels_make_the_same_archives(tmp_path: Path) -> None:
    for name in ("one", "two"):
        pack_sets(tmp_path / "index", tmp_path / name)
    assert (tmp_path / "one/python/web.zip").read_bytes() == (tmp_path / "two/python/web.zip").read_bytes()


@pytest.mark.usefixtures("pins")
def test_a_missing_wheel_is_named(tmp_path: Path) -> None:
    (tmp_path / "index" / "six-2.0-py3-none-any.whl").unlink()
    with pytest.raises(RuntimeBuildError, match="missing: six"):
        pack_sets(tmp_path / "index", tmp_path / "out")
