"""What every kind of reader sees of a run: first its state, then text and news, the end last."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import pytest

from core.runs.follow import RunEnded, RunEvent, StatusChanged, ThinkingChunk, follow
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus
from core.runs.text_buffer import TextSlice
from tests.support.run_infos import NOW, make_run

RUN = make_run(status=RunStatus.QUEUED, started_at=None, finished_at=None, characters=0)
DONE = RUN.with_end(RunStatus.COMPLETE, "stop", NOW)


@pytest.fixture
def log() -> RunLog[RunInfo]:
    return RunLog(RUN)


async def rest(happenings: AsyncGenerator[RunEvent, None]) -> list[RunEvent]:
    async with aclosing(happenings):
        return [happening async for happening in happenings]


async def test_a_run_that_has_ended_is_state_text_and_end(log: RunLog[RunInfo]) -> None:
    log.append("abc")
    log.close(DONE)
    assert await rest(follow(log)) == [StatusChanged(DONE, 1), TextSlice(0, "abc"), RunEnded(DONE)]


async def test_a_reader_that_comes_back_gets_what_follows_its_offset(log: RunLog[RunInfo]) -> None:
    log.append("abc")
    log.close(DONE)
    assert await rest(follow(log, 2)) == [StatusChanged(DONE, 1), TextSlice(2, "c"), RunEnded(DONE)]
    assert await rest(follow(log, 3)) == [StatusChanged(DONE, 1), RunEnded(DONE)]


async def test_a_state_that_changes_while_the_reader_takes_the_first_one_is_told(log: RunLog[RunInfo]) -> None:
    async with aclosing(follow(log)) as happenings:
        assert await anext(happenings) == StatusChanged(RUN, 1)
        loading = replace(RUN, status=RunStatus.LOADING)
        log.update(loading)
        assert await anext(happenings) == StatusChanged(loading, 1)


async def test_a_state_that_changes_while_the_reader_takes_text_is_told_after_it(log: RunLog[RunInfo]) -> None:
    log.append("abc")
    async with aclosing(follow(log)) as happenings:
        await anext(happenings)
        assert await anext(happenings) == TextSlice(0, "abc")
        running = replace(RUN, status=RunStatus.RUNNING)
        log.update(running)
        assert await anext(happenings) == StatusChanged(running, 1)


async def test_a_reader_far_behind_gets_bounded_portions(log: RunLog[RunInfo]) -> None:
    log.append("x" * 150_000)
    log.close(DONE)
    portions = [happening for happening in await rest(follow(log)) if isinstance(happening, TextSlice)]
    assert len(portions) == 3
    assert sum(len(portion.text) for portion in portions) == 150_000


async def test_what_was_thought_comes_before_the_text_it_led_to(log: RunLog[RunInfo]) -> None:
    log.append_thinking("hm")
    log.append("abc")
    log.close(DONE)
    assert await rest(follow(log)) == [StatusChanged(DONE, 1), ThinkingChunk("hm"), TextSlice(0, "abc"), RunEnded(DONE)]


async def test_a_status_tells_how_many_read_the_run(log: RunLog[RunInfo]) -> None:
    async with aclosing(follow(log)) as first:
        assert await anext(first) == StatusChanged(RUN, 1)
        async with aclosing(follow(log, 0)) as second:
            assert await anext(second) == StatusChanged(RUN, 2)
        assert log.reader_count == 1
        log.update(DONE)
        assert await anext(first) == StatusChanged(DONE, 1)
    assert log.reader_count == 0
