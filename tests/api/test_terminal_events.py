"""How a run ends for its readers: made once, however many there are."""

import asyncio

import pytest

from api.terminal_events import complete_data, error_data, terminal_event
from core.engines.protocol import TextDelta
from core.errors import DatabaseUnavailable, EngineError
from core.review.reviewed_file import ReviewedFile
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus
from core.studio import Studio
from core.versions.versions import Versions
from tests.support.engines.scripted_engine import Gate, ScriptedEngine, text_script
from tests.support.run_infos import make_run
from tests.support.source_files import source_file
from tests.support.users.studio_user import register_user


@pytest.mark.parametrize("length", [3, 100_000])
async def test_all_readers_of_an_end_share_it(
    studio: Studio, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    engine.play(text_script("x" * length))
    ada = await register_user(studio)
    log = await ada.finished_run(await ada.create_project())
    asked: list[object] = []
    files_of = Versions.reviewed_files_of

    async def count(versions: Versions, of: RunLog[RunInfo]) -> object:
        asked.append(of)
        return await files_of(versions, of)

    monkeypatch.setattr(Versions, "reviewed_files_of", count)
    ends = await asyncio.gather(*(terminal_event(studio, log) for _ in range(20)))
    assert asked == [log]
    assert {name for name, _ in ends} == {"complete"}
    assert len({id(data) for _, data in ends}) == 1


@pytest.mark.parametrize("cancelled", [False, True])
async def test_an_end_that_could_not_be_told_is_made_anew_for_the_next_reader(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, *, cancelled: bool
) -> None:
    ada = await register_user(studio)
    log = await ada.finished_run(await ada.create_project())

    async def fail(_versions: Versions, _log: RunLog[RunInfo]) -> object:
        raise asyncio.CancelledError if cancelled else DatabaseUnavailable("The disk is full: make room.")

    with monkeypatch.context() as patch:
        patch.setattr(Versions, "reviewed_files_of", fail)
        with pytest.raises((asyncio.CancelledError, DatabaseUnavailable)):
            await terminal_event(studio, log)
        await asyncio.sleep(0)  # the failed task is dropped by its callback
    assert (await terminal_event(studio, log))[0] == "complete"


async def test_a_reader_that_leaves_takes_the_end_from_nobody(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await register_user(studio)
    log = await ada.finished_run(await ada.create_project())
    gate, files_of = Gate(), Versions.reviewed_files_of

    async def dawdle(versions: Versions, of: RunLog[RunInfo]) -> object:
        await gate.wait()
        return await files_of(versions, of)

    monkeypatch.setattr(Versions, "reviewed_files_of", dawdle)
    leaving, staying = (asyncio.create_task(terminal_event(studio, log)) for _ in range(2))
    await gate.reached.wait()
    leaving.cancel()
    gate.open()
    assert (await staying)[0] == "complete"


async def test_an_end_that_is_no_success_says_why(studio: Studio, engine: ScriptedEngine) -> None:
    engine.play((TextDelta("a"), EngineError("gone", "The model went away.", retryable=True)))
    ada = await register_user(studio)
    log = await ada.finished_run(await ada.create_project())
    assert await terminal_event(studio, log) == (
        "error",
        {"code": "gone", "message": "The model went away.", "retryable": True, "run_id": log.state.id},
    )


def test_an_error_without_a_reason_has_a_sentence_all_the_same() -> None:
    assert error_data(make_run(id="r", status=RunStatus.FAILED)) == {
        "code": "internal",
        "message": "The run failed: generate again.",
        "retryable": False,
        "run_id": "r",
    }


def test_a_success_has_the_run_the_digest_and_the_files() -> None:
    data = complete_data(make_run(id="r"), "digest", [ReviewedFile(source_file("a.py", "x\n"))])
    assert (data["id"], data["status"], data["sha256"]) == ("r", "complete", "digest")
    assert [file["path"] for file in data["files"]] == ["a.py"]
