"""A run from its start to each of its ends, whatever fails."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from core.engines.protocol import Progress, StreamEnd, TextDelta, ThinkingDelta
from core.errors import EngineError
from core.runs.follow import RunEnded, StatusChanged, follow
from core.runs.state import RunStatus
from core.studio import Studio
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, read_run_row, register_user

Another = Callable[..., Awaitable[Studio]]


async def test_a_run_ends_with_its_text_stored(studio: Studio, engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("a", "b\r", "\nc", finish=StreamEnd("stop", 10, 3, 0.5)))
    log = await ada.finished_run(await ada.create_project())
    run = log.state
    assert (log.text, run.status, run.finish_reason) == ("ab\nc", RunStatus.COMPLETE, "stop")
    assert (run.characters, run.tokens, run.tokens_per_second) == (4, 3, 6.0)
    stored = await read_run_row(studio, run)
    assert (stored.text, stored.status, stored.characters) == ("ab\nc", "complete", 4)


async def test_a_run_goes_through_its_statuses_in_order(engine: ScriptedEngine, another: Another) -> None:
    gate, place = Gate(), Gate()
    engine.play((place, *text_script("before")), (Progress("loading"), gate, *text_script("a")))
    ada = await register_user(await another(max_runs=1))
    await ada.start_run(await ada.create_project())
    log = await ada.start_run(await ada.create_project())
    seen: list[RunStatus] = []
    async with aclosing(follow(log)) as happenings:
        async for happening in happenings:
            if isinstance(happening, StatusChanged | RunEnded) and (not seen or seen[-1] is not happening.run.status):
                seen.append(happening.run.status)
            place.open()
            if log.state.status is RunStatus.LOADING:
                gate.open()
    assert seen == [RunStatus.QUEUED, RunStatus.LOADING, RunStatus.RUNNING, RunStatus.COMPLETE]


async def test_what_the_model_thinks_is_not_text(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((ThinkingDelta("hm"), TextDelta("a"), ThinkingDelta("hm"), TextDelta("b"), FINISHED_STOP))
    assert (await ada.finished_run(await ada.create_project())).text == "ab"


async def test_a_limit_makes_it_truncated(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("a", finish=StreamEnd("length", warning="The window is small.")))
    run = (await ada.finished_run(await ada.create_project())).state
    assert (run.status, run.finish_reason, run.warning) == (RunStatus.TRUNCATED, "length", "The window is small.")


async def test_a_model_in_circles_is_stopped(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((*(TextDelta("over and over again\n") for _ in range(2000)), gate, FINISHED_STOP))
    run = (await ada.finished_run(await ada.create_project())).state
    assert (run.status, run.finish_reason) == (RunStatus.TRUNCATED, "repetition")
    assert engine.ended_count == 1


@pytest.mark.parametrize(
    "script", [(FINISHED_STOP,), (TextDelta(""), FINISHED_STOP), (ThinkingDelta("hm"), FINISHED_STOP)]
)
async def test_a_model_that_writes_nothing_has_failed(
    engine: ScriptedEngine, ada: StudioUser, script: tuple[TextDelta | ThinkingDelta | StreamEnd, ...]
) -> None:
    engine.play(script)
    run = (await ada.finished_run(await ada.create_project())).state
    assert run.status is RunStatus.FAILED
    assert run.error
    assert run.error.code == "empty"


async def test_an_engine_error_keeps_the_partial_text(studio: Studio, engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("partial"), EngineError("gone", "The model went away.", retryable=True)))
    log = await ada.finished_run(await ada.create_project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)
    assert log.state.error
    assert (log.state.error.code, log.state.error.retryable) == ("gone", True)
    assert log.state.tokens == 1
    stored = await read_run_row(studio, log.state)
    assert (stored.text, stored.error_code) == ("partial", "gone")


async def test_an_engine_that_falls_silent_without_an_end_has_failed(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("partial"),))
    log = await ada.finished_run(await ada.create_project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)


async def test_half_a_pair_at_the_end_becomes_one_replacement(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("a\ud83d"), EngineError("gone", "The model went away.")))
    assert (await ada.finished_run(await ada.create_project())).text == "a\ufffd"


async def test_an_unexpected_exception_is_the_runs_end_and_says_nothing_of_the_inside(
    engine: ScriptedEngine, ada: StudioUser, caplog: pytest.LogCaptureFixture
) -> None:
    engine.play((TextDelta("partial"), ZeroDivisionError("secret detail")))
    log = await ada.finished_run(await ada.create_project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)
    assert log.state.error
    assert log.state.error.code == "internal"
    assert "secret" not in log.state.error.message
    assert "secret detail" in caplog.text
