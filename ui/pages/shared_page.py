"""The elements of a shared project's page, and how they follow what its owner has written."""

from enum import StrEnum

from nicegui import ui

from core.catalog.stacks import Side
from core.projects.changes import ProjectChanged
from core.projects.project import Project
from core.runs.log_registry import Log
from core.sharing.shares import OpenedShare
from core.studio import Studio
from ui.components.review.review_results import ReviewedVersion
from ui.components.sharing.presence import follow_presence
from ui.components.sharing.shared_app import SharedApp
from ui.components.sharing.shared_panel import SharedPanel
from ui.components.tab_list import TabList
from ui.elements import box, set_visible, text
from ui.pages.app import scripts_address
from ui.refresher import Refresher, on_project_change

MIN_REFRESH_INTERVAL = 0.3
"""The least time between two looks at the database while the project changes."""
TICK_SECONDS = 1.0
"""Between two drawings of a live run's time and speed."""


class SharedTab(StrEnum):
    """What a guest can look at."""

    BACKEND = "backend"
    FRONTEND = "frontend"
    APP = "app"


class SharedPage:
    """One guest's view of one project: of each side the live run, else the current version."""

    def __init__(self, studio: Studio, opened: OpenedShare, project: Project) -> None:
        self._studio = studio
        self._opened = opened
        self._project = project
        self._tab = SharedTab.BACKEND
        self._refresher = Refresher(self._refresh, interval=MIN_REFRESH_INTERVAL)
        with box("lw-shared-tabs"):
            self._tabs = TabList(SharedTab, self._select)
            box("lw-grow")
            self._watching = text("", "lw-watching")
        with box("lw-shared-content"):
            self._panels = {side: SharedPanel(side, self._review) for side in Side}
            self._app = SharedApp(project.name, scripts_address(), opened.share.token)
        for side, panel in self._panels.items():
            self._tabs.set_panel(SharedTab(side.value), panel)
        self._tabs.set_panel(SharedTab.APP, self._app)

    async def open(self) -> None:
        """Show what there is, and follow what comes."""
        await self._refresh()
        has_front = self._panels[Side.FRONTEND].run and not self._panels[Side.BACKEND].run
        self._select(SharedTab.FRONTEND if has_front else SharedTab.BACKEND)
        on_project_change(self._studio, self._on_change)
        ui.context.client.on_connect(self._refresher.request)  # for a change since this page's data was read
        follow_presence(self._studio, self._opened.owner_id, self._project.id, self._show_watching)
        ui.timer(TICK_SECONDS, self._draw, immediate=False)

    def _select(self, tab: SharedTab) -> None:
        self._tab = tab
        self._tabs.select(tab)
        for side, panel in self._panels.items():
            set_visible(panel, side.value == tab.value)
        set_visible(self._app, tab is SharedTab.APP)
        self._draw()

    def _show_watching(self, count: int) -> None:
        self._watching.set_text(f"{count} watching")

    def _on_change(self, change: ProjectChanged) -> None:
        if change.project_id == self._project.id:
            self._refresher.request()

    async def _refresh(self) -> None:
        self._project = await self._studio.shares.project(self._opened)
        for side, panel in self._panels.items():
            live_run = self._studio.runs.live_run(self._project.id, side)
            run_id = live_run.id if live_run else self._project.run_id_of(side)
            if run_id:
                panel.follow(await self._studio.shares.open_log(self._opened, run_id))
        self._draw()

    def _draw(self) -> None:
        """Draw what depends on the runs' states and on the time, without the database."""
        for side, panel in self._panels.items():
            panel.draw()
            self._tabs.set_live(SharedTab(side.value), panel.run and panel.run.is_live)
        runtime = self._studio.runtime
        self._app.show_runtime(f"/runtime/{runtime.id}/" if runtime.is_ready else "", runtime.state.message)
        front, back = (self._panels[side].shown_version for side in (Side.FRONTEND, Side.BACKEND))
        self._app.show(front, back, visible=self._tab is SharedTab.APP)

    async def _review(self, log: Log) -> ReviewedVersion:
        return ReviewedVersion(await self._studio.versions.reviewed_files_of(log), None)
