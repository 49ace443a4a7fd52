"""The files of a run as they come, in folders, in the order of their first appearance."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial

from nicegui import events, ui

from core.files.source_file import TreeNode, build_tree
from core.text import pluralize
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.display_text import CHANGE_MARKS, format_size
from ui.elements import guard_action

_FULL_ANSWER_PATH = ""
"""The key of the row for the whole answer, which has no path."""


@dataclass(frozen=True, slots=True)
class Row:
    """A folder, a file or the whole answer as file_tree.js draws it; ``depth`` counts the folders around it.

    ``lines`` is None where their number is not told; ``change`` is the CSS class of ``mark``.
    """

    key: str
    name: str
    depth: int
    is_folder: bool = False
    title: str = ""
    lines: int | None = None
    problems: int = 0
    mark: str = ""
    change: str = ""
    is_selected: bool = False
    is_active: bool = False


class FileTree(ui.element, component="file_tree.js"):
    """A button for each file, with the one being written marked, and one for the whole answer.

    They are one element, to which the rows go that have changed: with some elements for each file a page of hundreds
    would take seconds of the server's time.
    """

    def __init__(self, view: CodeView, on_select: Callable[[Document], None]) -> None:
        super().__init__()
        self._code_view = view
        self._on_select = on_select
        self._documents: dict[str, Document] = {}
        self._nodes: list[tuple[TreeNode, int]] = []
        self._rows: list[Row] = []
        self._rest = ""
        self._known: dict[str, tuple[tuple[object, ...], Row]] = {}
        self._is_mounted = False
        self.on("choose", self._choose)
        self.on("resync", self._resync, [])

    @property
    def rows(self) -> list[Row]:
        """What is drawn, from the top."""
        return self._rows

    @property
    def rest(self) -> str:
        """What is said of files that have no row; empty if all have one."""
        return self._rest

    def draw(self) -> None:
        """Draw what has changed: files, their marks, and which one is in view."""
        documents = {document.path: document for document in self._code_view.files if document.path}
        if list(documents) != list(self._documents):
            self._nodes = list(_walk_tree(build_tree(documents), 0))
            if documents:
                self._nodes.append((TreeNode("Whole answer", _FULL_ANSWER_PATH), 0))
            self._known = {path: known for path, known in self._known.items() if path in documents}
        self._documents = documents
        hidden = self._code_view.documents.hidden_files
        rest = f"and {hidden:,} more, which the download has" if hidden else ""
        rows = [self._row_of(node, depth) for node, depth in self._nodes]
        changed = [index for index, row in enumerate(rows) if self._rows[index : index + 1] != [row]]
        if changed or len(rows) != len(self._rows) or rest != self._rest:
            self._rows, self._rest = rows, rest
            self._send(changed)

    def _row_of(self, node: TreeNode, depth: int) -> Row:
        if node.children:
            return Row(f"{node.path}/", node.name, depth, is_folder=True)
        document = self._documents.get(node.path, self._code_view.full_answer)
        # To count lines reads the text: only where something has changed.
        state = (
            depth,
            document,
            document.log.length,
            document.problems,
            document.change_type,
            document is self._code_view.shown,
            document is self._code_view.active_file,
        )
        known = self._known.get(node.path)
        if known is None or known[0] != state:
            known = self._known[node.path] = state, self._new_row(node, depth, document)
        return known[1]

    def _new_row(self, node: TreeNode, depth: int, document: Document) -> Row:
        is_selected = document is self._code_view.shown
        if not document.path:
            return Row(node.path, node.name, depth, is_selected=is_selected)
        mark = CHANGE_MARKS.get(document.change_type, "")
        return Row(
            node.path,
            node.name,
            depth,
            title=summarize(document),
            lines=document.lines,
            problems=len(document.problems),
            mark=mark,
            change=document.change_type.value if mark else "",
            is_selected=is_selected,
            is_active=document is self._code_view.active_file,
        )

    def _send(self, indices: Iterable[int]) -> None:
        # Before it is mounted, ``_resync`` is still to come and sends everything.
        if self._is_mounted:
            changed = [(index, asdict(self._rows[index])) for index in indices]
            self.run_method("setRows", len(self._rows), changed, self._rest)

    def _resync(self) -> None:
        self._is_mounted = True
        self._send(range(len(self._rows)))

    async def _choose(self, event: events.GenericEventArguments) -> None:
        path = event.args
        document = self._documents.get(path) if path else self._code_view.full_answer
        if document:
            await guard_action(partial(self._on_select, document))()


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
