"""The list of a user's projects; the first visit has a field to begin with in its place."""

from collections import defaultdict
from datetime import UTC, datetime
from functools import partial

from nicegui import app, ui
from starlette.responses import RedirectResponse

from core.accounts.identity import User
from core.catalog.stacks import Side
from core.errors import LivewrightError
from core.projects.changes import ProjectChanged
from core.projects.project import Project
from core.projects.projects import ListedProject, ProjectOrder, ProjectUpdate
from core.runs.state import RunInfo
from core.studio import Studio
from core.text import pluralize
from ui.accounts import session
from ui.components.commands.command import Command
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.home.project_card import CardActions, ProjectCard
from ui.components.home.project_dialog import ProjectDialog
from ui.components.home.project_state import project_state
from ui.components.home.prompt_box import PromptBox
from ui.components.sidebar.run_options import saved_run_request
from ui.components.undo_notice import UndoNotice
from ui.elements import box, button, on_event, set_visible, text
from ui.layout import page_layout
from ui.refresher import Refresher, on_project_change

MIN_LIST_REFRESH_INTERVAL = 0.5
"""The least time between two drawings of the list."""
MAX_LISTED_PROJECTS = 200
ORDER_LABELS = {
    ProjectOrder.CHANGED: "Last changed",
    ProjectOrder.CREATED: "Newest first",
    ProjectOrder.NAME: "By name",
}
_ORDER_KEY = "project-order"


def register(studio: Studio) -> None:
    """Add /."""

    @ui.page("/", title="Projects · Livewright")
    async def projects_page(new: str = "") -> RedirectResponse | None:
        if (identity := await session.current_identity(studio)) is None:
            return RedirectResponse("/login")
        with page_layout(studio, identity.user) as frame, box("lw-projects", "section"):
            project_list = ProjectList(studio, identity.user)
            frame.shortcuts.add({Command.NEW_PROJECT: project_list.create})
            await project_list.open()
            if new:
                await project_list.create()
        return None


