"""What a studio's buttons and keys start, stop and change; the page shows what comes of it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Protocol

from nicegui import background_tasks

from core.accounts.identity import User
from core.catalog import stacks
from core.catalog.stacks import Side
from core.errors import Conflict
from core.generation.waiting import RunAhead, runs_ahead
from core.projects.project import Project
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunKind
from core.runs.version_files import OVERLAY_KINDS
from core.studio import Studio
from core.uploads.unpack import UploadedFile
from core.uploads.uploads import UploadResult
from core.versions.file_changes import FileChanges
from ui.components.code.hand_editing import EditActions
from ui.components.review.review_results import ReviewedVersion
from ui.components.run.faces import FaceAction
from ui.components.run.run_actions import RunAction
from ui.components.sidebar.sidebar import Sidebar
from ui.components.studio.side_panel import PanelActions, SidePanel
from ui.components.versions.version_actions import VersionActions
from ui.pages.missing_models import MissingModels

StartRun = Callable[[int, str], Awaitable[RunInfo]]
"""Starts a run that is based on another, by its owner's id and its own."""


class CommandedPage(Protocol):
    """What a command needs to know of its page."""

    panels: dict[Side, SidePanel]
    sidebar: Sidebar

    @property
    def project_id(self) -> int:
        """The project."""

    @property
    def side(self) -> Side:
        """The side in view."""

    async def save(self) -> None:
        """Save the requirements."""

    async def show_run(self, side: Side, run_id: str) -> None:
        """Show this run."""

    def show_requirements(self) -> None:
        """Bring the requirements to the front where there is no room for all."""

    def draw(self) -> None:
        """Draw what depends on the runs' states."""


