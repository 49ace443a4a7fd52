"""The elements of the studio, and what happens when one of them is used."""

from datetime import UTC, datetime

from nicegui import ui

from core.accounts.identity import User
from core.catalog.stacks import Side
from core.projects.changes import ProjectChanged
from core.projects.project import Project
from core.projects.projects import ProjectUpdate
from core.runs.state import RunInfo, RunStatus
from core.studio import Studio
from core.workers.turns import turns
from ui.components.commands.command import Command
from ui.components.commands.shortcuts import Shortcuts
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.run.run_announcer import RunAnnouncer
from ui.components.run.tab_status import TabStatus
from ui.components.sidebar.sidebar import Sidebar
from ui.components.studio.pane_edge import Pane, PaneEdge
from ui.components.studio.phone_tabs import PhoneTabs, StudioPart
from ui.components.studio.side_panel import SidePanel
from ui.components.studio.side_tabs import SideTabs, ViewMode
from ui.components.studio.upload_dialog import UploadDialog
from ui.components.undo_notice import UndoNotice
from ui.components.versions.version_actions import VersionActions
from ui.elements import box, set_visible
from ui.pages import initial_runs
from ui.pages.app_pane import AppPane
from ui.pages.followed_runs import FollowedRuns
from ui.pages.studio_commands import StudioCommands
from ui.pages.studio_drafts import keep_studio_drafts
from ui.pages.studio_palette import StudioPalette
from ui.pages.view_state import StudioView, ViewUrl
from ui.refresher import Refresher, on_project_change

MIN_STUDIO_REFRESH_INTERVAL = 0.3
"""The least time between two looks at the database while the project changes."""
AGE_REDRAW_SECONDS = 20.0
"""Between two drawings of how long ago everything was."""


