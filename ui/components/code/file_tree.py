"""The files of a run, as they come: folders in the order in which they were first seen."""

from collections.abc import Callable, Iterable, Iterator

from nicegui import ui

from core.files.source_file import Node, tree
from core.text import count
from core.versions.diff import Way
from ui.components.code.code_view import CodeView, Document
from ui.display_text import size
from ui.elements import listen, see, text

MARKS = {Way.NEW: "N", Way.CHANGED: "M"}
"""What became of a file since the version before."""

_WHOLE = ""
"""What stands for the path of the whole answer."""


class FileTree(ui.element):
    """A button for each file, the one being written marked; and one for the whole answer.

    Drawn as often as one likes: each file stays the element it is, so that no press on it and no focus is lost.
    """

    def __init__(self, view: CodeView, choose: Callable[[Document], None]) -> None:
        super().__init__("nav")
        self.classes("lw-tree")
        self.props["aria-label"] = "Files"
        self._view = view
        self._choose = choose
        self._lines: dict[str, ui.element] = {}

    def draw(self) -> None:
        """Draw what is news: a file has opened or closed, or another one is in view."""
        newest = {document.path: document for document in self._view.files if document.path}
        nodes = list(_level(tree(newest), 0))
        if newest:
            nodes.append((Node("Whole answer", _WHOLE), 0))
        for gone in self._lines.keys() - {_key(node) for node, _ in nodes}:
            self._lines.pop(gone).delete()
        for place, (node, depth) in enumerate(nodes):
            line = self._line(node, depth)
            if self.default_slot.children[place] is not line:
                line.move(target_index=place)
            if isinstance(line, Entry):
                line.show(newest.get(node.path, self._view.whole), self._view)

    def count(self) -> None:
        """Bring the lines of the file being written up to date."""
        if (writing := self._view.writing) and isinstance(line := self._lines.get(writing.path or _WHOLE), Entry):
            line.count(writing, writes=True)

    def _line(self, node: Node, depth: int) -> ui.element:
        if (key := _key(node)) not in self._lines:
            with self:
                line = text(node.name, "d") if node.children else Entry(node, self._choose)
            self._lines[key] = line.style(f"padding-left: {8 + 14 * depth}px")
        return self._lines[key]


class Entry(ui.element):
    """One file, or the whole answer."""

    def __init__(self, node: Node, choose: Callable[[Document], None]) -> None:
        super().__init__("button")
        self.classes("" if node.path else "all")
        self.props["type"] = "button"
        self._document: Document | None = None
        self._choose = choose
        listen(self, "click", self._press)
        with self:
            text(node.name, "name")
            self._way = text("", tag="b")
            self._problems = text("", "lw-problems-count")
            self._lines = text("", tag="em")

    def show(self, document: Document, view: CodeView) -> None:
        """Draw what is news of it."""
        self._document = document
        writes = document is view.writing
        for look, on in {"on": document is view.shown, "w": writes}.items():
            self.classes(add=look if on else "", remove="" if on else look)
        self._way.say(MARKS.get(document.way, ""))
        self._way.classes(replace=f"m {document.way}" if document.way in MARKS else "lw-hidden")
        self._problems.say(str(len(document.problems)))
        see(self._problems, document.problems)
        see(self._lines, document.path)
        if document.path:
            self.count(document, writes=writes)
            if self.props.get("title") != (title := _summary(document)):
                self.props["title"] = title

    def _press(self) -> None:
        if self._document:
            self._choose(self._document)

    def count(self, document: Document, *, writes: bool) -> None:
        """Bring the lines up to date."""
        self._lines.say(f"● {document.lines}" if writes else str(document.lines))


def _key(node: Node) -> str:
    """A folder may have the name that a file of another run had."""
    return f"{node.path}/" if node.children else node.path


def _level(nodes: Iterable[Node], depth: int) -> Iterator[tuple[Node, int]]:
    for node in nodes:
        yield node, depth
        yield from _level(node.children, depth + 1)


def _summary(document: Document) -> str:
    parts = [document.path, count(document.lines, "line"), size(document.log.text)]
    if document.problems:
        parts.append(count(len(document.problems), "problem"))
    return " · ".join(filter(None, parts))
