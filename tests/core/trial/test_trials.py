"""Trials of versions: by request and by themselves, stored with the version."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import TextDelta
from core.engines.registry import EngineRegistry
from core.errors import Conflict, NotRunnable, Unavailable
from core.files.source_file import SourceFile
from core.runs.state import RunInfo
from core.runtime.app_runtime import READY, AppRuntime
from core.settings import EngineChoice, Settings, TryPolicy
from core.studio import Studio
from core.subprocesses import ProgramMissing
from core.trial.finding import MAX_FINDINGS, Finding, FindingKind, FindingSource
from core.trial.report import RouteAnswer, TrialReport
from data import queries
from tests.support.engines.scripted_engine import Gate, ScriptedEngine, text_script
from tests.support.fake_reviews import skip_review
from tests.support.users.studio_user import StudioUser, register_user, wait_for_length

ANSWER = "### FILE: main.py\n```python\napp = 1\n```\n"
START = Finding(FindingKind.START, "NameError: x", "main.py", 1)
FAILS = TrialReport(start_error=START)
STARTS = TrialReport(starts=True, routes=(RouteAnswer("GET", "/", 200, 3),), seconds=1.0)


class Sandbox:
    """Stands in for the sandbox: gives the reports in their order, the last one again and again."""

    def __init__(self) -> None:
        self.reports: list[TrialReport | Exception] = [STARTS]
        self.front_end_findings: tuple[Finding, ...] | None = ()
        self.tried: list[list[str]] = []
        self.running = 0
        self.most_running = 0
        self.release = asyncio.Event()
        self.release.set()
        self.reached = asyncio.Event()

    async def try_files(self, _runtime: AppRuntime, files: Sequence[SourceFile]) -> TrialReport:
        self.tried.append([file.path for file in files])
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.reached.set()
        await self.release.wait()
        self.running -= 1
        report = self.reports[0] if len(self.reports) == 1 else self.reports.pop(0)
        if isinstance(report, Exception):
            raise report
        return report

    async def try_front_end(
        self, _runtime: AppRuntime, files: Sequence[SourceFile], framework: str
    ) -> tuple[Finding, ...] | None:
        self.tried.append([framework, *(file.path for file in files)])
        return self.front_end_findings


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def closed_studio(settings: Settings, engine: ScriptedEngine, sandbox: Sandbox) -> Studio:
    """An installation that tries back ends by itself, in that sandbox."""
    engine.play(text_script(ANSWER))
    return new_studio(settings, engine, sandbox)


def new_studio(settings: Settings, engine: ScriptedEngine, sandbox: Sandbox) -> Studio:
    studio = Studio(settings, EngineRegistry({engine.name: engine}, EngineChoice.OLLAMA), skip_review)
    studio.runtime._tell(READY)
    studio.trials._try_files = sandbox.try_files
    studio.trials._try_front_end_files = sandbox.try_front_end
    return studio


@pytest.fixture
async def ada(studio: Studio) -> StudioUser:
    studio.runtime._tell(READY)  # opening looks for a real one
    return await register_user(studio)


async def finished(ada: StudioUser, side: Side = Side.BACKEND) -> RunInfo:
    """A run at its end, with all that happens after it."""
    log = await ada.finished_run(await ada.create_project(), side)
    await ada.studio.fixes.settle(log)
    return log.state


async def test_a_finished_back_end_is_tried_and_the_verdict_kept(
    ada: StudioUser, sandbox: Sandbox, engine: ScriptedEngine, settings: Settings
) -> None:
    run = await finished(ada)
    assert sandbox.tried == [["main.py"]]
    assert (run.verdict, run.findings) == ("Starts · 1 route answers", 0)
    await ada.studio.close()
    async with asyncio.timeout(20):
        studio = await new_studio(settings, engine, sandbox).open()
        stored = (await studio.runs.open_log(ada.id, run.id)).state
        assert (stored.verdict, stored.findings) == (run.verdict, 0)
        assert await studio.trials.server_findings_of(stored) == ()
        await studio.close()


async def test_what_is_found_is_stored_with_the_version(ada: StudioUser, sandbox: Sandbox) -> None:
    sandbox.reports = [FAILS]
    run = await finished(ada)
    assert (run.verdict, run.findings) == ("Does not start: NameError: x (main.py:1)", 1)
    assert await ada.studio.trials.findings_of(run) == (START,)
    rows = await ada.studio.database.read(lambda connection: queries.load_run_findings(connection, run.id))
    assert [(row.source, len(row.findings)) for row in rows.values()] == [("server", 1)]


async def test_a_front_end_is_not_tried_by_request(ada: StudioUser) -> None:
    run = await finished(ada, Side.FRONTEND)
    with pytest.raises(NotRunnable, match="in a browser"):
        await ada.studio.trials.try_version(await ada.log(run))


async def test_nothing_is_tried_by_itself_where_that_is_off(
    settings: Settings, engine: ScriptedEngine, sandbox: Sandbox
) -> None:
    engine.play(text_script(ANSWER))
    studio = new_studio(settings.model_copy(update={"try_": TryPolicy.OFF}), engine, sandbox)
    await studio.open()
    studio.runtime._tell(READY)
    ada = await register_user(studio)
    run = await finished(ada)
    assert sandbox.tried == []
    assert await studio.trials.try_version(await ada.log(run)) == STARTS
    await studio.close()


async def test_without_a_runtime_it_is_said_what_is_missing(ada: StudioUser, sandbox: Sandbox) -> None:
    ada.studio.runtime._tell(AppRuntime(Path("nowhere"), builds_itself=False).state)
    run = await finished(ada)
    assert sandbox.tried == []
    with pytest.raises(Unavailable, match=r"main\.py runtime"):
        await ada.studio.trials.try_version(await ada.log(run))


async def test_without_deno_it_is_said(ada: StudioUser, sandbox: Sandbox) -> None:
    sandbox.reports = [ProgramMissing("deno")]
    run = await finished(ada)
    with pytest.raises(Unavailable, match="package deno"):
        await ada.studio.trials.try_version(await ada.log(run))


async def test_what_cannot_be_found_out_is_a_reason_and_no_finding(ada: StudioUser, sandbox: Sandbox) -> None:
    sandbox.reports = [TrialReport(unknown="It imports pandas, which the sandbox does not have.")]
    run = await finished(ada)
    assert (run.verdict, run.findings) == (None, 0)
    with pytest.raises(NotRunnable, match="pandas"):
        await ada.studio.trials.try_version(await ada.log(run))


async def test_one_is_tried_at_a_time_and_who_asks_meanwhile_joins(ada: StudioUser, sandbox: Sandbox) -> None:
    logs = [await ada.log(await finished(ada)) for _ in range(3)]
    sandbox.tried.clear()
    sandbox.release.clear()
    sandbox.reached.clear()
    tasks = [asyncio.create_task(ada.studio.trials.try_version(log)) for log in (*logs, *logs)]
    await sandbox.reached.wait()
    sandbox.release.set()
    assert await asyncio.gather(*tasks) == [STARTS] * 6
    assert (len(sandbox.tried), sandbox.most_running) == (3, 1)


async def test_a_live_run_is_not_tried(ada: StudioUser, engine: ScriptedEngine) -> None:
    gate = Gate()
    engine.play((TextDelta("x"), gate))
    log = await ada.start_run(await ada.create_project())
    await wait_for_length(log, 1)
    with pytest.raises(Conflict, match="ended"):
        await ada.studio.trials.try_version(log)
    gate.open()


async def test_what_a_browser_found_stands_beside_and_is_replaced(ada: StudioUser, sandbox: Sandbox) -> None:
    sandbox.reports = [FAILS]
    log = await ada.log(await finished(ada))
    blank = Finding(FindingKind.BLANK, "Nothing is drawn.")
    await ada.studio.trials.store_findings(log, FindingSource.BROWSER, [blank, START] * MAX_FINDINGS)
    assert log.state.findings == 1 + MAX_FINDINGS
    assert await ada.studio.trials.findings_of(log.state) == (START, blank)
    await ada.studio.trials.store_findings(log, FindingSource.BROWSER, [])
    assert log.state.findings == 1
    assert log.state.verdict == FAILS.verdict


async def test_a_front_end_runs_or_does_not_by_what_a_browser_found(ada: StudioUser) -> None:
    log = await ada.log(await finished(ada, Side.FRONTEND))
    await ada.studio.trials.store_findings(log, FindingSource.BROWSER, [Finding(FindingKind.BLANK, "Nothing.")])
    assert log.state.verdict == "Does not run"
    await ada.studio.trials.store_findings(log, FindingSource.BROWSER, [])
    assert log.state.verdict == "Runs"


async def test_a_version_that_is_deleted_meanwhile_is_not_stored(ada: StudioUser, sandbox: Sandbox) -> None:
    log = await ada.log(await finished(ada))
    sandbox.release.clear()
    sandbox.reached.clear()
    task = asyncio.create_task(ada.studio.trials.try_version(log))
    await sandbox.reached.wait()
    await ada.studio.projects.delete(ada.id, log.state.project_id)
    sandbox.release.set()
    assert await task == STARTS


async def test_a_trial_is_stopped_at_the_end(ada: StudioUser, sandbox: Sandbox) -> None:
    log = await ada.log(await finished(ada))
    sandbox.release.clear()
    sandbox.reached.clear()
    task = asyncio.create_task(ada.studio.trials.try_version(log))
    await sandbox.reached.wait()
    await ada.studio.trials.close()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_front_end_is_put_together_and_what_is_missing_is_told(ada: StudioUser, sandbox: Sandbox) -> None:
    missing = Finding(FindingKind.START, "imports “./x”, which is not among the files", "main.js", 3)
    sandbox.front_end_findings = (missing,)
    run = await finished(ada, Side.FRONTEND)
    assert sandbox.tried == [["", "main.py"]]  # plain pages have no framework
    assert (run.verdict, run.findings) == (f"Does not start: {missing.message} (main.js:3)", 1)
    assert await ada.studio.trials.server_findings_of(run) == (missing,)
    # A browser knows more than the server does.
    log = await ada.log(run)
    await ada.studio.trials.store_findings(log, FindingSource.BROWSER, [])
    assert log.state.verdict == "Runs"


@pytest.mark.parametrize("findings", [(), None])
async def test_of_a_front_end_that_comes_together_nobody_says_that_it_runs(
    ada: StudioUser, sandbox: Sandbox, findings: tuple[Finding, ...] | None
) -> None:
    sandbox.front_end_findings = findings
    run = await finished(ada, Side.FRONTEND)
    assert (run.verdict, run.findings) == (None, None if findings is None else 0)
