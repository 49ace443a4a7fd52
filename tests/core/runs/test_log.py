"""One text, whoever reads it, whenever and in whatever portions."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.log import RunLog

APPEND = st.text(max_size=5)
READ = st.tuples(st.integers(0, 3), st.integers(1, 7))
JOIN = st.none()


@given(st.lists(st.one_of(APPEND, READ, JOIN)), st.text(max_size=5))
def test_any_schedule_of_appends_and_reads_gives_every_reader_the_same_text(
    schedule: list[str | tuple[int, int] | None], first: str
) -> None:
    log: RunLog[str] = RunLog("running", first)
    written, readers = first, ["", "", "", ""]
    for step in schedule:
        match step:
            case str():
                log.append(step)
                written += step
            case (number, limit):
                piece = log.read(len(readers[number]), limit)
                assert len(piece.text) <= limit
                readers[number] += piece.text
            case None:
                assert log.text == written
    for reader in readers:
        assert reader + log.read(len(reader)).text == written
    assert log.length == len(written)


async def waiter(log: RunLog[str]) -> asyncio.Task[None]:
    """A reader that has begun to wait."""
    task = asyncio.create_task(log.wait_for_change())
    await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_an_append_wakes_every_reader() -> None:
    log = RunLog("running")
    tasks = [await waiter(log) for _ in range(3)]
    log.append("x")
    await asyncio.gather(*tasks)


async def test_a_new_state_wakes_readers() -> None:
    log = RunLog("queued")
    task = await waiter(log)
    log.update("running")
    await task
    assert (log.state, log.revision) == ("running", 1)


async def test_an_amended_state_and_an_empty_append_wake_nobody() -> None:
    log = RunLog("queued")
    task = await waiter(log)
    log.set_quietly("queued, still")
    log.append("")
    await asyncio.sleep(0)
    assert not task.done()
    assert log.state == "queued, still"
    log.close("complete")
    await task


async def test_nobody_waits_for_news_of_a_closed_log() -> None:
    log = RunLog("running", "abc")
    log.close("complete")
    await log.wait_for_change()


def test_a_closed_log_takes_nothing_more() -> None:
    log = RunLog("running", "abc")
    log.close("complete")
    assert (log.closed, log.state, log.text) == (True, "complete", "abc")
    with pytest.raises(RuntimeError, match="append"):
        log.append("d")
    with pytest.raises(RuntimeError, match="close"):
        log.close("failed")


async def test_a_reader_that_stops_waiting_disturbs_no_other() -> None:
    log = RunLog("running")
    leaving, staying = await waiter(log), await waiter(log)
    leaving.cancel()
    await asyncio.wait({leaving})
    assert not staying.done()
    log.append("x")
    await staying
