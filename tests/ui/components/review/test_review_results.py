"""Reviews on a page: one at a time, of what has finished since the last one, and once of all at the end."""

import asyncio

import pytest
import pytest_asyncio

from core.catalog.stacks import Side
from core.errors import DatabaseUnavailable
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from core.review.reviewed_file import ReviewedFile
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus
from core.versions.diff import ChangeType
from tests.support.run_infos import make_run
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code.code_view import CodeView
from ui.components.review import review_results
from ui.components.review.review_results import ReviewedVersion, ReviewResults

pytestmark = pytest.mark.asyncio(loop_scope="session")

ONE_FILE = "### FILE: one.py\n```python\nx=1\n```\n"
TWO_FILES = ONE_FILE + "\n### FILE: two.py\n```python\ny=2\n```\n"
PROBLEM = Problem(1, 1, "This is wrong.")


class Reviewer:
    """Reviews as a test says: it waits at ``gate``, raises the next of ``errors``, else returns ``result``."""

    def __init__(self) -> None:
        self.count = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.errors: list[Exception] = []
        self.result = ReviewedVersion([], None)

    async def review(self, _log: RunLog[RunInfo]) -> ReviewedVersion:
        self.count += 1
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        return self.result


class ReviewedView:
    """A code view with its reviews, which are drawn as a panel draws them: each drawing may begin another review."""

    def __init__(self, reviewer: Reviewer) -> None:
        self.drawn = asyncio.Event()
        self.view = CodeView(Side.BACKEND, self.draw, self.draw)
        self.results = ReviewResults(self.view, reviewer.review, self.draw)

    def draw(self) -> None:
        self.drawn.set()
        self.results.update()

    def follow(self, log: RunLog[RunInfo]) -> None:
        self.results.follow(log)
        self.view.follow(log)
        self.results.update()

    async def wait_until_drawn(self) -> None:
        async with asyncio.timeout(10):
            self.drawn.clear()
            await self.drawn.wait()

    async def wait_until_idle(self) -> None:
        async with asyncio.timeout(10):
            while self.results._task:  # noqa: ASYNC110 - a task may be followed by another one
                await asyncio.sleep(0.01)


@pytest.fixture
def reviewer() -> Reviewer:
    return Reviewer()


@pytest_asyncio.fixture(loop_scope="session")
async def reviewed(user: SimulatedUser, reviewer: Reviewer) -> ReviewedView:
    await user.open("/login")
    with user.client:
        return ReviewedView(reviewer)


def live_log(text: str) -> RunLog[RunInfo]:
    return RunLog(make_run(status=RunStatus.RUNNING, finished_at=None), text)


def ended_log(text: str) -> RunLog[RunInfo]:
    return RunLog(make_run(), text, closed=True)


def reviewed_file(path: str, formatted: str | None = None, *problems: Problem) -> ReviewedFile:
    return ReviewedFile(SourceFile(path, "python", "x=1\n"), formatted, None, problems, problems)


async def test_a_version_gets_its_forms_and_problems_once(reviewed: ReviewedView, reviewer: Reviewer) -> None:
    reviewer.result = ReviewedVersion([reviewed_file("one.py", "x = 1\n", PROBLEM)], None)
    reviewed.follow(ended_log(ONE_FILE))
    assert reviewed.results.is_checking
    await reviewed.wait_until_idle()
    [file] = reviewed.view.files
    assert (file.log.text, file.problems) == ("x = 1\n", (PROBLEM,))
    assert not reviewed.results.is_checking
    assert not reviewed.results.is_clean
    assert reviewed.results.line_in_view("one.py", 1) == 1
    reviewed.results.set_formatted(formatted=False)
    assert reviewed.view.files[0].log.text == "x=1\n"
    assert [reviewed.results.line_in_view(path, 3) for path in ("one.py", "none.py")] == [1, 3]
    reviewed.results.update()
    assert reviewer.count == 1


async def test_a_version_without_problems_is_clean(reviewed: ReviewedView, reviewer: Reviewer) -> None:
    reviewer.result = ReviewedVersion([reviewed_file("one.py")], None)
    reviewed.follow(ended_log(ONE_FILE))
    await reviewed.wait_until_idle()
    assert reviewed.results.is_clean


