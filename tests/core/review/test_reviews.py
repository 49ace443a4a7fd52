"""What tools make of a version's files: found once, stored, and never in the way of the text."""

import asyncio
from collections.abc import Sequence

import pytest

from core.engines.protocol import StreamEnd, TextDelta
from core.files.source_file import SourceFile
from core.generation.run_request import RunRequest
from core.review import reviews
from core.review.checking.checks import check_syntax
from core.review.checking.problem import CheckResult
from core.review.checking.project_files import ReviewContext
from core.review.review_files import review
from core.review.reviewed_file import ReviewedFile
from core.review.reviews import MAX_CONCURRENT_REVIEWS, ReviewFunction
from core.runs.state import RunStatus
from core.studio import Studio
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.fake_reviews import flag_bug_lines, skip_review
from tests.support.users.studio_user import StudioUser, read_run_row, register_user, wait_for_length

BAD = "### FILE: bad.py\n```python\ndef f(:\n```\n"
UGLY = f"### FILE: main.py\n```python\nimport os\nx = [1,2]\nprint( os.name,x )\n```\n\n{BAD}"
NEAT = "import os\n\nx = [1, 2]\nprint(os.name, x)\n"


@pytest.fixture
def look() -> ReviewFunction:
    return review


async def test_good_files_are_formatted_and_broken_ones_stay_with_a_reason(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.play(text_script(UGLY))
    log = await ada.finished_run(await ada.create_project())
    main, bad = await ada.studio.versions.reviewed_files(ada.id, log.state.id)
    assert (main.served.text, main.problems, main.unformatted_reason) == (NEAT, (), None)
    assert (bad.served.text, bad.formatted, bad.unformatted_reason) == ("def f(:\n", None, "It has syntax errors.")
    assert [(problem.line, problem.column) for problem in bad.problems] == [(1, 7)]
    assert log.text == UGLY


async def test_as_written_nothing_is_formatted(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script(UGLY))
    log = await ada.finished_run(await ada.create_project())
    [main, _] = await ada.studio.versions.reviewed_files(ada.id, log.state.id, formatted=False)
    assert (main.formatted, main.served.text) == (None, "import os\nx = [1,2]\nprint( os.name,x )\n")


async def test_a_review_is_stored_and_not_made_again(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play(text_script(UGLY))
    log = await ada.finished_run(await ada.create_project())
    first = await studio.versions.reviewed_files(ada.id, log.state.id)
    assert (await read_run_row(studio, log.state)).problems == log.state.problems == 1
    run_id = log.state.id
    studio.reviews._review_tasks.clear()

    async def nobody(_: object) -> None:
        raise AssertionError("it was made before")

    monkeypatch.setattr(studio.reviews, "_review_files", nobody)
    assert await studio.versions.reviewed_files(ada.id, run_id) == first


async def test_many_who_ask_at_once_have_one_review(engine: ScriptedEngine, ada: StudioUser, studio: Studio) -> None:
    calls = 0

    async def counting(files: object, _: object) -> object:
        nonlocal calls
        calls += 1
        return await flag_bug_lines(files)  # type: ignore[arg-type]

    studio.reviews._review_files = counting  # type: ignore[assignment]
    engine.play(text_script(UGLY))
    log = await ada.finished_run(await ada.create_project())
    await asyncio.gather(*(studio.versions.reviewed_files(ada.id, log.state.id) for _ in range(20)))
    assert calls == 1


async def test_a_cut_file_is_a_problem_and_not_formatted(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("### FILE: main.py\n```python\nx = [1,", finish=StreamEnd("length")))
    log = await ada.finished_run(await ada.create_project())
    [file] = await ada.studio.versions.reviewed_files(ada.id, log.state.id)
    assert log.state.status is RunStatus.TRUNCATED
    assert file.unformatted_reason == "The file is cut off."
    assert "The file is cut off here." in {problem.message for problem in file.problems}


async def test_a_refined_version_is_reviewed_with_the_files_beneath_it(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(
        text_script("### FILE: main.py\n```python\nimport tools\n\nprint(tools.x)\n```\n"),
        text_script("### FILE: tools.py\n```python\nx = 1\n```\n"),
    )
    first = await ada.finished_run(await ada.create_project())
    await ada.studio.versions.reviewed_files(ada.id, first.state.id)
    second = await ada.studio.versions.refine(ada.id, first.state.id, "add the tools")
    log = await ada.studio.runs.open_log(ada.id, second.id)
    while not log.closed:
        await log.wait_for_change()
    files = await ada.studio.versions.reviewed_files(ada.id, second.id)
    assert {file.source.path: file.problems for file in files} == {"main.py": (), "tools.py": ()}


async def test_a_live_run_shows_what_is_wrong_so_far(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    text = f"{BAD}### FILE: b.py\n```python\nx ="
    engine.play((TextDelta(text), gate, FINISHED_STOP))
    log = await ada.start_run(await ada.create_project(), order=RunRequest())
    await wait_for_length(log, len(text))
    bad, open_one = await ada.studio.versions.reviewed_files(ada.id, log.state.id)
    assert [problem.line for problem in bad.problems] == [1]
    assert (open_one.problems, open_one.formatted) == ((), None)
    gate.open()


async def test_of_a_live_run_only_what_ended_since_is_checked(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[list[str]] = []

    async def note(files: Sequence[SourceFile]) -> CheckResult:
        checked.append([file.path for file in files])
        return await check_syntax(files)

    monkeypatch.setattr(reviews, "check_syntax", note)
    gates = Gate(), Gate()
    steps = [TextDelta(f"### FILE: {name}.py\n```python\nx =\n```\n") for name in "abc"]
    engine.play((steps[0], steps[1], gates[0], steps[2], gates[1], FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    for count, gate in zip((2, 3), gates, strict=True):
        await wait_for_length(log, sum(len(step.text) for step in steps[:count]))
        for _ in range(2):
            files = await ada.studio.versions.reviewed_files(ada.id, log.state.id)
            assert [len(file.problems) for file in files] == [1] * count
        gate.open()
    assert checked == [["a.py", "b.py"], ["c.py"]]


@pytest.mark.parametrize(("count", "named"), [(1, "`0.py`"), (5, "`0.py`, `1.py`, `2.py` and 2 other files")])
async def test_what_was_too_hard_to_check_is_said_and_stored_and_not_tried_again(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio, count: int, named: str
) -> None:
    engine.play(text_script("".join(f"### FILE: {number}.py\n```python\nx = 1\n```\n" for number in range(count))))
    reviews_made = 0

    async def stop(files: Sequence[SourceFile], _: ReviewContext) -> list[ReviewedFile]:
        nonlocal reviews_made
        reviews_made += 1
        return [ReviewedFile(file, is_too_hard=True) for file in files]

    studio.reviews._review_files = stop
    log = await ada.finished_run(await ada.create_project())
    await studio.versions.reviewed_files(ada.id, log.state.id)
    assert log.state.warning == f"Too hard to check: {named}."
    studio.reviews._review_tasks.clear()  # as after a restart
    files = await studio.versions.reviewed_files(ada.id, log.state.id)
    assert [file.served.text for file in files] == ["x = 1\n"] * count
    row = await read_run_row(studio, log.state)
    assert (row.problems, row.warning, reviews_made) == (0, log.state.warning, 1)


async def test_a_review_that_takes_too_long_is_not_made_again(
    engine: ScriptedEngine, ada: StudioUser, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait_for_ever(_: Sequence[SourceFile], _related: ReviewContext) -> list[ReviewedFile]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(reviews, "REVIEW_TIMEOUT", 0.05)
    studio.reviews._review_files = wait_for_ever
    engine.play(text_script(UGLY))
    log = await ada.finished_run(await ada.create_project())
    await studio.versions.reviewed_files(ada.id, log.state.id)
    assert "Too hard to check" in (log.state.warning or "")
    assert log.state.problems == 0


async def test_many_versions_that_end_at_once_are_reviewed_a_few_at_a_time(ada: StudioUser, studio: Studio) -> None:
    now = most = 0

    async def counting(files: Sequence[SourceFile], _: ReviewContext) -> list[ReviewedFile]:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return await skip_review(files)

    studio.reviews._review_files = counting
    logs = [await ada.finished_run(await ada.create_project()) for _ in range(10)]
    await asyncio.gather(*(studio.versions.reviewed_files(ada.id, log.state.id) for log in logs))
    assert most <= MAX_CONCURRENT_REVIEWS


async def test_one_users_reviews_do_not_hold_up_anothers(ada: StudioUser, studio: Studio) -> None:
    grace = await register_user(studio, "grace")

    async def never_end(_: Sequence[SourceFile], _related: ReviewContext) -> list[ReviewedFile]:
        await asyncio.Event().wait()
        return []

    studio.reviews._review_files = never_end
    for _ in range(4):
        await ada.finished_run(await ada.create_project())
    await asyncio.sleep(0.3)  # as many of these reviews have begun as may
    studio.reviews._review_files = skip_review
    log = await grace.finished_run(await grace.create_project())
    async with asyncio.timeout(5):
        assert await studio.versions.reviewed_files(grace.id, log.state.id)
