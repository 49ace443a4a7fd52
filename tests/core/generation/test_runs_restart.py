"""Runs over a shutdown, a crash and a database in trouble."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest

from core.engines.protocol import Text
from core.errors import Unavailable
from core.generation import runs
from core.generation.insert_run import enter
from core.runs.follow import Ended, follow
from core.runs.state import RunStatus
from core.studio import Studio
from data.errors import DatabaseUnavailable
from tests.support.engines.scripted_engine import STOP, Gate, ScriptedEngine
from tests.support.faulty_database import MoodyDatabase
from tests.support.users.studio_user import Author, author, ended, grown, row

Another = Callable[..., Awaitable[Studio]]


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
    gate = Gate()

    async def enter_and_dawdle(*of: Any, **how: Any) -> None:
        await enter(*of, **how)
        await gate.passed()

    monkeypatch.setattr(runs, "enter", enter_and_dawdle)
    starting = asyncio.create_task(ada.start(project))
    await gate.reached.wait()
    closing = asyncio.create_task(studio.drain())
    await asyncio.sleep(0)
    gate.open()
    log = await starting
    await closing
    assert (log.closed, log.state.status) == (True, RunStatus.INTERRUPTED)
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
        await log.news()
    assert (log.text, log.state.error.code, log.state.live) == ("one ", "storage", True)
    gates[1].open()
    database.failure = None
    await ended(log)
    assert (log.text, log.state.status) == ("one two three", RunStatus.COMPLETE)
    stored = await row(studio, log.state)
    assert (stored.text, stored.status, stored.error_code) == ("one two three", "complete", None)
