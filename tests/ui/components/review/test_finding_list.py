"""The list of what went wrong when an app ran: loaded when there is something, and leading to its lines."""

from collections.abc import Sequence

import pytest
import pytest_asyncio
from nicegui.testing.user_interaction import UserInteraction

from core.errors import Unavailable
from core.runs.state import RunInfo
from core.trial.finding import Finding, FindingKind
from tests.support.run_infos import make_run
from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui.components.review.finding_list import FindingList

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACED = Finding(FindingKind.REQUEST, "GET /items answers 500", "main.py", 7)
BLANK = Finding(FindingKind.BLANK, "Nothing is drawn.")


class DrawnList:
    """A list on a page, what it finds, how often it asked, and where its presses led."""

    def __init__(self) -> None:
        self.found: list[Finding] = [PLACED, BLANK]
        self.asked = 0
        self.fails = False
        self.jumps: list[tuple[str, int | None]] = []
        self.element = FindingList(self.find, lambda path, line: self.jumps.append((path, line)))

    async def find(self, _run: RunInfo) -> Sequence[Finding]:
        self.asked += 1
        if self.fails:
            raise Unavailable("The database does not answer.")
        return self.found


@pytest_asyncio.fixture(loop_scope="session")
async def drawn(user: SimulatedUser) -> DrawnList:
    await user.open("/login")
    with user.client:
        return DrawnList()


async def test_what_was_found_is_listed_and_leads_to_its_line(user: SimulatedUser, drawn: DrawnList) -> None:
    run = make_run(findings=2)
    drawn.element.show(run)
    for shown in ("2 errors when it ran", "main.py:7", PLACED.message, BLANK.message):
        await user.expect_text(shown)
    for entry in [each for each in drawn.element.descendants() if "lw-folded-list-entry" in each.classes]:
        UserInteraction(user._user, {entry}, None).click()
    await wait_until(lambda: drawn.jumps)
    assert drawn.jumps == [("main.py", 7)]
    drawn.element.show(run)
    assert drawn.asked == 1
    drawn.element.show(make_run(findings=0))
    assert "lw-hidden" in drawn.element.classes


async def test_without_findings_nothing_is_asked(drawn: DrawnList) -> None:
    for run in (None, make_run(), make_run(findings=0)):
        drawn.element.show(run)
    assert (drawn.asked, "lw-hidden" in drawn.element.classes) == (0, True)


async def test_a_database_that_does_not_answer_is_asked_again(user: SimulatedUser, drawn: DrawnList) -> None:
    drawn.fails = True
    drawn.element.show(make_run(findings=2))
    task = drawn.element._task
    assert task is not None
    await task
    drawn.fails = False
    drawn.element.show(make_run(findings=2))
    await user.expect_text("2 errors when it ran")
