"""Every run's log by its id: one for all who use it, and none for a stranger."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from pathlib import Path
from shutil import copy

import pytest

from core.errors import NotFound
from core.runs.log_registry import LogRegistry
from data.database import Database
from tests.support.database_rows import add_rows, make_project, make_user
from tests.support.database_rows import make_run as make_run_row
from tests.support.run_infos import make_run

ADA, EVE = 1, 2


@pytest.fixture
async def registry(tmp_path: Path, empty_database: Path) -> AsyncGenerator[LogRegistry, None]:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    run = make_run_row("stored", "complete")
    run.text = "abc"
    await add_rows(database, make_user(id=ADA), make_project(id=1), run, make_run_row("empty", "failed"))
    yield LogRegistry(database)
    await database.close()


async def test_a_stored_run_is_opened_as_a_closed_log_with_its_text(registry: LogRegistry) -> None:
    log = await registry.open(ADA, "stored")
    assert (log.closed, log.text, log.state.id) == (True, "abc", "stored")
    assert (await registry.open(ADA, "empty")).text == ""


async def test_all_who_open_a_run_at_once_share_one_log(registry: LogRegistry) -> None:
    first, *others = await asyncio.gather(*(registry.open(ADA, "stored") for _ in range(5)))
    assert all(log is first for log in others)


async def test_a_log_that_nobody_uses_is_let_go(registry: LogRegistry) -> None:
    log = await registry.open(ADA, "stored")
    assert list(registry._logs) == ["stored"]
    del log
    gc.collect()
    assert list(registry._logs) == []


async def test_a_new_log_is_found_once_it_was_added(registry: LogRegistry) -> None:
    log = registry.make_log(make_run(id="new", user_id=ADA), "a")
    with pytest.raises(NotFound):
        await registry.open(ADA, "new")
    registry.add(log)
    assert await registry.open(ADA, "new") is log
    assert (log.closed, log.text) == (False, "a")


async def test_a_new_log_shares_the_count_of_waiting_readers(registry: LogRegistry) -> None:
    log = registry.make_log(make_run(id="new"))
    waiting = asyncio.create_task(log.wait_for_change())
    await asyncio.sleep(0)
    assert registry.readers.count == 1
    log.append("a")
    await waiting
    assert registry.readers.count == 0


async def test_another_users_run_is_as_if_there_were_none(registry: LogRegistry) -> None:
    live = registry.make_log(make_run(id="live", user_id=ADA))
    registry.add(live)
    stored = await registry.open(ADA, "stored")
    messages = set()
    for run_id in (live.state.id, stored.state.id, "nothing"):
        with pytest.raises(NotFound) as refused:
            await registry.open(EVE, run_id)
        messages.add(refused.value.message)
    assert len(messages) == 1


async def test_to_find_a_run_that_is_not_there_is_no_error(registry: LogRegistry) -> None:
    found = await registry.find(ADA, "stored")
    assert found is await registry.open(ADA, "stored")
    assert [await registry.find(user, run_id) for user, run_id in ((ADA, None), (ADA, "nothing"), (EVE, "stored"))] == [
        None,
        None,
        None,
    ]


async def test_the_logs_of_a_deleted_run_and_project_are_forgotten(registry: LogRegistry) -> None:
    logs = [
        registry.make_log(make_run(id=run_id, project_id=project)) for run_id, project in (("a", 7), ("b", 7), ("c", 8))
    ]
    for log in logs:
        registry.add(log)
    registry.remove_project(7)
    assert list(registry._logs) == ["c"]
    for _ in range(2):  # one that is gone is no error
        registry.remove("c")
    assert list(registry._logs) == []
