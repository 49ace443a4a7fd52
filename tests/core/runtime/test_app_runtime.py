"""The runtime of an installation: found, built in the background, told of."""

import asyncio
from pathlib import Path

import pytest

from core.runtime import app_runtime
from core.runtime.app_runtime import AppRuntime, RuntimeState, RuntimeStatus
from core.runtime.build import Progress, ProgressListener
from core.runtime.errors import RuntimeBuildError
from core.runtime.manifest import write_manifest
from core.runtime.pins import runtime_id


def place_runtime(folder: Path) -> Path:
    target = folder / runtime_id()
    target.mkdir(parents=True)
    (target / "a.mjs").write_text("export {}", "utf-8")
    write_manifest(target, runtime_id(), {"python": {}})
    return target


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that one was built into, at once."""
    built: list[Path] = []

    async def build_runtime(folder: Path, on_progress: ProgressListener) -> Path:
        on_progress(Progress("Fetching libraries", 0.25))
        built.append(folder)
        return place_runtime(folder)

    monkeypatch.setattr(app_runtime, "build_runtime", build_runtime)
    return built


def new(home: Path, *, builds_itself: bool = True) -> AppRuntime:
    return AppRuntime(home, builds_itself=builds_itself, prebuilt_folder=home / "image", build_delay=0)


async def test_one_that_is_there_is_used(tmp_path: Path, builds: list[Path]) -> None:
    target = place_runtime(tmp_path / "runtime")
    runtime = new(tmp_path)
    await runtime.open()
    assert runtime.is_ready
    assert (runtime.files_folder, builds) == (target, [])
    assert await runtime.verify() == []


async def test_one_of_the_image_is_used(tmp_path: Path, builds: list[Path]) -> None:
    target = place_runtime(tmp_path / "image")
    runtime = new(tmp_path)
    await runtime.open()
    assert (runtime.files_folder, builds) == (target, [])


async def test_one_is_built_in_the_background_and_each_step_told(tmp_path: Path, builds: list[Path]) -> None:
    place_runtime(tmp_path / "runtime").rename(tmp_path / "runtime" / ("0" * 16))
    runtime = new(tmp_path)
    told: list[RuntimeState] = []
    runtime.listeners.append(told.append)
    await runtime.open()
    assert not runtime.is_ready
    await runtime.wait()
    assert builds == [tmp_path / "runtime"]
    assert [(state.status, state.share) for state in told] == [
        (RuntimeStatus.BUILDING, 0.0),
        (RuntimeStatus.BUILDING, 0.25),
        (RuntimeStatus.READY, 1.0),
    ]
    assert told[1].message == "What apps need to run is being made ready: fetching libraries (25%)."
    assert [path.name for path in (tmp_path / "runtime").iterdir()] == [runtime_id()]
    await runtime.close()


async def test_none_is_built_where_that_is_not_wanted(tmp_path: Path, builds: list[Path]) -> None:
    runtime = new(tmp_path, builds_itself=False)
    await runtime.open()
    assert runtime.state.status is RuntimeStatus.MISSING
    assert builds == []
    with pytest.raises(RuntimeBuildError, match=r"main\.py runtime"):
        await runtime.verify()
    await runtime.close()


async def test_a_build_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_folder: Path, _on_progress: object) -> Path:
        raise RuntimeBuildError("There is no network.")

    monkeypatch.setattr(app_runtime, "build_runtime", fail)
    runtime = new(tmp_path)
    await runtime.open()
    await runtime.wait()
    assert runtime.state == RuntimeState(RuntimeStatus.FAILED, "Apps cannot run yet. There is no network.")


@pytest.mark.parametrize(
    ("error", "message"),
    [(OSError(28, "No space left on device"), "No space left on device"), (KeyError("x"), "the server's log")],
)
async def test_a_build_that_breaks_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    async def fail(_folder: Path, _on_progress: object) -> Path:
        raise error

    monkeypatch.setattr(app_runtime, "build_runtime", fail)
    runtime = new(tmp_path)
    await runtime.open()
    await runtime.wait()
    assert runtime.state.status is RuntimeStatus.FAILED
    assert message in runtime.state.message


async def test_a_build_is_stopped_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = asyncio.Event()

    async def build_for_ever(_folder: Path, _on_progress: object) -> Path:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(app_runtime, "build_runtime", build_for_ever)
    runtime = new(tmp_path)
    await runtime.open()
    await started.wait()
    await runtime.close()
    assert runtime.state.status is RuntimeStatus.MISSING


async def test_by_hand_one_is_built_only_where_it_is_missing_or_wrong(tmp_path: Path, builds: list[Path]) -> None:
    target = place_runtime(tmp_path / "runtime")
    runtime = new(tmp_path, builds_itself=False)
    assert await runtime.ensure() == []
    assert builds == []
    (target / "a.mjs").write_text("spoilt!!!", "utf-8")
    target.rename(tmp_path / "elsewhere")
    assert await runtime.ensure() == []
    assert builds == [tmp_path / "runtime"]
    assert await runtime.ensure(into=tmp_path / "image") == []
    assert builds[1:] == [tmp_path / "image"]
    assert runtime.files_folder == tmp_path / "image" / runtime_id()


async def test_by_hand_one_is_copied_from_a_folder(tmp_path: Path, builds: list[Path]) -> None:
    source = place_runtime(tmp_path / "usb")
    runtime = new(tmp_path, builds_itself=False)
    assert await runtime.ensure(source) == []
    assert runtime.files_folder == tmp_path / "runtime" / runtime_id()
    assert builds == []


async def test_one_with_a_file_cut_short_is_not_used(tmp_path: Path) -> None:
    target = place_runtime(tmp_path / "runtime")
    (target / "a.mjs").write_text("", "utf-8")
    assert not await new(tmp_path).find()
    (target / "a.mjs").unlink()
    assert not await new(tmp_path).find()