class StudioPage:
    """One browser's view of one project. Runs belong to the server and go on when the page is closed."""

    sidebar: Sidebar
    panels: dict[Side, SidePanel]
    _app: AppPane

    def __init__(self, studio: Studio, user: User, project: Project, shortcuts: Shortcuts) -> None:
        self._studio = studio
        self._user = user
        self._project = project
        self._shortcuts = shortcuts
        self.runs: list[RunInfo] = []
        self._view_url = ViewUrl(project.id)
        self._part = StudioPart.ASK
        self._refresher = Refresher(self._refresh, interval=MIN_STUDIO_REFRESH_INTERVAL)

    async def build(self) -> None:
        """Make the page's elements, a part at a time: all at once would hold up other people's streams."""
        self._announcer = RunAnnouncer()
        self._tab_status = TabStatus(self._project.name)
        drafts = PageDrafts(self._studio.drafts, self._user.id)
        self._version_actions = VersionActions(self._studio, self._user, drafts, UndoNotice())
        self._commands = StudioCommands(self._studio, self._user, self, self._version_actions)
        await turns.take()
        with box("lw-studio") as self._studio_box:
            self._draw_sidebar()
            PaneEdge(Pane.SIDEBAR)
            await turns.take()
            with box("lw-studio-sides", "section") as self._sides:
                await self._draw_sides()
            self._phone_tabs = PhoneTabs(self._select_part)
        await keep_studio_drafts(drafts, self._project.id, self.sidebar.requirements, self.panels, self.save)
        self._upload_dialog = UploadDialog(self._commands.upload)
        more = {Command.UPLOAD: self._open_upload, Command.DOWNLOAD_PROJECT: self._download}
        StudioPalette(self._studio, self._user, self, self._commands, shortcuts=self._shortcuts, more=more)

    def open(self, logs: dict[Side, initial_runs.OpenedRun], runs: list[RunInfo], view: StudioView) -> None:
        """Show these runs, at most one of each side, in the view that the address asks for."""
        self._set_project(self._project)
        self.runs = runs
        self._followed = FollowedRuns(self._studio, self._user, self._project.id, self.panels, runs)
        for side, opened in logs.items():
            self.panels[side].follow(*opened, view.file if side is view.side else None)
        urgent_sides = [side for side, (log, _) in logs.items() if initial_runs.needs_attention(log.state)]
        self._show_part(StudioPart.CODE if logs else StudioPart.ASK)
        self._app.set_mode(view.mode)
        self.select_side(view.side or (urgent_sides[0] if urgent_sides else Side.BACKEND))
        on_project_change(self._studio, self._on_change)
        ui.context.client.on_connect(self._refresher.request)  # for a change since this page's data was read
        for panel in self.panels.values():
            panel.draw_listeners.append(self._show_in_browser)
        ui.timer(AGE_REDRAW_SECONDS, self.draw, immediate=False)

    def _draw_sidebar(self) -> None:
        self.sidebar = Sidebar(
            self._project,
            self._commands.generate,
            lambda run: self.show_run(run.side, run.id),
            self._download,
            studio=self._studio,
            open_upload=self._open_upload,
            version_actions=self._version_actions,
            set_auto_fix=lambda on: self._change_project(ProjectUpdate(auto_fix=on)),
        )

    async def _draw_sides(self) -> None:
        self.side = Side.BACKEND
        self._tabs = SideTabs(self.select_side, self.set_view_mode)
        self.panels = {}
        for side in Side:
            self.panels[side] = SidePanel(self._project, side, self._commands.panel_actions(side))
            self._tabs.set_panel(side, self.panels[side])
            await turns.take()
        self._app = AppPane(
            self._studio,
            self._project.name,
            self.panels,
            select_side=self.select_side,
            start_fix=self._commands.start_from_run,
            on_mode=self._on_mode,
        )
        PaneEdge(Pane.APP)

    def _open_upload(self) -> None:
        self._upload_dialog.open_for(self.side)

    async def _download(self) -> None:
        formatted = self.panels[self.side].formatted
        await self._version_actions.download_project(self._project.id, formatted=formatted)

    def select_side(self, side: Side) -> None:
        """Show a side in place of the other."""
        self.side = side
        self._tabs.select(side)
        self.sidebar.select(side)
        for other, panel in self.panels.items():
            set_visible(panel, other is side)
        self._announcer.forget()  # another run in view is no news
        self._commands.read_ahead(self._project)
        self.draw()

    @property
    def can_choose_mode(self) -> bool:
        """Whether there is anything to look at."""
        return self._app.mode is not None

    def set_view_mode(self, mode: ViewMode) -> None:
        """Look at the studio in this way."""
        self._app.set_mode(mode)

    def _select_part(self, part: StudioPart) -> None:
        """Show a part of the studio where there is no room for all."""
        self._show_part(part)
        if part is StudioPart.APP:
            self._app.set_mode(ViewMode.APP)
        elif part is StudioPart.CODE:
            self._app.set_mode(ViewMode.CODE)

    def _show_part(self, part: StudioPart) -> None:
        self._part = part
        if self._studio_box.props.get("data-part") != part.value:
            self._studio_box.props["data-part"] = part.value
        self._phone_tabs.select(part)

    def show_requirements(self) -> None:
        """Bring the requirements to the front where there is no room for all."""
        self._show_part(StudioPart.ASK)

    def _on_mode(self) -> None:
        """On a phone what has come to the front stands for both."""
        if self._part in (StudioPart.CODE, StudioPart.APP):
            is_code = self._app.chosen_mode is ViewMode.CODE
            self._show_part(StudioPart.CODE if is_code else StudioPart.APP)
        self._sync_view()

    def _sync_view(self) -> None:
        """Mark the view in the tabs, show what it has, and put it into the address."""
        mode = self._app.mode
        self._tabs.select_mode(mode)
        self._sides.classes(replace=f"lw-studio-sides {mode or ViewMode.CODE}")
        self._show_in_browser()

    def _show_in_browser(self) -> None:
        """Put what is in view into the address and the tab's title."""
        self._view_url.replace(StudioView.of(self.side, self._app.chosen_mode, self.panels[self.side]))
        self._tab_status.show([panel.run for panel in self.panels.values() if panel.run], datetime.now(UTC))

    async def save(self) -> None:
        """Save only the fields that were changed on this page: another tab may have changed the others."""
        if changes := self.sidebar.requirements.pending_changes():
            await self._change_project(changes)
            self._commands.read_ahead(self._project)

    async def _change_project(self, changes: ProjectUpdate) -> None:
        self._set_project(await self._studio.projects.update(self._user.id, self._project.id, changes))

    def _set_project(self, project: Project) -> None:
        self._project = project
        self.sidebar.set_project(project)
        for panel in self.panels.values():
            panel.set_project(project)

    @property
    def project_id(self) -> int:
        """The project."""
        return self._project.id

    async def show_run(self, side: Side, run_id: str) -> None:
        """Show this run of a side."""
        if self._part is not StudioPart.APP:
            self._show_part(StudioPart.CODE)
        await self._followed.show(side, run_id)
        self.select_side(side)

    def _on_change(self, change: ProjectChanged) -> None:
        if change.project_id == self._project.id:
            self._refresher.request()

    async def _refresh(self) -> None:
        """Show what this page, another tab or a program has made of the project."""
        await self._followed.follow_live_runs()
        self.draw()  # before the database answers: a run that has just begun shows at once
        self._set_project(await self._studio.projects.get(self._user.id, self._project.id))
        self.runs = await self._studio.runs.list_runs(self._user.id, self._project.id)
        if not await self._followed.leave_deleted_runs(self._project, self.runs):
            ui.navigate.reload()  # back to the beginning of its side
        await self._followed.follow_newest_runs(self.runs)
        self.draw()

    def draw(self) -> None:
        """Draw what depends on the runs' states and on the time, without the database."""
        for side, panel in self.panels.items():
            panel.draw()
            live_run = self._studio.runs.live_run(self._project.id, side)
            self._tabs.set_live(side, live_run and live_run.status is not RunStatus.QUEUED)
            is_next = side is self.side and panel.run is None
            self.sidebar.show_generate(side, is_enabled=live_run is None, is_primary=is_next)
            self._announcer.announce(side, panel.run)
        self._sync_view()
        runs = [panel.run for panel in self.panels.values() if panel.run]
        self._phone_tabs.set_dots(
            is_live=any(run.is_live for run in runs), has_errors=any(run.findings for run in runs)
        )
        shown = self.panels[self.side].run
        self.sidebar.show_versions(self.side, self.runs, shown.id if shown else None, self._project)
