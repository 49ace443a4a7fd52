"""The files of a run: their tooltips, and what of them goes to the browser."""

from typing import Any

import pytest
import pytest_asyncio

from core.catalog.stacks import Side
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.components.code.file_tree import FileTree, summarize

pytestmark = pytest.mark.asyncio(loop_scope="session")


def document(*problems: Problem, path: str = "app/main.py") -> Document:
    return Document.from_file("r", SourceFile(path, "python", "x = 1\n" * 2), problems)


async def test_a_file_is_summed_up_in_its_tooltip() -> None:
    assert summarize(document()) == "app/main.py · 2 lines · 12 B"


class SentRows:
    """A tree that is mounted, and what it has sent."""

    def __init__(self, tree: FileTree, view: CodeView) -> None:
        self.tree, self._view = tree, view
        self.calls: list[tuple[int, list[int], str]] = []
        tree.run_method = self._note  # type: ignore[method-assign, assignment]
        tree._resync()
        self.calls.clear()

    def _note(self, name: str, count: int, changed: list[tuple[int, dict[str, Any]]], rest: str) -> None:
        assert name == "setRows"
        self.calls.append((count, [index for index, _ in changed], rest))

    def draw(self, *documents: Document, hidden: int = 0) -> list[tuple[int, list[int], str]]:
        self._view._documents.files = list(documents)
        self._view._documents.hidden_files = hidden
        self.tree.draw()
        calls, self.calls = self.calls, []
        return calls


@pytest_asyncio.fixture(loop_scope="session")
async def sent(user: SimulatedUser) -> SentRows:
    await user.open("/login")
    with user.client:
        view = CodeView(Side.BACKEND, lambda: None, lambda: None)
        return SentRows(FileTree(view, lambda _: None), view)


async def test_only_what_has_changed_is_sent(sent: SentRows) -> None:
    first, second, third = (document(path=path) for path in ("app/a.py", "app/b.py", "c.py"))
    assert sent.draw(first, second) == [(4, [0, 1, 2, 3], "")]
    assert [(row.key, row.depth) for row in sent.tree.rows] == [("app/", 0), ("app/a.py", 1), ("app/b.py", 1), ("", 0)]
    assert sent.draw(first, second) == []
    second.problems = (Problem(1, 1, "This is wrong."),)
    assert sent.draw(first, second) == [(4, [2], "")]
    assert sent.tree.rows[2].problems == 1
    assert sent.draw(first, second, third) == [(5, [3, 4], "")]
    assert sent.draw(first) == [(3, [2], "")]
    assert sent.draw() == [(0, [], "")]


async def test_everything_is_sent_to_a_browser_that_has_nothing(sent: SentRows) -> None:
    sent.draw(document())
    sent.tree._resync()
    assert sent.calls == [(3, [0, 1, 2], "")]


async def test_the_same_path_in_another_run_is_another_file(sent: SentRows) -> None:
    sent.draw(document(path="a.py"))
    other = Document.from_file("s", SourceFile("a.py", "python", "x\n"), ())
    assert sent.draw(other) == [(2, [0], "")]
    assert sent.tree.rows[0].lines == 1


async def test_files_that_are_not_shown_are_counted(sent: SentRows) -> None:
    assert sent.draw(document(path="a.py"), hidden=1234) == [(2, [0, 1], "and 1,234 more, which the download has")]
    assert sent.draw(document(path="b.py")) == [(2, [0], "")]