async def test_a_live_run_is_reviewed_when_files_are_finished_and_one_review_runs_at_a_time(
    reviewed: ReviewedView, reviewer: Reviewer
) -> None:
    reviewer.result = ReviewedVersion([reviewed_file("one.py", None, PROBLEM)], None)
    log = live_log("")
    reviewed.follow(log)
    assert reviewer.count == 0, "nothing is finished"
    reviewer.gate.clear()
    log.append(ONE_FILE)
    await reviewed.wait_until_drawn()
    log.append(TWO_FILES.removeprefix(ONE_FILE))
    await reviewed.wait_until_drawn()
    assert reviewer.count == 1
    reviewer.gate.set()
    await reviewed.wait_until_idle()
    assert reviewer.count == 2, "what was finished meanwhile"
    assert [file.problems for file in reviewed.view.files] == [(PROBLEM,), ()]
    log.close(make_run())
    await reviewed.wait_until_drawn()
    await reviewed.wait_until_idle()
    assert reviewer.count == 3, "all of it, at the end"


async def test_what_changed_since_the_version_before_is_known(reviewed: ReviewedView, reviewer: Reviewer) -> None:
    before = [SourceFile("one.py", "python", "x=0\n")]
    reviewer.result = ReviewedVersion([reviewed_file("one.py"), reviewed_file("two.py")], before)
    reviewed.follow(ended_log(TWO_FILES))
    await reviewed.wait_until_idle()
    changes = {file.path: file.change_type for file in reviewed.view.files}
    assert changes == {"one.py": ChangeType.MODIFIED, "two.py": ChangeType.ADDED}


async def test_a_database_that_does_not_answer_is_asked_again(
    reviewed: ReviewedView, reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_results, "REVIEW_RETRY_SECONDS", 0.01)
    reviewer.errors = [DatabaseUnavailable("locked"), DatabaseUnavailable("locked")]
    reviewer.result = ReviewedVersion([reviewed_file("one.py")], None)
    reviewed.follow(ended_log(ONE_FILE))
    await reviewed.wait_until_idle()
    assert (reviewer.count, reviewed.results.is_clean) == (3, True)


async def test_a_review_that_fails_is_logged_and_not_made_again(
    reviewed: ReviewedView, reviewer: Reviewer, caplog: pytest.LogCaptureFixture
) -> None:
    reviewer.errors = [ZeroDivisionError()]
    reviewed.follow(ended_log(ONE_FILE))
    await reviewed.wait_until_idle()
    assert (reviewer.count, reviewed.results.is_checking, reviewed.results.is_clean) == (1, False, False)
    assert "the files in view cannot be reviewed" in caplog.text


async def test_the_review_of_another_run_takes_the_place_of_the_first(
    reviewed: ReviewedView, reviewer: Reviewer
) -> None:
    reviewer.gate.clear()
    reviewed.follow(ended_log(ONE_FILE))
    await asyncio.sleep(0.01)
    reviewer.gate.set()
    reviewer.result = ReviewedVersion([reviewed_file("two.py")], None)
    reviewed.follow(RunLog(make_run(id="other"), TWO_FILES, closed=True))
    await reviewed.wait_until_idle()
    assert [file.path for file in reviewed.view.files] == ["two.py"]
    assert reviewer.count == 2


async def test_an_empty_run_is_not_reviewed(reviewed: ReviewedView, reviewer: Reviewer) -> None:
    reviewed.follow(ended_log(""))
    await reviewed.wait_until_idle()
    assert (reviewer.count, reviewed.results.is_checking) == (0, False)


async def test_a_closed_page_reviews_nothing(user: SimulatedUser, reviewer: Reviewer) -> None:
    await user.open("/login")
    with user.client:
        reviewed = ReviewedView(reviewer)
    reviewer.gate.clear()
    reviewed.follow(ended_log(ONE_FILE))
    await asyncio.sleep(0.01)
    task = reviewed.results._task
    assert task
    user.client.delete()
    await asyncio.sleep(0.01)
    assert task.cancelled()
