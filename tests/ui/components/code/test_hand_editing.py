"""Files changed by hand: what the browser sends in parts is saved as it is, or refused."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest
import pytest_asyncio
from nicegui import events

from core.catalog.stacks import Side
from core.errors import BadRequest, TooLarge
from core.files.source_file import SourceFile
from core.versions.file_changes import FileChanges
from tests.support.users.simulated_user import SimulatedUser
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.components.code.hand_editing import MAX_SENT_LENGTH, EditActions, HandEditing, SentChanges


def part(index: int, path: str, text: object, *, is_new: bool = False) -> dict[str, object]:
    return {"index": index, "path": path, "text": text, "isNew": is_new}


def sent_parts(*parts: object) -> SentChanges:
    sent = SentChanges()
    for each in parts:
        sent.add(each)
    return sent


def test_the_parts_of_a_file_are_put_together() -> None:
    sent = sent_parts(part(0, "a.py", "x"), part(1, "a.py", "y"), part(2, "b.py", None), part(3, "c", "", is_new=True))
    assert sent.take(4) == ({"a.py": "xy", "b.py": None, "c": ""}, {"c"})


@pytest.mark.parametrize("wrong", [None, [], part(1, "a.py", 1), part(2, "a.py", "x"), {"index": 1}])
def test_what_has_not_arrived_whole_is_refused(wrong: object) -> None:
    with pytest.raises(BadRequest):
        sent_parts(part(0, "a.py", "x"), wrong).take(2)


def test_more_than_can_be_kept_until_all_has_come_is_refused() -> None:
    half = "x" * (MAX_SENT_LENGTH // 2)
    with pytest.raises(TooLarge):
        sent_parts(part(0, "a.py", half), part(1, "a.py", half)).take(2)


class Edited:
    """A view whose files are edited: ``calls`` are what its browser is told, ``saved`` what is saved when it may be."""

    def __init__(self, user: SimulatedUser) -> None:
        self.user = user
        self.calls: list[tuple[Any, ...]] = []
        self.saved: list[tuple[str, FileChanges, Collection[str]]] = []
        self.gate = asyncio.Event()
        self.view = CodeView(Side.BACKEND, lambda: None, lambda: None)
        self.editing = HandEditing(self.view, EditActions(7, self.save), lambda _: None)
        self.view.run_method = lambda *call: self.calls.append(call)  # type: ignore[method-assign, assignment]

    async def save(self, run_id: str, changes: FileChanges, new_paths: Collection[str]) -> None:
        await self.gate.wait()
        self.saved.append((run_id, changes, new_paths))

    async def press_save(self, count: int = 1) -> None:
        self.editing._take_part(self._sent(part(0, "a.py", "x")))
        with self.user.client:
            await self.editing._end_parts(self._sent({"run": "r", "count": count}))

    def _sent(self, arguments: object) -> events.GenericEventArguments:
        return events.GenericEventArguments(sender=self.view, client=self.user.client, args=arguments)


@pytest_asyncio.fixture(loop_scope="session")
async def edited(user: SimulatedUser) -> Edited:
    await user.open("/login")
    with user.client:
        return Edited(user)


@pytest.mark.asyncio(loop_scope="session")
async def test_two_presses_save_once_and_the_browser_is_told_what_came_of_it(edited: Edited) -> None:
    assert edited.view.props["account"] == 7
    first = asyncio.create_task(edited.press_save())
    await asyncio.sleep(0)
    await edited.press_save()
    edited.gate.set()
    await first
    assert edited.saved == [("r", {"a.py": "x"}, frozenset())]
    await edited.press_save(count=2)
    assert len(edited.saved) == 1
    assert edited.calls[-1] == ("endSave", "r", False)
    assert ("endSave", "r", True) in edited.calls


@pytest.mark.asyncio(loop_scope="session")
async def test_files_are_changed_when_all_are_there_and_reviewed(edited: Edited) -> None:
    edited.editing._begin()
    edited.view._documents.files = [Document.from_file("r", SourceFile("a.py", "python", "x"), ())]
    edited.editing.update(is_checking=False)
    edited.view._log = edited.view.full_answer.log
    edited.view._documents.is_closed = True
    edited.editing.update(is_checking=True)
    assert not edited.editing.is_possible
    edited.editing.update(is_checking=False)
    edited.editing.update(is_checking=False)
    assert edited.calls == [("setEditable", False, []), ("setEditable", True, ["a.py"])]
