"""The files of a run as they come, in folders, in the order of their first appearance."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from nicegui import background_tasks, ui

from core.files.source_file import TreeNode, build_tree
from core.text import pluralize
from core.versions.diff import ChangeType
from core.workers.turns import Turn, turns
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.display_text import CHANGE_MARKS, format_size
from ui.elements import on_event, set_visible, text, toggle_class

_FULL_ANSWER_PATH = ""
"""The key of the entry for the whole answer, which has no path."""


class FileTree(ui.element):
    """A button for each file, with the one being written marked, and one for the whole answer.

    A file keeps its element when the tree is drawn again, so that no press and no focus is lost.
    """

    def __init__(self, view: CodeView, on_select: Callable[[Document], None]) -> None:
        super().__init__("nav")
        self.classes("lw-file-tree")
        self.props["aria-label"] = "Files"
        self._code_view = view
        self._on_select = on_select
        self._entries: dict[str, ui.element] = {}
        self._documents: dict[str, Document] = {}
        self._undrawn: Iterator[tuple[int, tuple[TreeNode, int]]] = iter(())
        self._drawing: asyncio.Task[None] | None = None
        with self:
            self._rest = text("", "folder")
        set_visible(self._rest, False)

    def draw(self) -> None:
        """Draw what has changed: files, their marks, and which one is in view."""
        self._documents = {document.path: document for document in self._code_view.files if document.path}
        nodes = list(_walk_tree(build_tree(self._documents), 0))
        if self._documents:
            nodes.append((TreeNode("Whole answer", _FULL_ANSWER_PATH), 0))
        for removed_key in self._entries.keys() - {_node_key(node) for node, _ in nodes}:
            self._entries.pop(removed_key).delete()
        hidden = self._code_view.documents.hidden_files
        self._rest.set_text(f"and {hidden:,} more, which the download has" if hidden else "")
        set_visible(self._rest, hidden)
        self._undrawn = enumerate(nodes)
        if (self._drawing is None or self._drawing.done()) and not self._draw_part(Turn()):
            self._drawing = background_tasks.create(self._draw_rest(), name="files of a run", context=self)

    async def _draw_rest(self) -> None:
        while not self.is_deleted and not self._draw_part(await turns.take()):
            pass

    def _draw_part(self, turn: Turn) -> bool:
        """Draw the next entries; whether these were the last."""
        for index, (node, depth) in self._undrawn:
            self._draw_entry(index, node, depth)
            if turn.is_over:
                return False
        return True

    def _draw_entry(self, index: int, node: TreeNode, depth: int) -> None:
        entry = self._entry_of(node, depth)
        # Moved only where it must be: whatever moves loses focus.
        if self.default_slot.children[index] is not entry:
            entry.move(target_index=index)
        if isinstance(entry, FileEntry):
            entry.show(self._documents.get(node.path, self._code_view.full_answer), self._code_view)

    def update_line_count(self) -> None:
        """Draw the number of lines of the file that is being written."""
        if (active := self._code_view.active_file) and isinstance(
            entry := self._entries.get(active.path or _FULL_ANSWER_PATH), FileEntry
        ):
            entry.show_line_count(active, is_active=True)

    def _entry_of(self, node: TreeNode, depth: int) -> ui.element:
        if (key := _node_key(node)) not in self._entries:
            with self:
                entry = text(node.name, "folder") if node.children else FileEntry(node, self._on_select)
            self._entries[key] = entry.style(f"--depth: {depth}")
        return self._entries[key]


class FileEntry(ui.element):
    """The button of one file, or of the whole answer."""

    def __init__(self, node: TreeNode, on_select: Callable[[Document], None]) -> None:
        super().__init__("button")
        toggle_class(self, "whole-answer", not node.path)
        self.props["type"] = "button"
        self._document: Document | None = None
        self._drawn: tuple[object, ...] = ()
        self._on_select = on_select
        on_event(self, "click", self._on_click)
        with self:
            text(node.name, "name")
            self._change_mark = text("", tag="b")
            self._problem_count = text("", "lw-problem-count")
            self._line_count = text("", tag="em")

    def show(self, document: Document, view: CodeView) -> None:
        """Draw what has changed of it."""
        self._document = document
        is_active = document is view.active_file
        drawn = (
            document,
            document is view.shown,
            is_active,
            document.change_type,
            document.problems,
            document.log.length,
        )
        if drawn == self._drawn:
            return
        self._drawn = drawn
        toggle_class(self, "selected", document is view.shown)
        toggle_class(self, "writing", is_active)
        self._change_mark.set_text(CHANGE_MARKS.get(document.change_type, ""))
        self._change_mark.classes(replace=_change_mark_classes(document.change_type))
        self._problem_count.set_text(str(len(document.problems)))
        set_visible(self._problem_count, document.problems)
        set_visible(self._line_count, document.path)
        if document.path:
            self.show_line_count(document, is_active=is_active)
            if self.props.get("title") != (title := summarize(document)):
                self.props["title"] = title

    def _on_click(self) -> None:
        if self._document:
            self._on_select(self._document)

    def show_line_count(self, document: Document, *, is_active: bool) -> None:
        """Draw the number of lines, with a dot while the file is being written."""
        self._line_count.set_text(f"● {document.lines}" if is_active else str(document.lines))


def _change_mark_classes(change_type: ChangeType) -> str:
    return f"lw-change-mark {change_type}" if change_type in CHANGE_MARKS else "lw-hidden"


def _node_key(node: TreeNode) -> str:
    """Folders end with a slash: a file of another run may have had the same path."""
    return f"{node.path}/" if node.children else node.path


def _walk_tree(nodes: Iterable[TreeNode], depth: int) -> Iterator[tuple[TreeNode, int]]:
    for node in nodes:
        yield node, depth
        yield from _walk_tree(node.children, depth + 1)


def summarize(document: Document) -> str:
    """The tooltip of a file: ``app/main.py · 12 lines · 312 B · 1 problem``."""
    parts = [document.path, pluralize(document.lines, "line"), format_size(document.log.text)]
    if document.problems:
        parts.append(pluralize(len(document.problems), "problem"))
    return " · ".join(filter(None, parts))
