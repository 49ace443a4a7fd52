"""No reader holds what the database does not; nothing is lost or doubled while it fails."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import delete, select

from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.errors import DatabaseUnavailable
from core.generation.journal import (
    BATCH_READER_THRESHOLD,
    MAX_RETRY_DELAY,
    Journal,
    RunUnstorable,
    commit_interval,
)
from core.generation.pending_write import PendingWrite
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunKind, RunStatus, insert_values
from core.runs.waiting_readers import WaitingReaders
from data import commands, queries
from data.models import Project, RunPiece, User
from data.rows import RunRow
from tests.support.database_rows import add_rows, execute_all
from tests.support.engines.scripted_engine import Gate
from tests.support.faulty_database import FaultyDatabase

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FULL = DatabaseUnavailable("The disk is full: make room.")
Log = RunLog[RunInfo]


class RecordedSleeps:
    """Stands in for sleeping: remembers how long, and ends when the test says."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.begun = asyncio.Event()
        self.over = asyncio.Event()
        self.many = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.begun.set()
        if len(self.asked) >= 8:
            self.many.set()
        await self.over.wait()


class JournalScenario:
    """A journal over a database with one project, in which runs can be made."""

    def __init__(self, database: FaultyDatabase) -> None:
        self.database = database
        self.sleeps = RecordedSleeps()
        self.readers = WaitingReaders()
        self.journal = Journal(database, self.readers, self.sleeps, lambda: NOW)

    async def run(self, name: str = "r", project_id: int = 1, side: Side = Side.BACKEND) -> Log:
        info = RunInfo(
            id=name,
            project_id=project_id,
            user_id=1,
            side=side,
            stack="fastapi",
            engine=EngineName.OLLAMA,
            model="m",
            kind=RunKind.GENERATE,
            status=RunStatus.RUNNING,
            created_at=NOW,
        )
        await self.database.write(lambda connection: commands.add_run(connection, insert_values(info)))
        return RunLog(info, readers=self.readers)

    async def journalled(self, run_id: str = "r") -> str:
        return await self.database.read(lambda connection: queries.load_journal_text(connection, run_id))

    async def row(self, run_id: str = "r") -> RunRow:
        found = await self.database.read(lambda connection: queries.find_run(connection, 1, run_id, with_text=True))
        assert found
        return found


