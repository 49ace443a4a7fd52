"""A run from its start to each of its ends, whoever stops it, and whatever fails."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core.engines.choice import Engines
from core.engines.protocol import Finished, Loading, Piece, Request, Sampling, Text, Thinking
from core.errors import Conflict, EngineError, Invalid, NotFound, QueueFull, Unavailable
from core.reader import Ended, Status, follow
from core.run import RunInfo, RunStatus
from core.runs import Order, Runs
from core.settings import EngineChoice, Settings
from core.stacks import Side
from core.studio import Studio
from core.turns import WAITING_PER_USER
from data import queries
from data.errors import DatabaseUnavailable
from data.models import Run
from tests.support.moody_database import MoodyDatabase
from tests.support.scripted_engine import STOP, Gate, ScriptedEngine, says
from tests.support.stories import Author, Log, author, ended, grown

Another = Callable[..., Awaitable[Studio]]


@pytest.fixture
async def ada(studio: Studio) -> Author:
    return await author(studio)


async def row(studio: Studio, run: RunInfo) -> Run:
    async with studio.database.session() as session:
        found = await queries.run_of(session, run.user_id, run.id, with_text=True)
    assert found
    return found


async def test_a_run_ends_with_its_text_stored(studio: Studio, engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says("a", "b\r", "\nc", end=Finished("stop", 10, 3, 0.5)))
    log = await ada.written(await ada.project())
    run = log.state
    assert (log.text, run.status, run.finish_reason) == ("ab\nc", RunStatus.COMPLETE, "stop")
    assert (run.characters, run.tokens, run.tokens_per_second) == (4, 3, 6.0)
    stored = await row(studio, run)
    assert (stored.text, stored.status, stored.characters) == ("ab\nc", "complete", 4)


async def test_a_run_goes_through_its_statuses_in_order(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Loading("loading"), gate, *says("a")))
    log = await ada.start(await ada.project())
    seen: list[RunStatus] = []
    async with aclosing(follow(log)) as happenings:
        async for happening in happenings:
            if isinstance(happening, Status | Ended) and (not seen or seen[-1] is not happening.run.status):
                seen.append(happening.run.status)
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


async def test_unknown_stack_model_and_project_are_refused(ada: Author) -> None:
    project = await ada.project()
    with pytest.raises(Invalid):
        await ada.start(project, order=Order(stack="cobol"))
    with pytest.raises(Invalid):
        await ada.start(project, order=Order(model="gpt"))
    with pytest.raises(NotFound):
        await ada.studio.runs.start(ada.id, project.id + 1, Side.BACKEND, Order())


async def test_the_engine_gets_what_was_ordered(engine: ScriptedEngine, ada: Author) -> None:
    order = Order(stack="flask", instructions="in green", sampling=Sampling(0.5, 7, 100))
    log = await ada.written(await ada.project(), order=order)
    [request] = engine.requests
    assert (request.model, request.sampling, log.state.stack) == ("scripted", order.sampling, "flask")
    assert "A todo list." in request.messages[-1].content
    assert "in green" in request.messages[-1].content


async def test_of_two_starts_at_once_one_is_a_conflict_that_names_the_run(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((gate, STOP))
    project = await ada.project()
    starts = [ada.studio.runs.start(ada.id, project.id, Side.BACKEND, Order()) for _ in range(5)]
    results = await asyncio.gather(*starts, return_exceptions=True)
    started = [result for result in results if isinstance(result, RunInfo)]
    conflicts = [result for result in results if isinstance(result, Conflict)]
    assert (len(started), len(conflicts)) == (1, 4)
    assert {conflict.run_id for conflict in conflicts} == {started[0].id}
    gate.open()


async def test_a_start_that_loses_to_a_run_that_ends_in_that_moment_succeeds(
    engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    engine.play((gate, *says("first")), says("second"))
    project = await ada.project()
    first = await ada.start(project)
    live_run = queries.live_run

    async def end_it_first(session: AsyncSession, project_id: int, side: str) -> Run | None:
        gate.open()
        await ended(first)
        return await live_run(session, project_id, side)

    monkeypatch.setattr(queries, "live_run", end_it_first)
    assert (await ada.written(project)).text == "second"


async def test_both_sides_may_be_live(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((gate, *says("x")))
    project = await ada.project()
    logs = [await ada.start(project, side) for side in Side]
    assert {run.side for run in ada.studio.projects.live(project.id)} == set(Side)
    gate.open()
    for log in logs:
        await ended(log)
    assert ada.studio.projects.live(project.id) == []


async def test_joining_starts_one_run_and_then_finds_it(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    project = await ada.project()
    joins = [ada.studio.runs.join_or_start(ada.id, project.id, Side.BACKEND, Order()) for _ in range(5)]
    logs = await asyncio.gather(*joins)
    logs.append(await ada.studio.runs.join_or_start(ada.id, project.id, Side.BACKEND, Order()))
    assert len({id(log) for log in logs}) == 1
    gate.open()
    await ended(logs[0])
    assert len(engine.requests) == 1


async def test_a_run_goes_on_without_readers(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, Text("b"), STOP))
    log = await ada.start(await ada.project())
    async with aclosing(follow(log)) as happenings:
        await anext(happenings)
    await gate.reached.wait()
    gate.open()
    assert (await ended(log)).text == "ab"


# Stopping


async def test_stop_before_the_first_step(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Gate(), STOP))
    project = await ada.project()
    run = await ada.studio.runs.start(ada.id, project.id, Side.BACKEND, Order())
    stopped = await ada.studio.runs.stop(ada.id, run.id)
    assert (stopped.status, stopped.characters) == (RunStatus.STOPPED, 0)
    assert stopped.finished_at


async def test_stop_while_queued_moves_the_others_up(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((gate, STOP))
    first, second, third, fourth = [await ada.start(await ada.project()) for _ in range(4)]
    while fourth.state.position != 2:
        await fourth.wait(0, fourth.revision)
    assert (second.state.position, third.state.position) == (None, 1)
    stopped = await ada.studio.runs.stop(ada.id, third.state.id)
    assert (stopped.status, stopped.position) == (RunStatus.STOPPED, None)
    assert fourth.state.position == 1
    gate.open()
    for log in (first, second, fourth):
        await ended(log)
    assert len(engine.requests) == 3


async def test_stop_while_loading(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Loading("loading"), gate, STOP))
    log = await ada.start(await ada.project())
    await gate.reached.wait()
    stopped = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (stopped.status, engine.ended) == (RunStatus.STOPPED, 1)


async def test_stop_in_the_text_keeps_all_that_was_written(studio: Studio, engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("abc"), Text("d\ud83d"), gate, STOP))
    log = await ada.start(await ada.project())
    await gate.reached.wait()
    stopped = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (stopped.status, stopped.finish_reason, stopped.error) == (RunStatus.STOPPED, "stopped", None)
    assert (log.closed, log.text) == (True, "abcd\ufffd")
    assert (await row(studio, stopped)).text == "abcd\ufffd"
    assert engine.ended == 1


async def test_stop_after_the_end_changes_nothing(ada: Author) -> None:
    log = await ada.written(await ada.project())
    before = log.state
    assert await ada.studio.runs.stop(ada.id, before.id) == before


async def test_two_stops_at_once_are_one(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    log = await ada.start(await ada.project())
    await gate.reached.wait()
    stops = await asyncio.gather(*(ada.studio.runs.stop(ada.id, log.state.id) for _ in range(3)))
    assert {run.status for run in stops} == {RunStatus.STOPPED}


async def test_another_user_can_neither_read_nor_stop(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    log = await ada.start(await ada.project())
    eve = await author(ada.studio, "eve")
    for call in (ada.studio.runs.log, ada.studio.runs.stop):
        with pytest.raises(NotFound):
            await call(eve.id, log.state.id)
    assert log.state.live
    gate.open()


async def test_a_side_is_free_again_after_a_stop(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Gate(), STOP), says("again"))
    project = await ada.project()
    log = await ada.start(project)
    await ada.studio.runs.stop(ada.id, log.state.id)
    assert (await ada.written(project)).text == "again"


async def test_deleting_a_project_stops_both_its_runs(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Text("a"), Gate(), STOP))
    project = await ada.project()
    logs = [await ada.start(project, side) for side in Side]
    await ada.studio.projects.delete(ada.id, project.id)
    assert all(log.closed for log in logs)
    with pytest.raises(NotFound):
        await ada.again(project)


async def test_deleting_a_project_whose_second_run_ends_meanwhile(
    engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates = [Gate(), Gate()]
    engine.play(*((Text("a"), gate, STOP) for gate in gates))
    project = await ada.project()
    logs = [await ada.start(project, side) for side in Side]
    for gate in gates:
        await gate.reached.wait()
    stop = Runs.stop

    async def stop_and_let_the_other_end(runs: Runs, user_id: int, run_id: str) -> RunInfo:
        gates[1].open()
        await ended(logs[1])
        await asyncio.sleep(0)
        return await stop(runs, user_id, run_id)

    monkeypatch.setattr(Runs, "stop", stop_and_let_the_other_end)
    await ada.studio.projects.delete(ada.id, project.id)
    assert all(log.closed for log in logs)


async def test_a_run_that_starts_while_its_project_is_deleted_does_not_live_on(
    engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play((Text("a"), Gate(), STOP))
    project = await ada.project()
    stop_project = Runs.stop_project
    started: list[Log] = []

    async def stop_and_start(runs: Runs, project_id: int) -> None:
        await stop_project(runs, project_id)
        if not started:
            started.append(await ada.start(project))

    monkeypatch.setattr(Runs, "stop_project", stop_and_start)
    await ada.studio.projects.delete(ada.id, project.id)
    await ended(started[0])
    assert ada.studio.runs.live_counts().total() == 0


# The queue


async def test_a_full_queue_is_refused(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((gate, STOP))
    projects = [await ada.project() for _ in range(2 + WAITING_PER_USER + 1)]
    for project in projects[:-1]:
        await ada.start(project)
    with pytest.raises(QueueFull):
        await ada.start(projects[-1])
    gate.open()


async def test_as_many_runs_at_once_as_the_settings_say(engine: ScriptedEngine, another: Another) -> None:
    engine.play((Gate(), STOP))
    ada = await author(await another(max_runs=3))
    logs = [await ada.start(await ada.project()) for _ in range(4)]
    while logs[3].state.position is None:
        await logs[3].wait(0, logs[3].revision)
    assert [log.state.position for log in logs] == [None, None, None, 1]


# The current version


async def test_a_whole_text_becomes_current_and_a_cut_one_does_not_replace_it(
    engine: ScriptedEngine, ada: Author
) -> None:
    cut = says("cut", end=Finished("length"))
    engine.play(cut, cut, says("whole"), cut, says("whole again"), (STOP,))
    project = await ada.project()
    codes = []
    for _ in range(6):
        await ada.written(project)
        codes.append((await ada.again(project)).backend_code)
    assert codes == ["cut", "cut", "whole", "whole", "whole again", "whole again"]
    assert (await ada.again(project)).frontend_code is None


async def test_the_newer_of_two_cut_texts_is_current(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says("first", end=Finished("length")), says("second", end=Finished("length")))
    project = await ada.project()
    for _ in range(2):
        log = await ada.written(project)
    assert (await ada.again(project)).backend_run_id == log.state.id


async def test_runs_are_listed_newest_first_with_their_live_state(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play(says("first"), (Text("second"), gate, STOP))
    project = await ada.project()
    first = await ada.written(project)
    second = await ada.start(project)
    await grown(second, 6)
    listed = await ada.studio.runs.of_project(ada.id, project.id)
    assert [run.id for run in listed] == [second.state.id, first.state.id]
    assert (listed[0].status, listed[0].characters) == (RunStatus.RUNNING, 6)
    gate.open()


async def test_a_run_that_ends_while_the_list_is_read_is_not_listed_as_live(
    engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    project = await ada.project()
    log = await ada.start(project)
    await gate.reached.wait()
    runs_of = queries.runs_of

    async def slow(*args: object) -> object:
        rows = await runs_of(*args)  # type: ignore[arg-type]
        gate.open()
        await ended(log)
        await asyncio.sleep(0)  # its task goes, too
        await asyncio.sleep(0)
        return rows

    monkeypatch.setattr(queries, "runs_of", slow)
    [listed] = await ada.studio.runs.of_project(ada.id, project.id)
    assert listed.status is RunStatus.COMPLETE


# Shutting down, and starting again


async def test_closing_interrupts_what_is_live_and_keeps_its_text(
    studio: Studio, engine: ScriptedEngine, another: Another
) -> None:
    gate = Gate()
    engine.play((Text("partial"), gate, STOP))
    ada = await author(studio)
    project = await ada.project()
    log = await ada.start(project)
    queued = [await ada.start(await ada.project()) for _ in range(2)][-1]
    await grown(log, 7)
    async with aclosing(follow(log, 7)) as happenings:
        await anext(happenings)
        await studio.close()
        assert isinstance(await anext(happenings), Ended)
    assert (log.closed, log.text, log.state.status) == (True, "partial", RunStatus.INTERRUPTED)
    assert (queued.closed, queued.state.status) == (True, RunStatus.INTERRUPTED)
    assert log.state.error
    assert log.state.error.retryable
    again = await another()
    found = await again.runs.log(ada.id, log.state.id)
    assert (found.text, found.state.status) == ("partial", RunStatus.INTERRUPTED)
    assert (await again.projects.get(ada.id, project.id)).backend_code == "partial"


async def test_nothing_starts_while_it_closes(studio: Studio) -> None:
    ada = await author(studio)
    project = await ada.project()
    await studio.drain()
    with pytest.raises(Unavailable):
        await ada.start(project)
    await studio.close()


async def test_a_start_that_is_under_way_when_it_closes_ends_as_interrupted(
    studio: Studio, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play((Gate(), STOP))
    ada = await author(studio)
    project = await ada.project()
    insert = Runs._insert

    async def insert_while_it_closes(runs: Runs, run: RunInfo) -> None:
        await insert(runs, run)
        await runs.close()

    monkeypatch.setattr(Runs, "_insert", insert_while_it_closes)
    log = await ada.start(project)
    assert (await ended(log)).state.status is RunStatus.INTERRUPTED
    await studio.close()


async def test_closing_twice_is_harmless(studio: Studio) -> None:
    await studio.close()
    await studio.close()


async def test_a_run_found_live_at_the_start_is_interrupted_with_its_journalled_text(
    engine: ScriptedEngine, ada: Author, another: Another
) -> None:
    engine.play((Text("abc"), Gate(), STOP))
    project = await ada.project()
    log = await ada.start(project)
    await grown(log, 3)
    again = await another()
    found = await again.runs.log(ada.id, log.state.id)
    assert (found.closed, found.text, found.state.status) == (True, "abc", RunStatus.INTERRUPTED)
    assert found.state.characters == 3
    assert found.state.finished_at
    assert (await again.projects.get(ada.id, project.id)).backend_code == "abc"


# A database in trouble


async def test_a_run_lives_on_while_the_database_fails_and_is_stored_afterwards(
    engine: ScriptedEngine, another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.studio.Database", MoodyDatabase)
    gates = [Gate(), Gate()]
    engine.play((Text("one "), gates[0], Text("two "), gates[1], Text("three"), STOP))
    studio = await another()
    database = studio.database
    assert isinstance(database, MoodyDatabase)
    ada = await author(studio)
    log = await ada.start(await ada.project())
    await grown(log, 4)
    database.failure = DatabaseUnavailable("The disk is full: make room.")
    gates[0].open()
    await gates[1].reached.wait()
    while not log.state.error:
        await log.wait(log.length, log.revision)
    assert (log.text, log.state.error.code, log.state.live) == ("one ", "storage", True)
    gates[1].open()
    database.failure = None
    await ended(log)
    assert (log.text, log.state.status) == ("one two three", RunStatus.COMPLETE)
    stored = await row(studio, log.state)
    assert (stored.text, stored.status, stored.error_code) == ("one two three", "complete", None)


@asynccontextmanager
async def closing(studio: Studio) -> AsyncGenerator[Studio, None]:
    try:
        yield studio
    finally:
        await studio.close()


class Stubborn(ScriptedEngine):
    """An engine that takes its time to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    async def generate(self, _request: Request) -> AsyncGenerator[Piece, None]:
        """Write once and never again."""
        try:
            yield Text("a")
            await Gate().passed()
        finally:
            await self.gate.passed()


async def test_a_stop_does_not_wait_for_ever_for_a_stubborn_engine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.STOP_SECONDS", 0.01)
    engine = Stubborn()
    async with closing(await Studio(settings, Engines({engine.name: engine}, EngineChoice.OLLAMA)).open()) as studio:
        ada = await author(studio)
        log = await ada.start(await ada.project())
        await grown(log, 1)
        assert (await studio.runs.stop(ada.id, log.state.id)).live
        engine.gate.open()
        assert (await ended(log)).state.status is RunStatus.STOPPED
