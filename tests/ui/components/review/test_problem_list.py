"""The list of problems: hidden without any, drawn when they change, and leading to each."""

import pytest
import pytest_asyncio

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code.document import Document
from ui.components.review.problem_list import ProblemList

pytestmark = pytest.mark.asyncio(loop_scope="session")

MISSING = Problem(3, 1, "`flask` is not declared.")
UNCLOSED = Problem(7, 5, "This bracket is never closed.")


def document(path: str, *problems: Problem) -> Document:
    return Document.from_file("r", SourceFile(path, "python", "x = 1\n" * 9), problems)


class DrawnList:
    """A list on a page, and where its presses led."""

    def __init__(self) -> None:
        self.jumps: list[tuple[str | None, int]] = []
        self.element = ProblemList(lambda document, line: self.jumps.append((document.path, line)))

    @property
    def is_hidden(self) -> bool:
        return "lw-hidden" in self.element.classes


@pytest_asyncio.fixture(loop_scope="session")
async def drawn(user: SimulatedUser) -> DrawnList:
    await user.open("/login")
    with user.client:
        return DrawnList()


async def test_it_is_shown_only_while_there_are_problems(user: SimulatedUser, drawn: DrawnList) -> None:
    assert drawn.is_hidden
    drawn.element.show([document("app.py", MISSING), document("db.py"), document("web.py", UNCLOSED)])
    assert not drawn.is_hidden
    for shown in ("2 problems", "app.py:3", MISSING.message, "web.py:7", UNCLOSED.message):
        await user.expect_text(shown)
    drawn.element.show([document("app.py"), document("web.py", UNCLOSED)])
    await user.expect_text("1 problem")
    await user.expect_no_text("app.py:3")
    drawn.element.show([document("app.py"), document("web.py")])
    assert drawn.is_hidden


async def test_an_unchanged_list_keeps_its_elements(drawn: DrawnList) -> None:
    drawn.element.show([document("app.py", MISSING)])
    entries = list(drawn.element.descendants())
    drawn.element.show([document("app.py", MISSING)])
    assert list(drawn.element.descendants()) == entries
    drawn.element.show([document("app.py", UNCLOSED)])
    assert list(drawn.element.descendants()) != entries
