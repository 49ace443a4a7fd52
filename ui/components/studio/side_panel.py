"""One side of a project: the run in view with its bar, files and code, and a field to ask for a change."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import background_tasks, ui

from core.catalog import stacks
from core.catalog.stacks import Side
from core.generation.waiting import RunAhead
from core.projects.project import Project
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.unassigned import NO_FILES
from ui.components.app.app_view import ShownVersion
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.components.code.file_tree import FileTree
from ui.components.code.hand_editing import EditActions, HandEditing
from ui.components.code.status_line import StatusLine
from ui.components.review.finding_list import Find, FindingList
from ui.components.review.problem_list import ProblemList
from ui.components.review.review_results import Review, ReviewResults
from ui.components.review.unassigned_list import UnassignedList
from ui.components.run.faces import Face, FaceAction, face_of, new_face
from ui.components.run.run_actions import RunAction, actions_of
from ui.components.run.run_bar import RunBar
from ui.components.run.run_face import RunFace
from ui.components.studio.pane_edge import Pane, PaneEdge
from ui.components.studio.refine_form import Refine, RefineForm
from ui.display_text import format_file_totals
from ui.elements import Action, box, set_visible

TICK_SECONDS = 1.0
"""While a run is live: between two drawings of its time, its speed and its progress, which tell nobody of changes."""


@dataclass(frozen=True, slots=True)
class PanelActions:
    """What a panel has done by its page. ``ahead`` gives what a queued run waits for, ``missing`` the face of a run
    without its model.
    """

    run: Mapping[RunAction, Action]
    face: Mapping[FaceAction, Action]
    refine: Refine
    review: Review
    edits: EditActions
    find: Find
    ahead: Callable[[RunInfo], Sequence[RunAhead]]
    missing: Callable[[RunInfo, bool], Face | None]


class SidePanel(ui.element):
    """Shows one run of its side at a time, live or ended. ``current_run_id`` is the side's current version.

    ``draw_listeners`` are called when the run in view, its files or its state have changed, ``jump_listeners`` before
    a line of the code is shown; ``refine_field`` is the one to ask for a change in.
    """

    def __init__(self, project: Project, side: Side, actions: PanelActions) -> None:
        super().__init__("div")
        self.classes("lw-side-panel")
        self.log: RunLog[RunInfo] | None = None
        self._side = side
        self._find_ahead, self._find_missing = actions.ahead, actions.missing
        self.draw_listeners: list[Callable[[], None]] = []
        self.jump_listeners: list[Callable[[], None]] = []
        self._tick_task: asyncio.Task[None] | None = None
        self.client.on_delete(self.close)
        with self:
            self._run_bar = RunBar(actions.run)
            with box("lw-workspace"):
                self._face = RunFace(actions.face, self._update_visibility)
                self._code_view = CodeView(side, self._draw_documents, self.draw)
                self.hand_editing = HandEditing(self._code_view, actions.edits, self._show_document)
                self._file_tree = FileTree(self._code_view, self._show_document)
                self._review_results = ReviewResults(self._code_view, actions.review, self._draw_documents)
                # Made after the view that it needs, shown before it.
                self._file_tree.move(target_index=1)
                PaneEdge(Pane.FILES)
            self._unassigned_list = UnassignedList(self.jump_to_line)
            self._problem_list = ProblemList(self.jump_to_line)
            self._finding_list = FindingList(actions.find, self.show_place)
            self._refine_form = RefineForm(side, actions.refine)
            self.refine_field = self._refine_form.field
            self._status_line = StatusLine(self._set_formatted)
        self.set_project(project)
        self._update_visibility()

    def set_project(self, project: Project) -> None:
        """Take over the names of the project and of its stack, and which version is the current one."""
        self._project_name = project.name
        self._stack_label = stacks.find_stack(project.stack_id_of(self._side), self._side).label
        self.current_run_id = project.run_id_of(self._side)

    @property
    def run(self) -> RunInfo | None:
        """The newest state of the run in view."""
        return self.log.state if self.log else None

    @property
    def formatted(self) -> bool:
        """Whether files are shown and downloaded formatted, not as the model wrote them."""
        return self._review_results.formatted

    @property
    def shown_version(self) -> ShownVersion | None:
        """The run in view with its files, as far as they have come."""
        run = self.run
        return ShownVersion(run, self._code_view.files, self._code_view.ended) if run else None

    @property
    def shown_path(self) -> str | None:
        """The path of the file in view; None for the whole answer."""
        return self._code_view.shown.path

    @property
    def documents(self) -> list[Document]:
        """The files of the run in view; its whole answer where it has none."""
        return self._code_view.files or [self._code_view.full_answer]

    @property
    def possible_actions(self) -> tuple[RunAction, ...]:
        """What can be done with the run in view."""
        run = self.run
        is_current = bool(run and run.id == self.current_run_id)
        return actions_of(run, is_current=is_current, has_files=self._has_files(run)) if run else ()

    def has_file(self, path: str) -> bool:
        """Whether the run in view has a file of this path."""
        return any(file.path == path for file in self._code_view.files)

    def show_place(self, path: str, line: int | None) -> None:
        """Show a line of one of the served files, if there is such a file, in the form that is in view."""
        if document := next((file for file in self._code_view.files if file.path == path), None):
            self.jump_to_line(document, self._review_results.line_in_view(path, line or 1))

    def follow(self, log: RunLog[RunInfo], splice_offset: int | None = None, path: str | None = None) -> None:
        """Show this run from its beginning, at its end the file of this path, if it has one.

        Up to ``splice_offset`` its text is an earlier run's.
        """
        if log is self.log:
            return
        self.close()
        self.log = log
        self._review_results.follow(log)
        self._code_view.follow(log, splice_offset, path)
        self._draw_documents()
        if not log.closed:
            self._tick_task = background_tasks.create(
                self._tick(log), name=f"figures of run {log.state.id}", context=self
            )

    def close(self) -> None:
        """Stop drawing the figures."""
        if self._tick_task:
            self._tick_task.cancel()
            self._tick_task = None

    async def _tick(self, log: RunLog[RunInfo]) -> None:
        while not log.closed:
            await asyncio.sleep(TICK_SECONDS)
            self.draw()

    def draw(self) -> None:
        """Draw the run's status and figures, and whatever follows the file in view."""
        run = self.run
        self._review_results.update()
        self.hand_editing.update(is_checking=self._review_results.is_checking)
        face = self._find_face()
        if run is None:
            self._run_bar.show_empty(self._stack_label)
        else:
            self._draw_run_bar(run, has_face=bool(face and face.actions))
        self._face.show(face)
        self._file_tree.draw()
        self._problem_list.show(self._code_view.files if run else [])
        self._finding_list.show(run)
        self._unassigned_list.show(self._code_view.documents.unassigned, self._code_view.full_answer)
        self._status_line.show(run, self._code_view.shown, self._review_results)
        for listener in self.draw_listeners:
            listener()

    def _draw_run_bar(self, run: RunInfo, *, has_face: bool) -> None:
        active = self._code_view.active_file
        paths = {document.path for document in self._code_view.files}
        # By path: a file that the model has written twice counts once.
        line_total = 0 if run.is_live else sum({d.path: d.lines for d in self._code_view.files}.values())
        has_files = self._has_files(run)
        self._run_bar.show(
            run,
            active.path if active else None,
            format_file_totals(len(paths), line_total, self._code_view.documents.hidden_files)
            if has_files
            else NO_FILES,
            is_current=run.id == self.current_run_id,
            has_files=has_files,
            thinking=self._code_view.documents.latest_thinking(self.log),
            has_face=has_face,
        )

    def _find_face(self) -> Face | None:
        run = self.run
        if self.log is None or run is None:
            return new_face(self._side, self._project_name)
        return self._find_missing(run, self.log.length > 0) or face_of(
            run,
            datetime.now(UTC),
            has_text=self.log.length > 0,
            # Not before all of it is read: until then nobody knows.
            has_files=not self._code_view.ended or self._has_files(run),
            has_current=self.current_run_id not in (None, run.id),
            ahead=self._find_ahead(run),
            unassigned=len(self._code_view.documents.unassigned),
        )

    def _has_files(self, run: RunInfo) -> bool:
        return self._code_view.documents.found_files or run.is_by_person

    def _draw_documents(self) -> None:
        """Draw everything: the list of files or their state has changed, or another one is in view."""
        self._update_visibility()
        self.draw()

    def _set_formatted(self, *, formatted: bool) -> None:
        self._review_results.set_formatted(formatted=formatted)
        self._draw_documents()

    def jump_to_line(self, document: Document, line: int) -> None:
        """Show a line (from 1) of a document of the run in view."""
        for listener in self.jump_listeners:
            listener()
        if document is not self._code_view.shown:
            self._show_document(document)
        self._code_view.jump_to_line(line)

    def _show_document(self, document: Document) -> None:
        self._code_view.show(document)
        self._draw_documents()

    def _update_visibility(self) -> None:
        """Show the files and the code unless a face stands in their place; ask for a change where there is a run."""
        shows_code = self.log and not self._face.fills
        set_visible(self._code_view, shows_code)
        set_visible(self._file_tree, shows_code and (self._code_view.files or not self._code_view.ended))
        set_visible(self._refine_form, self.log)
