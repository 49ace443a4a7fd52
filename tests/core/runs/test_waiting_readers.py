"""One count of the readers who wait, over all logs that share it."""

import asyncio

from core.runs.log import RunLog
from core.runs.waiting_readers import WaitingReaders


async def test_logs_that_share_a_counter_count_together() -> None:
    readers = WaitingReaders()
    logs = [RunLog("running", readers=readers) for _ in range(2)]
    waiting = [asyncio.create_task(log.wait_for_change()) for log in logs for _ in range(2)]
    await asyncio.sleep(0)
    assert readers.count == 4
    logs[0].append("a")
    await asyncio.gather(*waiting[:2])
    assert readers.count == 2
    waiting[2].cancel()
    logs[1].close("complete")
    await asyncio.gather(*waiting, return_exceptions=True)
    assert readers.count == 0


async def test_a_reader_of_a_closed_log_never_counts() -> None:
    readers = WaitingReaders()
    log = RunLog("running", readers=readers)
    log.close("complete")
    waiting = asyncio.create_task(log.wait_for_change())
    await asyncio.sleep(0)
    assert (waiting.done(), readers.count) == (True, 0)
