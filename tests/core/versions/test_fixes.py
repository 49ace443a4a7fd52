"""Corrections: of what is wrong, once, and never for the worse without a word."""

import asyncio
from io import BytesIO
from zipfile import ZipFile

import pytest

from core.engines.protocol import Sampling, StreamEnd, TextDelta
from core.errors import Conflict
from core.generation.run_request import RunRequest
from core.projects.project import Project
from core.projects.projects import ProjectUpdate
from core.review.reviews import ReviewFunction, Reviews
from core.runs.state import RunInfo, RunKind, RunStatus
from core.runtime.app_runtime import READY
from core.trial.finding import Finding, FindingKind
from core.trial.report import TrialReport
from core.versions.fixes import MIN_TEMPERATURE
from data import queries
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.fake_reviews import flag_bug_lines
from tests.support.users.studio_user import StudioUser, wait_for_end, wait_for_length


def file(path: str, text: str) -> str:
    return f"### FILE: {path}\n```\n{text}\n```\n"


BAD = file("a.py", "BUG one\nBUG two") + file("b.py", "good")
BETTER = file("a.py", "BUG one\nfine")
WORSE = file("a.py", "BUG one\nBUG two\nBUG three")


@pytest.fixture
def look() -> ReviewFunction:
    return flag_bug_lines


async def fixed(ada: StudioUser, engine: ScriptedEngine, *answers: str, project: Project | None = None) -> RunInfo:
    """The first fix of a version that was written badly, at its end, its review included."""
    engine.play(*map(text_script, (BAD, *answers)))
    first = await ada.finished_run(project or await ada.create_project())
    run = await ada.studio.fixes.start(ada.id, first.state.id)
    log = await wait_for_end(await ada.log(run))
    await ada.studio.versions.reviewed_files_of(log)
    return log.state


async def current(ada: StudioUser, run: RunInfo) -> str | None:
    return (await ada.studio.projects.get(ada.id, run.project_id)).backend_run_id


async def test_a_fix_is_told_the_problems_and_the_files(engine: ScriptedEngine, ada: StudioUser) -> None:
    run = await fixed(ada, engine, BETTER)
    asked = engine.requests[1].messages[-1].content
    assert "- a.py: line 1 (`BUG one`): There is a bug. Add that line at the top, or define the name." in asked
    assert "BUG two" in asked
    assert "good" in asked
    assert (run.kind, run.instructions) == (RunKind.FIX, "fix 2 problems")


