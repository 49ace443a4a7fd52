"""The files of a run, as they come: folders in the order in which they were first seen."""

from collections.abc import Callable, Sequence

from nicegui import ui

from core.compare import Way
from core.files import Node, tree
from core.text import count
from ui.components.code_view import CodeView, Document
from ui.elements import Plain, box, listen, text
from ui.words import size

MARKS = {Way.NEW: "N", Way.CHANGED: "M"}
"""What became of a file since the version before."""


class FileTree(ui.element):
    """A button for each file, the one being written marked; and one for the whole answer."""

    def __init__(self, view: CodeView, choose: Callable[[Document], None]) -> None:
        super().__init__("nav")
        self.classes("lw-tree")
        self.props["aria-label"] = "Files"
        self._view = view
        self._choose = choose
        self._lines: Plain | None = None

    def draw(self) -> None:
        """Draw all of it: a file has opened or closed, or another one is in view."""
        self.clear()
        self._lines = None
        newest = {document.path: document for document in self._view.files if document.path}
        with self:
            self._level(tree(newest), newest, 0)
            if newest:
                self._entry("Whole answer", self._view.whole, 0).classes("all")

    def count(self) -> None:
        """Bring the lines of the file being written up to date."""
        if self._lines and (writing := self._view.writing):
            self._lines.say(f"● {writing.lines}")

    def _level(self, nodes: Sequence[Node], documents: dict[str, Document], depth: int) -> None:
        for node in nodes:
            if node.children:
                text(node.name, "d").style(_indent(depth))
                self._level(node.children, documents, depth + 1)
            else:
                self._entry(node.name, documents[node.path], depth)

    def _entry(self, name: str, document: Document, depth: int) -> ui.element:
        writing = document is self._view.writing
        entry = box("on" if document is self._view.shown else "", "button").classes("w" if writing else "")
        listen(entry.style(_indent(depth)), "click", lambda: self._choose(document))
        if document.path:
            entry.props["title"] = _summary(document)
        with entry:
            text(name, "name")
            if document.way in MARKS:
                text(MARKS[document.way], f"m {document.way}", "b")
            if document.problems:
                text(str(len(document.problems)), "lw-problems-count")
            if document.path:
                lines = text(f"● {document.lines}" if writing else str(document.lines), tag="em")
                self._lines = lines if writing else self._lines
        return entry


def _summary(document: Document) -> str:
    parts = [document.path, count(document.lines, "line"), size(document.log.text)]
    if document.problems:
        parts.append(count(len(document.problems), "problem"))
    return " · ".join(filter(None, parts))


def _indent(depth: int) -> str:
    return f"padding-left: {8 + 14 * depth}px"
