"""The elements of the studio, and what happens when one of them is used."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import ui

from core.accounts.identity import User
from core.catalog.stacks import Side
from core.errors import Conflict
from core.projects.changes import ProjectChanged
from core.projects.project import Project
from core.projects.projects import ProjectUpdate
from core.runs.log_registry import Log
from core.runs.state import RunInfo
from core.runs.version_files import OVERLAY_KINDS
from core.studio import Studio
from core.uploads.unpack import UploadedFile
from core.uploads.uploads import UploadResult
from core.workers.turns import turns
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.review.review_results import ReviewedVersion
from ui.components.sidebar.sidebar import Sidebar
from ui.components.studio.run_announcer import RunAnnouncer
from ui.components.studio.run_bar import RunActions
from ui.components.studio.shortcuts import Shortcuts
from ui.components.studio.side_panel import SidePanel
from ui.components.studio.side_tabs import SideTabs, ViewMode
from ui.components.studio.upload_dialog import UploadDialog
from ui.components.versions.version_actions import VersionActions
from ui.elements import box, set_visible
from ui.pages import initial_runs
from ui.pages.app_pane import AppPane
from ui.pages.followed_runs import FollowedRuns
from ui.pages.studio_drafts import keep_studio_drafts
from ui.pages.view_state import StudioView, ViewUrl
from ui.refresher import Refresher, on_project_change

MIN_STUDIO_REFRESH_INTERVAL = 0.3
"""The least time between two looks at the database while the project changes."""
AGE_REDRAW_SECONDS = 20.0
"""Between two drawings of how long ago everything was."""


class StudioPage:
    """One browser's view of one project. Runs belong to the server and go on when the page is closed."""

    def __init__(self, studio: Studio, user: User, project: Project) -> None:
        self._studio = studio
        self._user = user
        self._project = project
        self._view_url = ViewUrl(project.id)
        self._refresher = Refresher(self._refresh, interval=MIN_STUDIO_REFRESH_INTERVAL)

    async def build(self) -> None:
        """Make the page's elements, a part at a time: all at once would hold up other people's streams."""
        self._announcer = RunAnnouncer()
        drafts = PageDrafts(self._studio.drafts, self._user.id)
        self._version_actions = VersionActions(self._studio, self._user, drafts)
        await turns.take()
        with box("lw-studio"):
            self._draw_sidebar()
            await turns.take()
            with box("lw-studio-sides", "section") as self._sides:
                await self._draw_sides()
        await keep_studio_drafts(drafts, self._project.id, self._sidebar.requirements, self._panels, self._save)
        self._upload_dialog = UploadDialog(self._upload)
        Shortcuts(lambda: self._generate(self._side), self._stop)

    def open(self, logs: dict[Side, initial_runs.OpenedRun], runs: list[RunInfo], view: StudioView) -> None:
        """Show these runs, at most one of each side, in the view that the address asks for."""
        self._set_project(self._project)
        self._runs = runs
        self._followed = FollowedRuns(self._studio, self._user, self._project.id, self._panels, runs)
        for side, opened in logs.items():
            self._panels[side].follow(*opened)
        urgent_sides = [side for side, (log, _) in logs.items() if initial_runs.needs_attention(log.state)]
        self._app.set_mode(view.mode)
        self._select_side(view.side or (urgent_sides[0] if urgent_sides else Side.BACKEND))
        on_project_change(self._studio, self._on_change)
        ui.context.client.on_connect(self._refresher.request)  # for a change since this page's data was read
        ui.timer(AGE_REDRAW_SECONDS, self._draw, immediate=False)

    def _draw_sidebar(self) -> None:
        self._sidebar = Sidebar(
            self._project,
            self._generate,
            lambda run: self._show_run(run.side, run.id),
            lambda: self._version_actions.download_project(self._project.id, formatted=self._formatted),
            studio=self._studio,
            open_upload=lambda: self._upload_dialog.open_for(self._side),
            version_actions=self._version_actions,
            set_auto_fix=lambda on: self._change_project(ProjectUpdate(auto_fix=on)),
        )

    async def _draw_sides(self) -> None:
        self._side = Side.BACKEND
        self._tabs = SideTabs(self._select_side, self._set_view_mode)
        self._panels: dict[Side, SidePanel] = {}
        for side in Side:
            find = self._studio.trials.findings_of
            self._panels[side] = SidePanel(side, self._run_actions(side), self._refine, self._review, find)
            await turns.take()
        self._app = AppPane(
            self._studio,
            self._project.name,
            self._panels,
            select_side=self._select_side,
            start_fix=self._start_from_run_of,
            on_mode=self._sync_view,
        )

    def _run_actions(self, side: Side) -> RunActions:
        return RunActions(
            stop=self._stop,
            continue_run=lambda: self._start_from_run(
                partial(self._studio.versions.continue_run, overrides=self._sidebar.options.run_request(side))
            ),
            generate_again=partial(self._generate, side),
            download=lambda: self._with_run(partial(self._version_actions.download, formatted=self._formatted)),
            restore=lambda: self._with_run(self._version_actions.restore),
            fix=lambda: self._start_from_run(self._studio.fixes.start),
            compare=lambda: self._with_run(self._version_actions.compare),
        )

    @property
    def _formatted(self) -> bool:
        return self._panels[self._side].formatted

    async def _with_run(self, action: Callable[[RunInfo], Awaitable[None]]) -> None:
        if run := self._panels[self._side].run:
            await action(run)

    def _select_side(self, side: Side) -> None:
        """Show a side in place of the other."""
        self._side = side
        self._tabs.select(side)
        self._sidebar.select(side)
        for other, panel in self._panels.items():
            set_visible(panel, other is side)
        self._announcer.forget()  # another run in view is no news
        self._draw()

    def _set_view_mode(self, mode: ViewMode) -> None:
        self._app.set_mode(mode)

    def _sync_view(self) -> None:
        """Mark the view in the tabs, show what it has, and put it into the address."""
        mode = self._app.mode
        self._tabs.select_mode(mode)
        self._sides.classes(replace=f"lw-studio-sides {mode or ViewMode.CODE}")
        self._view_url.replace(StudioView(self._side, self._app.chosen_mode))

    async def _save(self) -> None:
        """Save only the fields that were changed on this page: another tab may have changed the others."""
        if changes := self._sidebar.requirements.pending_changes():
            await self._change_project(changes)

    async def _change_project(self, changes: ProjectUpdate) -> None:
        self._set_project(await self._studio.projects.update(self._user.id, self._project.id, changes))

    def _set_project(self, project: Project) -> None:
        self._project = project
        self._sidebar.set_project(project)
        for side in Side:
            self._panels[side].current_run_id = project.run_id_of(side)

    async def _generate(self, side: Side) -> None:
        """Start a run of this side, or show the one that is already live."""
        run_request = self._sidebar.options.run_request(side)
        await self._save()
        try:
            run_id = (await self._studio.runs.start(self._user.id, self._project.id, side, run_request)).id
        except Conflict as conflict:
            run_id = conflict.run_id or ""
        await self._show_run(side, run_id)

    async def _upload(self, side: Side, files: Sequence[UploadedFile]) -> UploadResult:
        """Make uploaded files this side's current version, and show it."""
        result = await self._studio.uploads.add(self._user.id, self._project.id, side, files)
        await self._show_run(side, result.run.id)
        return result

    async def _stop(self) -> None:
        if run := self._studio.runs.live_run(self._project.id, self._side):
            await self._studio.runs.stop(self._user.id, run.id)

    async def _start_from_run(self, start: Callable[[int, str], Awaitable[RunInfo]]) -> None:
        """Start a run that is based on the one in view, and show it."""
        await self._start_from_run_of(self._side, start)

    async def _start_from_run_of(self, side: Side, start: Callable[[int, str], Awaitable[RunInfo]]) -> None:
        """The same for the run in view of a side."""
        if run := self._panels[side].run:
            await self._show_run(side, (await start(self._user.id, run.id)).id)

    async def _review(self, log: Log) -> ReviewedVersion:
        """A version's reviewed files, with those of the version that it is based on."""
        files = await self._studio.versions.reviewed_files_of(log)
        base_id = log.state.parent_id if log.state.kind in OVERLAY_KINDS else None
        return ReviewedVersion(
            files, await self._studio.versions.served_files(self._user.id, base_id) if base_id else None
        )

    async def _refine(self, instructions: str) -> None:
        run = self._panels[self._side].run
        if run is None:
            raise Conflict("There is nothing to change yet: generate it first.")
        if run.is_live:
            raise Conflict("Wait until this is written, or stop it: then ask for a change.")
        run_request = self._sidebar.options.run_request(self._side)
        await self._show_run(
            self._side, (await self._studio.versions.refine(self._user.id, run.id, instructions, run_request)).id
        )

    async def _show_run(self, side: Side, run_id: str) -> None:
        await self._followed.show(side, run_id)
        self._select_side(side)

    def _on_change(self, change: ProjectChanged) -> None:
        if change.project_id == self._project.id:
            self._refresher.request()

    async def _refresh(self) -> None:
        """Show what this page, another tab or a program has made of the project."""
        await self._followed.follow_live_runs()
        self._draw()  # before the database answers: a run that has just begun shows at once
        self._set_project(await self._studio.projects.get(self._user.id, self._project.id))
        self._runs = await self._studio.runs.list_runs(self._user.id, self._project.id)
        if not await self._followed.leave_deleted_runs(self._project, self._runs):
            ui.navigate.reload()  # back to the beginning of its side
        await self._followed.follow_newest_runs(self._runs)
        self._draw()

    def _draw(self) -> None:
        """Draw what depends on the runs' states and on the time, without the database."""
        for side, panel in self._panels.items():
            panel.draw()
            live_run = self._studio.runs.live_run(self._project.id, side)
            self._tabs.set_live(side, live_run)
            self._sidebar.set_generate_enabled(side, enabled=live_run is None)
            self._announcer.announce(side, panel.run)
        self._sync_view()
        self._sidebar.set_busy(any(panel.run and panel.run.is_live for panel in self._panels.values()))
        shown = self._panels[self._side].run
        self._sidebar.show_versions(self._side, self._runs, shown.id if shown else None, self._project)
