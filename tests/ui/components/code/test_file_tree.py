"""The files of a run: their tooltips, and thousands of them without a pause for others."""

import asyncio
import itertools

import pytest

from core.catalog.stacks import Side
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.components.code.file_tree import FileTree, summarize

pytestmark = pytest.mark.asyncio(loop_scope="session")


def document(*problems: Problem) -> Document:
    return Document.from_file("r", SourceFile("app/main.py", "python", "x = 1\n" * 2), problems)


async def test_a_file_is_summed_up_in_its_tooltip() -> None:
    assert summarize(document()) == "app/main.py · 2 lines · 12 B"


async def tree_of(user: SimulatedUser, count: int) -> FileTree:
    await user.open("/login")
    with user.client:
        view = CodeView(Side.BACKEND, lambda: None, lambda: None)
        tree = FileTree(view, lambda _: None)
    view._documents.files = [
        Document.from_file("r", SourceFile(f"{number}.py", "python", "x\n"), ()) for number in range(count)
    ]
    return tree


async def drawn_counts(tree: FileTree, end: int) -> list[int]:
    """How many entries there are after each turn of the loop."""
    tree.draw()
    counts = [len(tree._entries)]
    async with asyncio.timeout(10):
        while counts[-1] < end:
            await asyncio.sleep(0)
            counts.append(len(tree._entries))
    return counts


async def test_many_files_are_drawn_a_few_at_a_time(user: SimulatedUser, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = await tree_of(user, 40)
    monkeypatch.setattr("core.workers.turns.TURN_SECONDS", 0)
    counts = await drawn_counts(tree, 41)  # the whole answer has an entry, too
    assert counts[0] < 8
    assert max(after - before for before, after in itertools.pairwise(counts)) < 8


async def test_what_changes_meanwhile_is_drawn(user: SimulatedUser, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = await tree_of(user, 40)
    monkeypatch.setattr("core.workers.turns.TURN_SECONDS", 0)
    tree.draw()
    tree._code_view._documents.files = tree._code_view._documents.files[:3]
    await drawn_counts(tree, 4)
    await asyncio.sleep(0)
    assert list(tree._entries) == ["0.py", "1.py", "2.py", ""]


async def test_files_that_are_not_shown_are_counted(user: SimulatedUser) -> None:
    tree = await tree_of(user, 3)
    tree._code_view._documents.hidden_files = 1234
    await drawn_counts(tree, 4)
    assert "lw-hidden" not in tree._rest.classes
    assert tree._rest._text == "and 1,234 more, which the download has"
    tree._code_view._documents.hidden_files = 0
    tree.draw()
    assert "lw-hidden" in tree._rest.classes
