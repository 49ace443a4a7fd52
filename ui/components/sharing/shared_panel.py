"""One side of a shared project: the run in view with its state, its files and its code; nothing to press that acts."""

from nicegui import ui

from core.catalog.stacks import Side
from core.runs.log_registry import Log
from core.runs.state import RunInfo
from ui.components.app.app_view import ShownVersion
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.components.code.file_tree import FileTree
from ui.components.code.status_line import StatusLine
from ui.components.review.review_results import Review, ReviewResults
from ui.components.run.run_bar import RunBar
from ui.display_text import format_file_totals
from ui.elements import box, set_visible, text


class SharedPanel(ui.element):
    """Shows one run of its side at a time, live or ended. ``on_draw`` is called when the run or its files change."""

    def __init__(self, side: Side, review: Review) -> None:
        super().__init__("div")
        self.classes("lw-shared-panel")
        self._log: Log | None = None
        with self:
            self._run_bar = RunBar({})
            with box("lw-workspace"):
                with box("lw-empty-state") as self._placeholder:
                    text(f"No {side} yet", tag="b")
                    text("It appears here as soon as its owner has it written.")
                self._code_view = CodeView(side, self._draw_documents, self.draw)
                self._file_tree = FileTree(self._code_view, self._show_document)
                self._results = ReviewResults(self._code_view, review, self._draw_documents)
                self._file_tree.move(target_index=1)
            self._status_line = StatusLine(self._set_formatted)
        self._draw_documents()

    @property
    def run(self) -> RunInfo | None:
        """The newest state of the run in view."""
        return self._log.state if self._log else None

    @property
    def shown_version(self) -> ShownVersion | None:
        """The run in view with its files, as far as they have come."""
        run = self.run
        return ShownVersion(run, self._code_view.files, self._code_view.ended) if run else None

    def follow(self, log: Log) -> None:
        """Show this run from its beginning."""
        if log is self._log:
            return
        self._log = log
        self._results.follow(log)
        self._code_view.follow(log)
        self._draw_documents()

    def draw(self) -> None:
        """Draw the run's status and figures."""
        run = self.run
        self._results.update()
        if run:
            self._draw_state(run)
        self._file_tree.draw()
        self._status_line.show(run, self._code_view.shown, self._results)

    def _draw_state(self, run: RunInfo) -> None:
        files = {document.path: document.lines for document in self._code_view.files}
        has_files = self._code_view.documents.found_files or run.is_by_person
        totals = format_file_totals(len(files), sum(files.values()), self._code_view.documents.hidden_files)
        active = self._code_view.active_file
        path = active.path if active else None
        self._run_bar.show(run, path, totals, is_current=True, has_files=has_files)

    def _draw_documents(self) -> None:
        set_visible(self._placeholder, not self._log)
        for element in (self._file_tree, self._code_view):
            set_visible(element, self._log)
        self.draw()

    def _show_document(self, document: Document) -> None:
        self._code_view.show(document)
        self._draw_documents()

    def _set_formatted(self, *, formatted: bool) -> None:
        self._results.set_formatted(formatted=formatted)
        self._draw_documents()
