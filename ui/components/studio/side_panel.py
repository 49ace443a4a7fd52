"""One side of a project: its run with bar, files, code and a line to ask for a change."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from core.catalog.stacks import Side
from core.runs.log import RunLog
from core.runs.state import RunInfo
from ui.components.code.code_view import CodeView, Document
from ui.components.code.file_tree import FileTree
from ui.components.code.problem_list import ProblemList
from ui.components.code.review_results import Findings, Review
from ui.components.code.status_line import StatusLine
from ui.components.preview.preview_frame import Preview
from ui.components.studio.run_bar import RunBar, Ways, amount
from ui.components.studio.side_tabs import Look
from ui.elements import box, button, complain, guarded, see, text

Refine = Callable[[str], Awaitable[None]]


class SidePanel(ui.element):
    """Shows one run of its side at a time, live or ended. ``current`` is the id of the side's current version."""

    def __init__(self, side: Side, ways: Ways, refine: Refine, review: Review) -> None:
        super().__init__("div")
        self.classes("lw-side")
        self.log: RunLog[RunInfo] | None = None
        self.current: str | None = None
        self._look = Look.CODE
        self._side = side
        with self:
            self._bar = RunBar(ways)
            with box("lw-work code") as self._work:
                with box("lw-empty") as self._empty:
                    text(f"No {side} yet", tag="b")
                    text(
                        f"Say what the app should do, press Generate {side.capitalize()} (Live), and watch it written."
                    )
                view = CodeView(side, self._documents_changed)
                self._tree = FileTree(view, self._choose)
                self._view = view
                self._findings = Findings(view, review)
                self._tree.move(target_index=1)
                self._preview = Preview() if side is Side.FRONTEND else None
            self._problems = ProblemList(self._jump)
            self._refine_row(refine)
            self._status = StatusLine(self._show_form)
        self._arrange()

    @property
    def run(self) -> RunInfo | None:
        """The run in view, as it is now."""
        return self.log.state if self.log else None

    @property
    def formatted(self) -> bool:
        """Whether files are wanted formatted rather than as they were written."""
        return self._findings.formatted

    @property
    def looked_at(self) -> Look | None:
        """What of it is in view; None where there is nothing to choose."""
        return self._look if self._preview and self.log else None

    def look(self, look: Look) -> None:
        """Put the code, the preview or both in view."""
        self._look = look
        self._work.classes(replace=f"lw-work {look}")
        self._show_preview()

    def follow(self, log: RunLog[RunInfo], seam: int | None = None) -> None:
        """Show this run from its beginning; at ``seam`` it goes on from an earlier one."""
        if log is self.log:
            return
        self.log = log
        self._findings.follow(log)
        self._view.follow(log, seam)
        self._arrange()
        self._tree.draw()
        self.tick()

    def close(self) -> None:
        """Nobody looks any more."""
        self._findings.close()

    def tick(self) -> None:
        """Bring the figures up to date."""
        run = self.run
        if self._findings.tick():
            self._tree.draw()
        writing = self._view.writing
        files = {document.path for document in self._view.files}
        lines = sum({d.path: d.lines for d in self._view.files}.values()) if run and not run.live else 0
        current = run is not None and run.id == self.current
        saved, thought = amount(len(files), lines), self._thought(run)
        self._bar.show(run, writing.path if writing else None, saved, current=current, thought=thought)
        self._tree.count()
        self._problems.show(self._view.files if run else [])
        self._status.show(run, self._view.shown, self._findings)
        self._show_preview()

    def _thought(self, run: RunInfo | None) -> str:
        return self.log.thoughts().text[-80:].replace("\n", " ") if self.log and run and run.progress else ""

    def _show_preview(self) -> None:
        if self._preview is None:
            return
        if self.run and self._look is not Look.CODE:
            self._preview.show(self.run, self._view.files, ended=self._view.ended)
        else:
            self._preview.rest()

    def _show_form(self, *, formatted: bool) -> None:
        self._findings.show(formatted=formatted)
        self._tree.draw()
        self.tick()

    def _jump(self, document: Document, line: int) -> None:
        if self._look is Look.PREVIEW:
            self.look(Look.CODE)
        if document is not self._view.shown:
            self._choose(document)
        self._view.jump(line)

    def _choose(self, document: Document) -> None:
        self._view.show(document)
        self._tree.draw()
        self.tick()

    def _documents_changed(self) -> None:
        self._arrange()
        self._tree.draw()
        self.tick()

    def _arrange(self) -> None:
        """Code where there is a run, a word of what to do where there is none."""
        see(self._empty, not self.log)
        for element in filter(None, (self._tree, self._view, self._preview)):
            see(element, self.log)

    def _refine_row(self, refine: Refine) -> None:
        async def send() -> None:
            if not (wish := (line.value or "").strip()):
                complain("Write what should change.")
                return
            await refine(wish)
            line.set_value("")

        with box("lw-refine"):
            line = ui.input(placeholder="Ask for a change: “members can bring a friend”")
            line.props("outlined dense hide-bottom-space").classes("lw-field lw-grow")
            line.props["aria-label"] = f"Ask for a change of the {self._side}"
            line.on("keydown.enter", guarded(send))
            button("Refine", send)