class StudioCommands:
    """Each works on the side in view, and on the run that is in view there."""

    def __init__(self, studio: Studio, user: User, page: CommandedPage, version_actions: VersionActions) -> None:
        self._studio = studio
        self._user = user
        self._page = page
        self._version_actions = version_actions
        self._missing_models = MissingModels(studio, user, page.draw, self._show_next)

    def panel_actions(self, side: Side) -> PanelActions:
        """What the panel of this side has done."""
        run_actions: Mapping[RunAction, Callable[[], object]] = {
            RunAction.STOP: self.stop,
            RunAction.CONTINUE: lambda: self._start_with_options(self._studio.versions.continue_run, side),
            RunAction.FIX: lambda: self.start_from_run(side, self._studio.fixes.start),
            RunAction.GENERATE_AGAIN: partial(self.generate, side),
            RunAction.RESTORE: lambda: self._with_run(self._version_actions.restore),
            RunAction.COMPARE: lambda: self._with_run(self._version_actions.compare),
            RunAction.DOWNLOAD: lambda: self._with_run(
                partial(self._version_actions.download, formatted=self._page.panels[side].formatted)
            ),
        }
        face_actions: Mapping[FaceAction, Callable[[], object]] = {
            FaceAction.TRY_AGAIN: lambda: self._start_with_options(self._studio.retries.start, side),
            FaceAction.GENERATE_AGAIN: partial(self.generate, side),
            FaceAction.CHANGE_WORDS: self._change_words,
            FaceAction.CHOOSE_MODEL: self._choose_model,
            FaceAction.PULL_MODEL: lambda: self._with_run(self._pull_model),
            FaceAction.STOP_PULL: lambda: self._with_run(self._missing_models.stop),
        }
        return PanelActions(
            run_actions,
            face_actions,
            refine=self._refine,
            review=self._review,
            edits=EditActions(self._user.id, self._save_edits),
            find=self._studio.trials.findings_of,
            ahead=self._runs_ahead,
            missing=self._missing_models.find_face,
        )

    async def generate(self, side: Side) -> None:
        """Start a run of this side, or show the one that is already live."""
        run_request = self._page.sidebar.options.run_request(side)
        await self._page.save()
        try:
            run_id = (await self._studio.runs.start(self._user.id, self._page.project_id, side, run_request)).id
        except Conflict as conflict:
            run_id = conflict.run_id or ""
        await self._page.show_run(side, run_id)

    def read_ahead(self, project: Project) -> None:
        """Have the engine read what is asked next, most likely: the side in view, where there is nothing of it yet."""
        side = self._page.side
        has_begun = project.run_id_of(side) or self._studio.runs.live_run(project.id, side)
        # A front end is told of the back end that is there, which is not known here.
        has_context = side is Side.FRONTEND and project.run_id_of(Side.BACKEND)
        if project.prompt.strip() and not (has_begun or has_context or self._page.sidebar.options.model):
            stack = stacks.find_stack(project.stack_id_of(side), side)
            reading = self._studio.prompt_reader.read(stack, project.prompt)
            background_tasks.create(reading, name=f"read ahead for project {project.id}")

    async def stop(self) -> None:
        """Stop the live run of the side in view."""
        if run := self._studio.runs.live_run(self._page.project_id, self._page.side):
            await self._studio.runs.stop(self._user.id, run.id)

    async def upload(self, side: Side, files: Sequence[UploadedFile]) -> UploadResult:
        """Make uploaded files this side's current version, and show it."""
        result = await self._studio.uploads.add(self._user.id, self._page.project_id, side, files)
        await self._page.show_run(side, result.run.id)
        return result

    async def start_from_run(self, side: Side, start: StartRun) -> None:
        """Start a run that is based on the one in view of this side, and show it."""
        if run := self._page.panels[side].run:
            await self._page.show_run(side, (await start(self._user.id, run.id)).id)

    async def _start_with_options(self, start: Callable[..., Awaitable[RunInfo]], side: Side) -> None:
        """The same with the model and the sampling that are chosen now."""
        overrides = self._page.sidebar.options.run_request(side)
        await self.start_from_run(side, lambda user_id, run_id: start(user_id, run_id, overrides))

    async def _with_run(self, action: Callable[[RunInfo], Awaitable[None]]) -> None:
        if run := self._page.panels[self._page.side].run:
            await action(run)

    async def _refine(self, instructions: str) -> None:
        side = self._page.side
        run = self._page.panels[side].run
        if run is None:
            raise Conflict("There is nothing to change yet: generate it first.")
        if run.is_live:
            raise Conflict("Wait until this is written, or stop it: then ask for a change.")
        if self._page.panels[side].hand_editing.has_unsaved:
            raise Conflict("Save what you changed by hand as a version, or discard it: then ask for a change.")
        overrides = self._page.sidebar.options.run_request(side)
        started = await self._studio.versions.refine(self._user.id, run.id, instructions, overrides)
        await self._page.show_run(side, started.id)

    async def _save_edits(self, run_id: str, changes: FileChanges, new_paths: Collection[str]) -> None:
        """Make a version of what was changed by hand in another, and show it."""
        run = await self._studio.hand_edits.add(self._user.id, run_id, changes, new_paths=new_paths)
        await self._page.show_run(run.side, run.id)

    async def _review(self, log: Log) -> ReviewedVersion:
        """A version's reviewed files, with those of the version that it is based on."""
        files = await self._studio.versions.reviewed_files_of(log)
        base_id = log.state.parent_id if log.state.kind in OVERLAY_KINDS else None
        return ReviewedVersion(
            files, await self._studio.versions.served_files(self._user.id, base_id) if base_id else None
        )

    def _runs_ahead(self, run: RunInfo) -> Sequence[RunAhead]:
        return runs_ahead(run, self._studio.runs.live_runs())

    def _change_words(self) -> None:
        """Put the caret where the words are that were not understood."""
        panel = self._page.panels[self._page.side]
        if panel.run and panel.run.kind is RunKind.REFINE:
            panel.refine_field.run_method("focus")
            return
        self._page.show_requirements()
        self._page.sidebar.requirements.focus()

    async def _pull_model(self, run: RunInfo) -> None:
        await self._missing_models.pull(run, self._page.sidebar.options.run_request(run.side))

    async def _show_next(self, failed: RunInfo, started: RunInfo) -> None:
        """Show a run that was started in place of one, where that is still in view."""
        shown = self._page.panels[failed.side].run
        if self._page.side is failed.side and shown and shown.id == failed.id:
            await self._page.show_run(started.side, started.id)

    async def _choose_model(self) -> None:
        self._page.show_requirements()
        await self._page.sidebar.options.open_models()
