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
from ui.components.code.file_tree import MAX_NEW_ENTRIES, FileTree, summarize

pytestmark = pytest.mark.asyncio(loop_scope="session")


def document(*problems: Problem) -> Document:
    return Document.from_file("r", SourceFile("app/main.py", "python", "x = 1\n" * 2), problems)


async def test_a_file_is_summed_up_in_its_tooltip() -> None:
    assert summarize(document()) == "app/main.py · 2 lines · 12 B"


async def test_many_files_are_drawn_a_few_at_a_time(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        view = CodeView(Side.BACKEND, lambda: None, lambda: None)
        tree = FileTree(view, lambda _: None)
    count = 2 * MAX_NEW_ENTRIES + 10
    view._documents.files = [
        Document.from_file("r", SourceFile(f"{number}.py", "python", "x\n"), ()) for number in range(count)
    ]
    tree.draw()
    drawn = [len(tree.default_slot.children)]
    async with asyncio.timeout(10):
        while drawn[-1] <= count:  # the whole answer has an entry, too
            await asyncio.sleep(0)
            drawn.append(len(tree.default_slot.children))
    assert max(after - before for before, after in itertools.pairwise(drawn)) <= MAX_NEW_ENTRIES
    assert drawn[0] == MAX_NEW_ENTRIES
