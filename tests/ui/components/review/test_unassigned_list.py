"""The list of blocks that belong to no file: hidden without any, leading to each, and saving them."""

from typing import Any

import pytest
import pytest_asyncio
from nicegui import ui

from core.files.answer import parse_answer
from core.runs.log import RunLog
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code.document import Document
from ui.components.review.unassigned_list import MAX_BLOCKS, UnassignedList

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILE = "### FILE: a.py\n```python\nx = 1\n```\n"
BLOCKS = "\n```sh\nls\ncd a\n```\n\n```js\nlet a = 1;\n```\n"


def answer(text: str) -> Document:
    log: RunLog[Any] = RunLog(None, text, closed=True)
    return Document("r", None, "markdown", log)


class DrawnList:
    """A list on a page, and where its presses led."""

    def __init__(self) -> None:
        self.jumps: list[tuple[str, int]] = []
        self.element = UnassignedList(lambda document, line: self.jumps.append((document.id, line)))

    def show(self, text: str) -> None:
        self.element.show(parse_answer(text, "main.py").unassigned, answer(text))

    @property
    def is_hidden(self) -> bool:
        return "lw-hidden" in self.element.classes


@pytest_asyncio.fixture(loop_scope="session")
async def drawn(user: SimulatedUser) -> DrawnList:
    await user.open("/login")
    with user.client:
        return DrawnList()


async def test_it_is_shown_only_while_there_are_blocks(user: SimulatedUser, drawn: DrawnList) -> None:
    drawn.show(FILE)
    assert drawn.is_hidden
    drawn.show(FILE + BLOCKS)
    assert not drawn.is_hidden
    for shown in ("2 blocks belong to no file: keep what you need as a file", "line 7", "ls", "line 12", "let a = 1;"):
        await user.expect_text(shown)
    drawn.show(FILE + "```sh\nls\n```\n")
    await user.expect_text("1 block belongs to no file: keep what you need as a file")
    drawn.show(FILE)
    assert drawn.is_hidden


async def test_a_block_is_saved_under_a_number(drawn: DrawnList, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[tuple[str, str]] = []
    monkeypatch.setattr(ui.download, "content", lambda content, name: saved.append((name, content)))
    text = FILE + BLOCKS
    drawn.show(text)
    for number in (0, 1):
        drawn.element._save(number, answer(text))
    assert saved == [("block-1.sh", "ls\ncd a\n"), ("block-2.js", "let a = 1;\n")]


async def test_a_list_of_thousands_is_cut(drawn: DrawnList) -> None:
    drawn.show(FILE + "```sh\nls\n```\n\n" * (MAX_BLOCKS + 10))
    entries = [element for element in drawn.element.descendants() if "lw-folded-list-row" in element.classes]
    assert len(entries) == MAX_BLOCKS