@pytest.fixture
async def scenario(tmp_path: Path, empty_database: Path) -> AsyncGenerator[JournalScenario, None]:
    copy(empty_database, tmp_path)
    database = FaultyDatabase(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    project = {"user_id": 1, "name": "p", "prompt": "p", "backend_stack": "", "frontend_stack": ""}
    projects = [Project(**project, created_at=NOW, updated_at=NOW) for _ in range(3)]
    await add_rows(
        database, User(id=1, name="a", name_key="a", password_hash="", role="user", created_at=NOW), *projects
    )
    scenario = JournalScenario(database)
    scenario.journal.open()
    yield scenario
    await scenario.journal.close()
    await database.close()


async def until_length(log: Log, length: int) -> None:
    while log.length < length:
        await log.wait_for_change()


def done(log: Log, status: RunStatus = RunStatus.COMPLETE) -> RunInfo:
    return log.state.with_end(status, "stop", NOW)


async def test_text_is_published_only_after_its_commit(scenario: JournalScenario) -> None:
    log = await scenario.run()
    gate = scenario.database.gate = Gate()
    scenario.journal.append(log, "abc", 1)
    await gate.reached.wait()
    assert log.length == 0
    gate.open()
    await until_length(log, 3)
    assert await scenario.journalled() == "abc"
    assert (log.state.characters, log.state.tokens) == (3, 1)


async def test_what_gathers_while_a_commit_runs_goes_into_the_next(scenario: JournalScenario) -> None:
    log = await scenario.run()
    gate = scenario.database.gate = Gate()
    scenario.journal.append(log, "a", 1)
    await gate.reached.wait()
    before = scenario.database.commits
    for count in range(2, 50):
        scenario.journal.append(log, "b", count)
    gate.open()
    await until_length(log, 49)
    assert scenario.database.commits == before + 2


async def test_many_runs_share_one_commit(scenario: JournalScenario) -> None:
    logs = [await scenario.run(f"{side}{number}", number, side) for number in (1, 2, 3) for side in Side]
    before = scenario.database.commits
    for log in logs:
        scenario.journal.append(log, "x", 1)
    await asyncio.gather(*(until_length(log, 1) for log in logs))
    assert scenario.database.commits == before + 1


def test_commits_are_the_rarer_the_more_runs_write() -> None:
    assert [round(1000 * commit_interval(runs)) for runs in (0, 1, 6, 10, 50, 500)] == [2, 2, 2, 3, 15, 15]


async def test_a_run_that_has_ended_makes_commits_no_rarer(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.journal.append(log, "a", 1)
    assert scenario.journal._writing == {log}
    await scenario.journal.end(log, log.state)
    assert scenario.journal._writing == set()


@pytest.mark.parametrize(("readers", "first"), [(BATCH_READER_THRESHOLD, "a"), (BATCH_READER_THRESHOLD + 1, "ab")])
async def test_a_crowd_gets_several_pieces_in_one_delivery(scenario: JournalScenario, readers: int, first: str) -> None:
    log = await scenario.run()

    async def read() -> str:
        await log.wait_for_change()
        return log.read(0).text

    reading = [asyncio.create_task(read()) for _ in range(readers)]
    await asyncio.sleep(0)
    scenario.journal.append(log, "a", 1)
    await asyncio.sleep(0)  # now the journal has seen it
    scenario.journal.append(log, "b", 2)
    async with asyncio.timeout(5):
        assert set(await asyncio.gather(*reading)) == {first}


async def test_the_pieces_lie_in_the_order_in_which_they_came(scenario: JournalScenario) -> None:
    log = await scenario.run()
    for count, text in enumerate(["a😀", "b\n", "c"], 1):
        length = log.length + len(text)
        scenario.journal.append(log, text, count)
        await until_length(log, length)
    pieces = await scenario.database.read(lambda s: s.scalars(select(RunPiece.text).order_by(RunPiece.id)).all())
    assert pieces == ["a😀", "b\n", "c"]


async def test_a_new_state_is_seen_at_once_and_stored(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.journal.update(log, replace(log.state, status=RunStatus.LOADING))
    assert log.state.status is RunStatus.LOADING
    scenario.journal.append(log, "x", 1)
    await until_length(log, 1)
    assert (await scenario.row()).status == "loading"


async def test_an_end_closes_the_log_after_its_commit(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.journal.append(log, "abc", 1)
    await until_length(log, 3)
    gate = scenario.database.gate = Gate()
    scenario.journal.append(log, "def", 2)
    ending = asyncio.create_task(scenario.journal.end(log, done(log)))
    await gate.reached.wait()
    assert not log.closed
    gate.open()
    await ending
    assert (log.closed, log.text, log.state.characters) == (True, "abcdef", 6)
    row = await scenario.row()
    assert (row.status, row.text, row.characters) == ("complete", "abcdef", 6)
    assert await scenario.journalled() == "", "the journal of a run that has ended is dropped"


async def test_while_the_database_fails_the_text_waits_and_the_run_says_so(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.database.failure = FULL
    scenario.journal.append(log, "abc", 1)
    await scenario.sleeps.begun.wait()
    assert log.length == 0
    assert log.state.error
    assert (log.state.error.code, log.state.error.retryable) == ("storage", True)
    assert log.state.error.message.startswith(FULL.args[0])


async def test_when_the_database_is_back_all_is_stored_once_and_the_trouble_is_over(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.database.failure = FULL
    scenario.journal.append(log, "abc", 1)
    await scenario.sleeps.begun.wait()
    scenario.journal.append(log, "def", 2)
    scenario.database.failure = None
    scenario.sleeps.over.set()
    await until_length(log, 6)
    assert log.text == await scenario.journalled() == "abcdef"
    assert log.state.error is None


async def test_an_end_waits_for_the_database_and_is_stored_then(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.database.failure = FULL
    scenario.journal.append(log, "abc", 1)
    ending = asyncio.create_task(scenario.journal.end(log, done(log)))
    await scenario.sleeps.begun.wait()
    assert not log.closed
    assert log.state.error
    scenario.database.failure = None
    scenario.sleeps.over.set()
    await ending
    assert (log.text, log.state.status) == ("abc", RunStatus.COMPLETE)
    row = await scenario.row()
    assert (row.text, row.status, row.error_code) == ("abc", "complete", None)


async def test_the_pauses_between_tries_grow_to_a_bound(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.database.failure = FULL
    scenario.sleeps.over.set()
    scenario.journal.append(log, "abc", 1)
    await scenario.sleeps.many.wait()
    assert scenario.sleeps.asked == sorted(scenario.sleeps.asked)
    assert scenario.sleeps.asked[0] < scenario.sleeps.asked[-1] == MAX_RETRY_DELAY


async def test_a_run_whose_row_is_gone_holds_up_no_other(scenario: JournalScenario) -> None:
    lost, kept = await scenario.run("lost", 1), await scenario.run("kept", 2)
    await execute_all(scenario.database, delete(Project).where(Project.id == 1))
    scenario.journal.append(lost, "abc", 1)
    scenario.journal.append(kept, "def", 1)
    await until_length(kept, 3)
    await until_length(lost, 3)
    assert await scenario.journalled("kept") == "def"


@pytest.mark.parametrize("text", ["", "abc"])
async def test_a_run_whose_row_is_gone_ends_as_failed(scenario: JournalScenario, text: str) -> None:
    log = await scenario.run()
    await execute_all(scenario.database, delete(Project))
    if text:
        scenario.journal.append(log, text, 1)
    await scenario.journal.end(log, done(log))
    assert (log.closed, log.text, log.state.status) == (True, text, RunStatus.FAILED)
    assert log.state.error
    assert log.state.error.code == "storage"


async def test_a_commit_that_fails_after_it_was_made_doubles_nothing(
    scenario: JournalScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = await scenario.run()
    commit = Journal._commit
    answers = iter([FULL])

    async def commit_without_hearing_so(journal: Journal, *args: object) -> None:
        await commit(journal, *args)  # type: ignore[arg-type]
        if answer := next(answers, None):
            raise answer

    monkeypatch.setattr(Journal, "_commit", commit_without_hearing_so)
    scenario.sleeps.over.set()
    scenario.journal.append(log, "abc", 1)
    await until_length(log, 3)
    scenario.journal.append(log, "def", 2)
    await scenario.journal.end(log, done(log))
    assert log.text == (await scenario.row()).text == "abcdef"
    assert log.state.status is RunStatus.COMPLETE


# What nobody expected


async def test_an_unexpected_exception_ends_one_run_and_holds_up_no_other(
    scenario: JournalScenario, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = await scenario.run("bad", 1), await scenario.run("good", 2)
    scenario.journal.append(bad, "first ", 1)
    await until_length(bad, 6)
    commit = Journal._commit

    async def fail_for_the_bad_one(journal: Journal, entries: Sequence[PendingWrite]) -> None:
        if any(entry.log is bad and not entry.end_committed for entry in entries):
            raise OverflowError("who would have thought")
        await commit(journal, entries)

    monkeypatch.setattr(Journal, "_commit", fail_for_the_bad_one)
    scenario.journal.append(bad, "second ", 2)
    scenario.journal.append(good, "good", 1)
    await until_length(good, 4)
    assert "who would have thought" in caplog.text
    with pytest.raises(RunUnstorable):
        scenario.journal.append(bad, "third", 3)
    await scenario.journal.end(bad, done(bad, RunStatus.FAILED))
    assert bad.text == (await scenario.row("bad")).text == "first second ", "the end tries once more to store all of it"
    scenario.journal.append(good, " still", 2)
    await until_length(good, 10)


@pytest.mark.parametrize("hopeless", [False, True])
async def test_an_end_that_cannot_be_stored_becomes_a_failure_with_what_the_readers_have(
    scenario: JournalScenario, *, hopeless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = await scenario.run()
    scenario.journal.append(log, "abc", 1)
    await until_length(log, 3)
    commit = Journal._commit

    async def fail(journal: Journal, entries: Sequence[PendingWrite]) -> None:
        if hopeless or any(entry.parts for entry in entries):
            raise OverflowError
        await commit(journal, entries)

    monkeypatch.setattr(Journal, "_commit", fail)
    scenario.journal.append(log, "def", 2)
    await scenario.journal.end(log, done(log))
    assert (log.closed, log.text, log.state.status, log.state.characters) == (True, "abc", RunStatus.FAILED, 3)
    assert log.state.error
    assert log.state.error.code == "storage"
    row = await scenario.row()
    assert (row.status, row.text) == (("running", None) if hopeless else ("failed", "abc"))


async def test_a_number_that_no_database_holds_ends_its_run(scenario: JournalScenario) -> None:
    log = await scenario.run()
    scenario.journal.append(log, "abc", 1)
    await until_length(log, 3)
    await scenario.journal.end(log, replace(done(log), tokens=10**30))
    assert (log.closed, log.text, log.state.status) == (True, "abc", RunStatus.FAILED)
    assert (await scenario.row()).text == "abc"