class ProjectList:
    """The cards of the projects with search, order and archive, or the field for the first one."""

    def __init__(self, studio: Studio, user: User) -> None:
        self._studio = studio
        self._user = user
        self._drawn: object = None
        self._has_projects = False
        self._shows_archive = False
        self._refresher = Refresher(self.draw, interval=MIN_LIST_REFRESH_INTERVAL)
        self._drafts = PageDrafts(studio.drafts, user.id)
        self._undo_notice = UndoNotice()
        self._dialog = ProjectDialog(studio, user, self._drafts, self._undo_notice)
        self._prompt_box = PromptBox(self._drafts, self._begin, self.create)
        with box("lw-project-list") as self._list:
            self._draw_toolbar()
            self._grid = box("lw-project-grid")
            self._archive_button = text("", "lw-row-btn", "button").props("type=button")
            on_event(self._archive_button, "click", self._toggle_archive)
        self._card_actions = CardActions(
            self._dialog.edit, self._duplicate, self._download, self._toggle_archived, self._dialog.delete
        )

    def _draw_toolbar(self) -> None:
        with box("lw-projects-toolbar"):
            self._heading = text("Projects", tag="h1")
            self._count = text("", "lw-project-count")
            box("lw-grow")
            self._search_field = ui.input(placeholder="Search", on_change=self._refresher.request)
            self._search_field.props("outlined dense debounce=250 aria-label=Search type=search").classes("lw-field")
            self._order_select = ui.select(ORDER_LABELS, value=_saved_order(), on_change=self._change_order)
            self._order_select.props("outlined dense options-dense aria-label='Sort by'").classes("lw-field order")
            button("New project", self.create, "primary")

    async def open(self) -> None:
        """Draw all projects, and draw again whenever one of them changes."""
        await self._prompt_box.keep_draft()
        on_project_change(self._studio, self._on_change)
        await self.draw()

    async def draw(self) -> None:
        """Draw the projects that match the search, unless they are drawn already."""
        search = self._search_field.value or ""
        results = await self._studio.projects.list_with_runs(
            self._user.id,
            search,
            ProjectOrder(self._order_select.value),
            MAX_LISTED_PROJECTS,
            archived=self._shows_archive,
        )
        archived = await self._studio.projects.count_archived(self._user.id, search)
        self._has_projects = await self._studio.projects.count(self._user.id) > 0
        live_runs = self._live_runs()
        # Drawn anew only if it differs: cards that are replaced lose focus, and a press in that moment.
        facts = {id_: [(run.side, run.status, run.position) for run in runs] for id_, runs in live_runs.items()}
        # What somebody types there is not taken from before their eyes because another tab has made a project.
        has_box = not self._has_projects or self._prompt_box.typed is not None
        if self._drawn == (
            content := (search, results, facts, archived, self._shows_archive, has_box, self._has_projects)
        ):
            return
        self._drawn = content
        set_visible(self._prompt_box, has_box)
        set_visible(self._list, self._has_projects)
        self._draw_cards(results, search, live_runs)
        self._draw_archive_button(archived)

    def _draw_cards(self, shown: list[ListedProject], search: str, live_runs: dict[int, list[RunInfo]]) -> None:
        self._heading.set_text("Archived projects" if self._shows_archive else "Projects")
        self._count.set_text(f"{len(shown):,}")
        now = datetime.now(UTC)
        self._grid.clear()
        with self._grid:
            for listed in shown:
                ProjectCard(listed, project_state(listed, live_runs[listed.project.id], now), self._card_actions)
            if not shown:
                sentence = (
                    "No project has this in its name or requirements." if search else "All your projects are archived."
                )
                text("Nothing is archived." if self._shows_archive and not search else sentence, tag="p")

    def _draw_archive_button(self, archived: int) -> None:
        set_visible(self._archive_button, archived or self._shows_archive)
        label = "Back to the projects" if self._shows_archive else f"Show {pluralize(archived, 'archived project')}"
        self._archive_button.set_text(label)

    def _live_runs(self) -> dict[int, list[RunInfo]]:
        by_project: dict[int, list[RunInfo]] = defaultdict(list)
        for run in self._studio.runs.live_runs():
            if run.user_id == self._user.id:
                by_project[run.project_id].append(run)
        return by_project

    def _on_change(self, change: ProjectChanged) -> None:
        if change.user_id == self._user.id:
            self._refresher.request()

    def _change_order(self) -> None:
        app.storage.user[_ORDER_KEY] = self._order_select.value
        self._refresher.request()

    async def _toggle_archive(self) -> None:
        self._shows_archive = not self._shows_archive
        await self.draw()

    async def create(self) -> None:
        """Ask for a new project."""
        await self._dialog.create(self._prompt_box.typed, self._prompt_box.finish)

    async def _begin(self, side: Side, values: ProjectUpdate) -> None:
        """Make a project, have one side of it written, and show that."""
        projects, request = self._studio.projects, saved_run_request(side)
        project = await projects.create(self._user.id, values.name or "", values.prompt or "", values)
        try:
            await self._studio.runs.start(self._user.id, project.id, side, request)
        except LivewrightError:
            # Nothing of it is left behind: what was asked for is still in its field.
            await projects.delete(self._user.id, project.id)
            raise
        ui.navigate.to(f"/projects/{project.id}?side={side}")

    async def _duplicate(self, project: Project) -> None:
        await self._studio.duplication.duplicate(self._user.id, project.id)

    async def _download(self, project: Project) -> None:
        archive = await self._studio.versions.download_project(self._user.id, project.id)
        ui.download.content(archive.content, archive.name)

    async def _toggle_archived(self, project: Project) -> None:
        """Put a project into the archive or take it out, which can be taken back."""
        set_archived = partial(self._studio.projects.set_archived, self._user.id, project.id)
        await set_archived(archived=not project.archived)
        await self.draw()
        done = "is out of the archive" if project.archived else "is archived"
        await self._undo_notice.offer(f"{project.name} {done}.", lambda: set_archived(archived=project.archived))


def _saved_order() -> ProjectOrder:
    """The order that this browser chose before."""
    saved = app.storage.user.get(_ORDER_KEY)
    return ProjectOrder(saved) if saved in set(ProjectOrder) else ProjectOrder.CHANGED
