"""What becomes of the engine's pieces: the log's text, the run's statuses, and one of its ends."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from core.engines.protocol import GenerationRequest, Progress, ProgressPhase, StreamEnd, TextDelta, ThinkingDelta
from core.errors import EngineError
from core.generation import generation
from core.generation.generation import REPETITION_CHECK_LENGTH, Generation
from core.generation.journal import Journal
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, ScriptStep, text_script
from tests.support.run_infos import NOW, make_run
from tests.support.users.studio_user import StudioUser

REQUEST = GenerationRequest("m", ())


class InstantJournal(Journal):
    """Publishes at once what it is given, and stores nothing."""

    def __init__(self) -> None:
        """Needs no database."""

    def append(self, log: RunLog[RunInfo], text: str, tokens: int) -> None:
        """Publish the text."""
        log.append(text)
        log.set_lazily(lambda run: run.with_counts(log.length, tokens, NOW))

    def update(self, log: RunLog[RunInfo], state: RunInfo) -> None:
        """Publish the state."""
        log.update(state)


class GenerationScenario:
    """A run that an engine writes by this script."""

    def __init__(self, *script: ScriptStep, text: str = "") -> None:
        self.published: list[RunInfo] = []
        self.log = RunLog(make_run(status=RunStatus.QUEUED, position=1, finished_at=None, characters=0), text)
        self.engine = ScriptedEngine(*script)
        self.generation = Generation(
            self.log,
            self.engine,
            REQUEST,
            InstantJournal(),
            clock=lambda: NOW + timedelta(seconds=2),
            on_status=self.published.append,
        )


async def test_a_run_loads_and_then_runs_and_each_is_told_once() -> None:
    scenario = GenerationScenario(Progress(ProgressPhase.LOADING), *text_script("a", "b"))
    await scenario.generation.write()
    loading, running = scenario.published
    assert (loading.status, loading.position, loading.started_at) == (
        RunStatus.LOADING,
        None,
        NOW + timedelta(seconds=2),
    )
    assert (running.status, running.progress, running.first_text_at) == (
        RunStatus.RUNNING,
        None,
        NOW + timedelta(seconds=2),
    )


@pytest.mark.parametrize(("interval", "revisions"), [(1.0, 3), (0.0, 5)])
async def test_a_new_phase_is_published_and_progress_within_it_each_second(
    monkeypatch: pytest.MonkeyPatch, interval: float, revisions: int
) -> None:
    monkeypatch.setattr(generation, "PROGRESS_INTERVAL", interval)
    gate = Gate()
    steps = [Progress(ProgressPhase.LOADING), *(Progress(ProgressPhase.READING, done, 9) for done in (1, 5, 9))]
    scenario = GenerationScenario(*steps, gate, *text_script("a"))
    task = asyncio.create_task(scenario.generation.write())
    await gate.reached.wait()
    # One for the status, one for each phase, and those within one.
    assert (scenario.log.state.progress, scenario.log.revision) == (Progress(ProgressPhase.READING, 9, 9), revisions)
    gate.open()
    run = await task
    assert (run.progress, set(run.start_seconds)) == (None, {"loading", "reading"})


async def test_thinking_alone_makes_a_run_run_and_text_ends_its_progress() -> None:
    scenario = GenerationScenario(ThinkingDelta("h\r"), ThinkingDelta("\nm"), *text_script("a"))
    await scenario.generation.write()
    assert [(run.status, run.progress) for run in scenario.published] == [
        (RunStatus.LOADING, None),
        (RunStatus.RUNNING, Progress(ProgressPhase.THINKING)),
        (RunStatus.RUNNING, None),
    ]
    assert (scenario.log.thinking.read().text, scenario.log.text) == ("h\nm", "a")


async def test_an_empty_piece_begins_nothing() -> None:
    scenario = GenerationScenario(TextDelta(""), ThinkingDelta(""), EngineError("gone", "The model went away."))
    with pytest.raises(EngineError):
        await scenario.generation.write()
    assert [run.status for run in scenario.published] == [RunStatus.LOADING]
    assert scenario.generation.snapshot.tokens == 0


async def test_tokens_are_counted_as_the_engine_says_they_came() -> None:
    run = await GenerationScenario(TextDelta("ab", 2), TextDelta("c"), FINISHED_STOP).generation.write()
    assert (run.tokens, run.characters) == (3, 3)


@pytest.mark.parametrize(
    "finish", [StreamEnd("stop", 1, 30), StreamEnd("stop", 1, None, 2.0), StreamEnd("stop", 1, 30, 0)]
)
async def test_the_engines_count_needs_its_time_too(finish: StreamEnd) -> None:
    run = await GenerationScenario(*text_script("a", "b", finish=finish)).generation.write()
    assert run.tokens == 2


async def test_the_engines_own_count_and_time_give_the_rate() -> None:
    run = await GenerationScenario(*text_script("a", finish=StreamEnd("stop", 1, 30, 4.0))).generation.write()
    assert (run.tokens, run.tokens_per_second) == (30, 7.5)


async def test_a_continuation_that_adds_nothing_is_complete() -> None:
    run = await GenerationScenario(FINISHED_STOP, text="there already").generation.write()
    assert (run.status, run.characters) == (RunStatus.COMPLETE, len("there already"))


async def test_a_warning_of_the_engine_follows_that_of_the_run() -> None:
    scenario = GenerationScenario(*text_script("a", finish=StreamEnd("stop", warning="The window is small.")))
    scenario.log.set_quietly(replace(scenario.log.state, warning="Another model."))
    assert (await scenario.generation.write()).warning == "Another model. The window is small."
    assert (await GenerationScenario(*text_script("a")).generation.write()).warning is None


async def test_repetition_is_looked_for_when_so_much_has_come() -> None:
    line = "import os\n"
    lines = REPETITION_CHECK_LENGTH // len(line)
    scenario = GenerationScenario(*text_script(*[line] * (lines + 5)))
    run = await scenario.generation.write()
    assert (run.finish_reason, run.characters) == ("repetition", REPETITION_CHECK_LENGTH)
    assert run.warning == "The model wrote the same line again and again."
    shorter = await GenerationScenario(*text_script(*[line] * (lines - 1))).generation.write()
    assert shorter.finish_reason == "stop"


async def test_the_engine_is_closed_however_it_ends() -> None:
    for script in (
        text_script("a"),
        (EngineError("gone", "The model went away."),),
        (TextDelta("x\n" * 300), *text_script("a")),
    ):
        scenario = GenerationScenario(*script)
        with suppress(EngineError):
            await scenario.generation.write()
        assert scenario.engine.ended_count == 1


async def test_what_the_model_thinks_is_not_text(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((ThinkingDelta("hm"), TextDelta("a"), ThinkingDelta("hm"), TextDelta("b"), FINISHED_STOP))
    assert (await ada.finished_run(await ada.create_project())).text == "ab"


async def test_a_limit_makes_it_truncated(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("a", finish=StreamEnd("length", warning="The window is small.")))
    run = (await ada.finished_run(await ada.create_project())).state
    assert (run.status, run.finish_reason, run.warning) == (RunStatus.TRUNCATED, "length", "The window is small.")


async def test_a_model_that_repeats_itself_is_stopped(engine: ScriptedEngine, ada: StudioUser) -> None:
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


async def test_an_engine_that_falls_silent_without_an_end_has_failed(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("partial"),))
    log = await ada.finished_run(await ada.create_project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)


async def test_half_a_pair_at_the_end_becomes_one_replacement(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("a\ud83d"), EngineError("gone", "The model went away.")))
    assert (await ada.finished_run(await ada.create_project())).text == "a\ufffd"
