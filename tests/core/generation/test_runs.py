"""A run from its start to each of its ends, whatever fails."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from core.engines.protocol import Finished, Loading, Text, Thinking
from core.errors import EngineError
from core.runs.follow import Ended, Status, follow
from core.runs.state import RunStatus
from core.studio import Studio
from tests.support.engines.scripted_engine import STOP, Gate, ScriptedEngine, says
from tests.support.users.studio_user import Author, author, row

Another = Callable[..., Awaitable[Studio]]


async def test_a_run_ends_with_its_text_stored(studio: Studio, engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says("a", "b\r", "\nc", end=Finished("stop", 10, 3, 0.5)))
    log = await ada.written(await ada.project())
    run = log.state
    assert (log.text, run.status, run.finish_reason) == ("ab\nc", RunStatus.COMPLETE, "stop")
    assert (run.characters, run.tokens, run.tokens_per_second) == (4, 3, 6.0)
    stored = await row(studio, run)
    assert (stored.text, stored.status, stored.characters) == ("ab\nc", "complete", 4)


async def test_a_run_goes_through_its_statuses_in_order(engine: ScriptedEngine, another: Another) -> None:
    gate, place = Gate(), Gate()
    engine.play((place, *says("before")), (Loading("loading"), gate, *says("a")))
    ada = await author(await another(max_runs=1))
    await ada.start(await ada.project())
    log = await ada.start(await ada.project())
    seen: list[RunStatus] = []
    async with aclosing(follow(log)) as happenings:
        async for happening in happenings:
            if isinstance(happening, Status | Ended) and (not seen or seen[-1] is not happening.run.status):
                seen.append(happening.run.status)
            place.open()
            if log.state.status is RunStatus.LOADING:
                gate.open()
    assert seen == [RunStatus.QUEUED, RunStatus.LOADING, RunStatus.RUNNING, RunStatus.COMPLETE]


async def test_what_the_model_thinks_is_not_text(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Thinking("hm"), Text("a"), Thinking("hm"), Text("b"), STOP))
    assert (await ada.written(await ada.project())).text == "ab"


async def test_a_limit_makes_it_truncated(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says("a", end=Finished("length", warning="The window is small.")))
    run = (await ada.written(await ada.project())).state
    assert (run.status, run.finish_reason, run.warning) == (RunStatus.TRUNCATED, "length", "The window is small.")


async def test_a_model_in_circles_is_stopped(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((*(Text("over and over again\n") for _ in range(2000)), gate, STOP))
    run = (await ada.written(await ada.project())).state
    assert (run.status, run.finish_reason) == (RunStatus.TRUNCATED, "repetition")
    assert engine.ended == 1


@pytest.mark.parametrize("script", [(STOP,), (Text(""), STOP), (Thinking("hm"), STOP)])
async def test_a_model_that_writes_nothing_has_failed(
    engine: ScriptedEngine, ada: Author, script: tuple[Text | Thinking | Finished, ...]
) -> None:
    engine.play(script)
    run = (await ada.written(await ada.project())).state
    assert run.status is RunStatus.FAILED
    assert run.error
    assert run.error.code == "empty"


async def test_an_engine_error_keeps_the_partial_text(studio: Studio, engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Text("partial"), EngineError("gone", "The model went away.", retryable=True)))
    log = await ada.written(await ada.project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)
    assert log.state.error
    assert (log.state.error.code, log.state.error.retryable) == ("gone", True)
    assert log.state.tokens == 1
    stored = await row(studio, log.state)
    assert (stored.text, stored.error_code) == ("partial", "gone")


async def test_an_engine_that_falls_silent_without_an_end_has_failed(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Text("partial"),))
    log = await ada.written(await ada.project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)


async def test_half_a_pair_at_the_end_becomes_one_replacement(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Text("a\ud83d"), EngineError("gone", "The model went away.")))
    assert (await ada.written(await ada.project())).text == "a\ufffd"


async def test_an_unexpected_exception_is_the_runs_end_and_says_nothing_of_the_inside(
    engine: ScriptedEngine, ada: Author, caplog: pytest.LogCaptureFixture
) -> None:
    engine.play((Text("partial"), ZeroDivisionError("secret detail")))
    log = await ada.written(await ada.project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)
    assert log.state.error
    assert log.state.error.code == "internal"
    assert "secret" not in log.state.error.message
    assert "secret detail" in caplog.text
