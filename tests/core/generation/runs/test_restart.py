"""Runs over a shutdown, a crash and a database in trouble."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from core.engines.protocol import TextDelta
from core.errors import DatabaseUnavailable, Unavailable
from core.runs.follow import RunEnded, follow
from core.runs.state import RunStatus
from core.studio import Studio
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine
from tests.support.faulty_database import FaultyDatabase
from tests.support.users.studio_user import read_run_row, register_user, wait_for_end, wait_for_length

Another = Callable[..., Awaitable[Studio]]


async def test_closing_interrupts_what_is_live_and_keeps_its_text(
    studio: Studio, engine: ScriptedEngine, another: Another
) -> None:
    gate = Gate()
    engine.play((TextDelta("partial"), gate, FINISHED_STOP))
    ada = await register_user(studio)
    project = await ada.create_project()
    log = await ada.start_run(project)
    queued = [await ada.start_run(await ada.create_project()) for _ in range(2)][-1]
    await wait_for_length(log, 7)
    async with aclosing(follow(log, 7)) as happenings:
        await anext(happenings)
        await studio.close()
        assert isinstance(await anext(happenings), RunEnded)
    assert (log.closed, log.text, log.state.status) == (True, "partial", RunStatus.INTERRUPTED)
    assert (queued.closed, queued.state.status) == (True, RunStatus.INTERRUPTED)
    assert log.state.error
    assert log.state.error.retryable
    again = await another()
    found = await again.runs.open_log(ada.id, log.state.id)
    assert (found.text, found.state.status) == ("partial", RunStatus.INTERRUPTED)
    assert (await again.projects.get(ada.id, project.id, with_code=True)).backend_code == "partial"


async def test_nothing_starts_while_it_closes(studio: Studio) -> None:
    ada = await register_user(studio)
    project = await ada.create_project()
    await studio.drain()
    with pytest.raises(Unavailable):
        await ada.start_run(project)
    await studio.close()


async def test_a_start_that_is_under_way_when_it_closes_ends_as_interrupted(
    studio: Studio, engine: ScriptedEngine, insert_gate: Gate
) -> None:
    engine.play((Gate(), FINISHED_STOP))
    ada = await register_user(studio)
    project = await ada.create_project()
    starting = asyncio.create_task(ada.start_run(project))
    await insert_gate.reached.wait()
    closing = asyncio.create_task(studio.drain())
    await asyncio.sleep(0)
    insert_gate.open()
    log = await starting
    await closing
    assert (log.closed, log.state.status) == (True, RunStatus.INTERRUPTED)
    await studio.close()


async def test_a_run_lives_on_while_the_database_fails_and_is_stored_afterwards(
    engine: ScriptedEngine, another: Another, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.studio.Database", FaultyDatabase)
    gates = [Gate(), Gate()]
    engine.play((TextDelta("one "), gates[0], TextDelta("two "), gates[1], TextDelta("three"), FINISHED_STOP))
    studio = await another()
    database = studio.database
    assert isinstance(database, FaultyDatabase)
    ada = await register_user(studio)
    log = await ada.start_run(await ada.create_project())
    await wait_for_length(log, 4)
    database.failure = DatabaseUnavailable("The disk is full: make room.")
    gates[0].open()
    await gates[1].reached.wait()
    while not log.state.error:
        await log.wait_for_change()
    assert (log.text, log.state.error.code, log.state.is_live) == ("one ", "storage", True)
    gates[1].open()
    database.failure = None
    await wait_for_end(log)
    assert (log.text, log.state.status) == ("one two three", RunStatus.COMPLETE)
    stored = await read_run_row(studio, log.state)
    assert (stored.text, stored.status, stored.error_code) == ("one two three", "complete", None)