async def test_a_better_version_becomes_current_and_keeps_the_other_files(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    run = await fixed(ada, engine, BETTER)
    assert (run.problems, run.warning) == (1, None)
    assert await current(ada, run) == run.id
    assert {found.path for found in await ada.studio.versions.served_files(ada.id, run.id)} == {"a.py", "b.py"}


async def test_a_worse_version_says_so_and_the_old_one_stays(engine: ScriptedEngine, ada: StudioUser) -> None:
    run = await fixed(ada, engine, WORSE)
    assert run.warning == "This has 3 problems where the version before has 2: that one stays."
    assert await current(ada, run) == run.parent_id


async def test_a_fix_that_changes_nothing_says_so(engine: ScriptedEngine, ada: StudioUser) -> None:
    run = await fixed(ada, engine, file("a.py", "BUG one\nBUG two"))
    assert run.warning == "The model changed nothing: say in a sentence what to change, and refine."
    assert await current(ada, run) == run.parent_id


async def test_a_fix_that_was_cut_is_never_current(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(BAD), text_script(BETTER, finish=StreamEnd("length")))
    first = await ada.finished_run(await ada.create_project())
    log = await wait_for_end(await ada.log(await ada.studio.fixes.start(ada.id, first.state.id)))
    await ada.studio.versions.reviewed_files_of(log)
    assert log.state.status is RunStatus.TRUNCATED
    assert await current(ada, log.state) == first.state.id


async def test_where_nothing_is_wrong_there_is_nothing_to_fix(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(file("a.py", "fine")))
    log = await ada.finished_run(await ada.create_project())
    with pytest.raises(Conflict, match="nothing to fix"):
        await ada.studio.fixes.start(ada.id, log.state.id)


async def until_quiet(ada: StudioUser, project: Project, runs: int) -> list[RunInfo]:
    """The project's runs once there are so many and all have ended and been looked at."""
    while True:
        found = await ada.studio.runs.list_runs(ada.id, project.id)
        if len(found) >= runs and all(run.problems is not None for run in found):
            return found


async def settled(ada: StudioUser, project: Project) -> list[RunInfo]:
    """The project's runs, the oldest first, when no more of them start."""
    while True:
        logs = [await ada.log(run) for run in await ada.studio.runs.list_runs(ada.id, project.id)]
        for log in reversed(logs):
            await ada.studio.fixes.settle(await wait_for_end(log))
        if len(await ada.studio.runs.list_runs(ada.id, project.id)) == len(logs):
            return [log.state for log in reversed(logs)]


async def test_a_project_may_want_two_rounds_by_itself_and_never_three(engine: ScriptedEngine, ada: StudioUser) -> None:
    project = await ada.create_project()
    await ada.studio.projects.update(ada.id, project.id, ProjectUpdate(auto_fix=True))
    still_bad = file("a.py", "BUG other\nfine")
    engine.play(text_script(BAD), text_script(BETTER), text_script(still_bad), text_script(WORSE))
    await ada.finished_run(project)
    runs = await settled(ada, project)
    assert [(run.kind, run.problems) for run in runs] == [
        (RunKind.GENERATE, 2),
        (RunKind.FIX, 1),
        (RunKind.FIX, 1),
    ]
    assert [run.parent_id for run in runs[1:]] == [runs[0].id, runs[1].id]


async def test_a_round_that_made_it_worse_is_the_last(engine: ScriptedEngine, ada: StudioUser) -> None:
    project = await ada.create_project()
    await ada.studio.projects.update(ada.id, project.id, ProjectUpdate(auto_fix=True))
    engine.play(text_script(BAD), text_script(WORSE), text_script(BETTER))
    await ada.finished_run(project)
    first, _worse = await settled(ada, project)
    assert await current(ada, first) == first.id


async def test_what_a_person_tells_goes_to_the_model(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(file("a.py", "fine")), text_script(file("a.py", "finer")))
    log = await ada.finished_run(await ada.create_project())
    run = await ada.studio.fixes.start(ada.id, log.state.id, ["TypeError: x is not a function (a.js:3)", "y" * 5000])
    asked = engine.requests[1].messages[-1].content
    assert "- the app, when it runs: TypeError: x is not a function (a.js:3)" in asked
    assert "y" * 1000 in asked
    assert "y" * 1001 not in asked
    assert run.instructions == "fix 2 problems"


def tried(ada: StudioUser, *reports: TrialReport) -> None:
    """Have back ends tried with these outcomes, in their order."""
    outcomes = iter(reports)

    async def try_files(*_arguments: object) -> TrialReport:
        return next(outcomes)

    ada.studio.runtime._tell(READY)
    ada.studio.trials._try_files = try_files


FAILS = TrialReport(start_error=Finding(FindingKind.START, "NameError: x", "a.py", 1))
STARTS = TrialReport(starts=True)
FINE, FINER = file("a.py", "fine"), file("a.py", "finer")


async def test_what_keeps_an_app_from_starting_is_told_with_its_line_and_fixed_by_itself(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    tried(ada, FAILS, STARTS)
    project = await ada.create_project()
    await ada.studio.projects.update(ada.id, project.id, ProjectUpdate(auto_fix=True))
    engine.play(text_script(FINE), text_script(FINER))
    await ada.finished_run(project)
    _first, fix = await settled(ada, project)
    assert "- a.py: line 1 (`fine`): when it runs: NameError: x" in engine.requests[1].messages[-1].content
    assert (fix.verdict, fix.findings, fix.warning) == ("Starts", 0, None)
    assert await current(ada, fix) == fix.id


async def test_a_fix_that_does_not_help_gives_way_to_the_version_before(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    tried(ada, FAILS, FAILS)
    project = await ada.create_project()
    await ada.studio.projects.update(ada.id, project.id, ProjectUpdate(auto_fix=True))
    engine.play(text_script(FINE), text_script(FINER))
    await ada.finished_run(project)
    first, fix = await settled(ada, project)
    assert fix.warning == "This has 1 error where the version before has 1: that one stays."
    assert await current(ada, fix) == first.id
    stored = await ada.studio.runs.list_runs(ada.id, project.id)
    assert stored[0].warning == fix.warning


async def test_a_fix_of_what_a_person_told_stays_though_as_much_is_found_as_before(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    tried(ada, FAILS, FAILS)
    engine.play(text_script(FINE), text_script(FINER))
    first = await ada.finished_run(await ada.create_project())
    await ada.studio.fixes.settle(first)
    run = await ada.studio.fixes.start(ada.id, first.state.id, ["The button does nothing."])
    log = await wait_for_end(await ada.log(run))
    await ada.studio.fixes.settle(log)
    assert (log.state.warning, await current(ada, log.state)) == (None, run.id)


async def test_nothing_is_fixed_by_itself_unless_wanted(engine: ScriptedEngine, ada: StudioUser) -> None:
    project = await ada.create_project()
    engine.play(text_script(BAD))
    await ada.finished_run(project, order=RunRequest())
    [only] = await until_quiet(ada, project, 1)
    await ada.studio.fixes.settle(await ada.log(only))
    assert [run.id for run in await ada.studio.runs.list_runs(ada.id, project.id)] == [only.id]


async def test_what_was_found_goes_with_its_project(engine: ScriptedEngine, ada: StudioUser) -> None:
    run = await fixed(ada, engine, BETTER)
    await ada.studio.projects.delete(ada.id, run.project_id)
    assert await ada.studio.database.read(lambda connection: queries.load_run_files(connection, run.id)) == {}


async def test_a_fix_shows_the_files_with_problems_where_there_is_no_room_for_all(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.window_tokens = 8192
    filling = "\n".join(f"word{number} = {number}" for number in range(250))
    answer = file("first.py", filling) + file("second.py", filling) + file("last.py", f"BUG\n{filling}")
    engine.play(text_script(answer), text_script(file("last.py", "fine")))
    first = await ada.finished_run(await ada.create_project())
    run = await ada.studio.fixes.start(ada.id, first.state.id)
    await wait_for_end(await ada.log(run))
    asked = engine.requests[1].messages[-1].content
    assert "### FILE: last.py" in asked
    assert "### FILE: second.py" not in asked


async def test_files_are_served_formatted_unless_asked_otherwise(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(file("a.py", "SHOUTING")))
    project = await ada.create_project()
    run = (await ada.finished_run(project)).state
    versions = ada.studio.versions
    assert [served.text for served in await versions.served_files(ada.id, run.id)] == ["shouting\n"]
    assert [served.text for served in await versions.served_files(ada.id, run.id, formatted=False)] == ["SHOUTING\n"]
    assert (await versions.file(ada.id, run.id, "a.py")).text == "shouting\n"
    for formatted, text in ((True, "shouting\n"), (False, "SHOUTING\n")):
        archive = await versions.download_project(ada.id, project.id, formatted=formatted)
        with ZipFile(BytesIO(archive.content)) as unpacked:
            assert unpacked.namelist() == ["README.md", "backend/a.py"]
            assert unpacked.read("backend/a.py").decode() == text
            assert "## Backend: " in unpacked.read("README.md").decode()


async def test_a_live_version_is_not_fixed(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta(BAD), Gate(), FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    await wait_for_length(log, len(BAD))
    with pytest.raises(Conflict, match="has ended"):
        await ada.studio.fixes.start(ada.id, log.state.id)


async def test_closing_ends_the_reviews_that_are_under_way(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()

    async def dawdle(_: object, _log: object) -> None:
        await gate.wait()

    monkeypatch.setattr(Reviews, "reviewed_files", dawdle)
    engine.play(text_script(BAD))
    await ada.finished_run(await ada.create_project())
    await gate.reached.wait()
    [review] = ada.studio.fixes._tasks.values()
    await ada.studio.fixes.close()
    assert review.cancelled()


async def test_a_fix_is_hotter_than_a_model_that_copies_its_mistakes(engine: ScriptedEngine, ada: StudioUser) -> None:
    project = await ada.create_project()
    temperatures = []
    for chosen in (0.1, 0.9):
        order = RunRequest(sampling=Sampling(chosen, 7))
        engine.play(text_script(BAD), text_script(WORSE))
        first = await ada.finished_run(project, order=order)
        fix = await ada.studio.fixes.start(ada.id, first.state.id)
        await wait_for_end(await ada.log(fix))
        temperatures.append((fix.sampling.temperature, fix.sampling.seed))
    assert temperatures == [(MIN_TEMPERATURE, 7), (0.9, 7)]


async def test_an_unexpected_failure_of_the_review_is_logged(
    engine: ScriptedEngine, ada: StudioUser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asyncio.Event()

    async def fail(_: object) -> None:
        failed.set()
        raise ZeroDivisionError

    monkeypatch.setattr(ada.studio.reviews, "reviewed_files", fail)
    engine.play(text_script(BAD))
    await ada.finished_run(await ada.create_project())
    async with asyncio.timeout(5):
        await failed.wait()
    await ada.studio.fixes.close()
    assert "failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text
