"""The build as a whole, with its slow steps played."""

from pathlib import Path
from typing import Any

import pytest

from core.runtime import build
from core.runtime.build import WORK_FOLDER, Progress, build_runtime, copy_runtime, remove_leftovers
from core.runtime.errors import RuntimeBuildError
from core.runtime.libraries import PartListener
from core.runtime.manifest import read_manifest, write_manifest
from core.runtime.pins import runtime_id


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that were made, in their order."""
    made: list[str] = []

    async def fetch_wheels(_folder: Path) -> None:
        made.append("wheels")

    async def install_packages(_work: Path) -> None:
        made.append("packages")

    async def build_libraries(_work: Path, out: Path, on_part: PartListener) -> dict[str, Any]:
        made.append("libraries")
        on_part("modules", 1, 2)
        (out / "react.mjs").write_text("export {}", "utf-8")
        return {"modules": {"react": "react.mjs"}}

    async def compile_python(_work: Path, _out: Path, on_part: PartListener) -> None:
        made.append("compiled")
        on_part("compile", 0, 0)

    monkeypatch.setattr(build, "fetch_wheels", fetch_wheels)
    monkeypatch.setattr(build, "install_packages", install_packages)
    monkeypatch.setattr(build, "build_libraries", build_libraries)
    monkeypatch.setattr(build, "pack_sets", lambda _wheels, _out: {"fastapi": {}})
    monkeypatch.setattr(build, "compile_python", compile_python)
    return made


async def test_a_runtime_is_built_beside_verified_and_put_in_place(tmp_path: Path, steps: list[str]) -> None:
    told: list[Progress] = []
    target = await build_runtime(tmp_path, told.append)
    assert steps == ["wheels", "packages", "libraries", "compiled"]
    assert target == tmp_path / runtime_id()
    manifest = read_manifest(target)
    assert manifest.id == runtime_id()
    assert manifest.parts == {"modules": {"react": "react.mjs"}, "python": {"fastapi": {}}}
    shares = [progress.share for progress in told]
    assert shares == sorted(shares)
    assert [progress.step for progress in told][1:3] == ["Fetching libraries", "Building the libraries"]


@pytest.mark.usefixtures("steps")
async def test_what_was_fetched_is_kept_when_a_build_fails_and_what_was_built_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_arguments: object) -> None:
        raise RuntimeBuildError("no")

    with monkeypatch.context() as patched:
        patched.setattr(build, "compile_python", fail)
        with pytest.raises(RuntimeBuildError, match="no"):
            await build_runtime(tmp_path)
    work = tmp_path / WORK_FOLDER
    (work / "wheels" / "a.whl").touch()
    (work / "out" / "half.mjs").touch()
    assert not (tmp_path / runtime_id()).exists()
    target = await build_runtime(tmp_path)
    assert list(read_manifest(target).files) == ["react.mjs"]
    assert (work / "wheels" / "a.whl").exists()


@pytest.mark.usefixtures("steps")
async def test_a_runtime_that_is_spoilt_is_replaced(tmp_path: Path) -> None:
    target = await build_runtime(tmp_path)
    (target / "react.mjs").write_text("spoilt", "utf-8")
    await build_runtime(tmp_path)
    assert (target / "react.mjs").read_text("utf-8") == "export {}"


async def test_a_disk_without_room_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "REQUIRED_BYTES", 10**18)
    with pytest.raises(RuntimeBuildError, match="LIVEWRIGHT_HOME"):
        await build_runtime(tmp_path)


def built_elsewhere(folder: Path, id: str) -> Path:  # noqa: A002  its name in the manifest
    (folder / "modules").mkdir(parents=True)
    (folder / "modules" / "a.mjs").write_text("export {}", "utf-8")
    write_manifest(folder, id, {"modules": {}})
    (folder / "stray.txt").touch()
    return folder


async def test_one_that_was_built_elsewhere_is_copied(tmp_path: Path) -> None:
    source = built_elsewhere(tmp_path / "source", runtime_id())
    target = await copy_runtime(source, tmp_path / "runtime")
    assert sorted(path.name for path in target.rglob("*.*")) == ["a.mjs", "manifest.json"]


async def test_one_of_another_version_or_spoilt_is_refused(tmp_path: Path) -> None:
    other = built_elsewhere(tmp_path / "other", "0" * 16)
    with pytest.raises(RuntimeBuildError, match="of another version"):
        await copy_runtime(other, tmp_path / "runtime")
    spoilt = built_elsewhere(tmp_path / "spoilt", runtime_id())
    (spoilt / "modules" / "a.mjs").write_text("spoilt", "utf-8")
    with pytest.raises(RuntimeBuildError, match="not what they should be"):
        await copy_runtime(spoilt, tmp_path / "runtime")
    assert not (tmp_path / "runtime" / runtime_id()).exists()


def test_leftovers_are_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (runtime_id(), "0" * 16, WORK_FOLDER, "photos", "0" * 17):
        (tmp_path / name).mkdir()
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["0" * 17, runtime_id(), "photos"])
