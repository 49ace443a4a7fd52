"""The list of a user's projects: search, open, create, edit, delete."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from nicegui import ui
from starlette.responses import RedirectResponse

from core.accounts.identity import User
from core.catalog import stacks
from core.catalog.stacks import Side
from core.catalog.starters import STARTERS
from core.projects.changes import ProjectChanged
from core.projects.drafts import DraftForm, DraftPlace
from core.projects.project import Project
from core.projects.projects import ListedProject, ProjectUpdate
from core.studio import Studio
from core.text import pluralize
from ui import display_text
from ui.accounts import session
from ui.base_path import base_path
from ui.components.drafts.page_drafts import PageDrafts, draw_draft_note
from ui.components.page_dialog import PageDialog
from ui.components.project_fields import ProjectFields, saved_values, with_draft
from ui.elements import box, button, icon_button, on_event, text
from ui.layout import page_layout
from ui.pages.project_picture import PICTURE_ADDRESS
from ui.refresher import Refresher, on_project_change

MIN_LIST_REFRESH_INTERVAL = 0.5
"""The least time between two drawings of the list."""


def register(studio: Studio) -> None:
    """Add /."""

    @ui.page("/", title="Projects · Livewright")
    async def projects_page() -> RedirectResponse | None:
        if (identity := await session.current_identity(studio)) is None:
            return RedirectResponse("/login")
        with page_layout(studio, identity.user), box("lw-projects", "section"):
            await ProjectList(studio, identity.user).open()
        return None


class ProjectList:
    """The cards of the projects, and the dialogs to create, edit and delete one."""

    def __init__(self, studio: Studio, user: User) -> None:
        self._studio = studio
        self._user = user
        self._live_ids: set[int] = set()
        self._drawn: object = None
        self._refresher = Refresher(self.draw, interval=MIN_LIST_REFRESH_INTERVAL)
        with box("lw-projects-toolbar"):
            text("Projects", tag="h1")
            box("lw-grow")
            self._search_field = ui.input(placeholder="Search", on_change=self._refresher.request)
            self._search_field.props("outlined dense debounce=250 aria-label=Search type=search").classes("lw-field")
            button("New project", lambda: self._create_project("", ""), "primary")
        self._grid = box("lw-project-grid")
        self._dialog = PageDialog()
        self._drafts = PageDrafts(studio.drafts, user.id)

    async def open(self) -> None:
        """Draw all projects, and draw again whenever one of them changes."""
        on_project_change(self._studio, self._on_change)
        await self.draw()

    async def draw(self) -> None:
        """Draw the projects that match the search, unless they are drawn already."""
        search = self._search_field.value or ""
        results = await self._studio.projects.search(self._user.id, search, limit=200)
        self._live_ids = self._studio.runs.live_project_ids(self._user.id)
        # Drawn anew only if it differs: cards that are replaced lose focus, and a press in that moment.
        if self._drawn == (content := (search, results, self._live_ids)):
            return
        self._drawn = content
        self._grid.clear()
        with self._grid:
            for listed in results:
                self._draw_card(listed)
            if search and not results:
                text("No project has this in its name or requirements.", tag="p")
            if not search:
                self._draw_examples(is_first_project=not results)

    def _on_change(self, change: ProjectChanged) -> None:
        if change.user_id == self._user.id:
            self._refresher.request()

    def _draw_card(self, listed: ListedProject) -> None:
        project = listed.project
        with box("lw-project-card", "article"):
            self._draw_picture(listed)
            with box("", "h2"):
                ui.link(project.name, f"/projects/{project.id}")
                if project.id in self._live_ids:
                    text("LIVE", "lw-live-badge")
            text(project.prompt, tag="p")
            with box("lw-project-meta"):
                for side in Side:
                    text(stacks.find_stack(project.stack_id_of(side), side).short_label, "lw-stack-tag")
                text(self._state_text(listed))
                box("lw-grow")
                icon_button("✎", f"Edit {project.name}", lambda: self._edit_project(project))
                icon_button("✕", f"Delete {project.name}", lambda: self._confirm_delete(project))

    @staticmethod
    def _draw_picture(listed: ListedProject) -> None:
        """The app as it was seen last; without a text of its own, since the name beside it says what it is."""
        if listed.picture_digest is None:
            text("No app to show yet", "lw-project-picture blank")
            return
        address = f"{base_path()}{PICTURE_ADDRESS}/{listed.project.id}/{listed.picture_digest}"
        picture = box("lw-project-picture", "img")
        picture.props["src"], picture.props["alt"], picture.props["loading"] = address, "", "lazy"

    def _state_text(self, listed: ListedProject) -> str:
        if listed.project.id in self._live_ids:
            return "writing now"
        age = display_text.format_age(listed.project.updated_at, datetime.now(UTC))
        return f"{age} · {pluralize(listed.run_count, 'version')}" if listed.run_count else age

    def _draw_examples(self, *, is_first_project: bool) -> None:
        with box("lw-project-card examples"), box(""):
            text("Nothing here yet. Start from an example: " if is_first_project else "Start from an example: ")
            for starter in STARTERS:
                starter_button = text(starter.name.lower(), tag="button")
                on_event(
                    starter_button, "click", lambda starter=starter: self._create_project(starter.name, starter.prompt)
                )

    async def _create_project(self, name: str, prompt: str) -> None:
        """Ask for a project's values, create it, and open its studio; ``name`` and ``prompt`` are an example's."""

        async def create(values: ProjectUpdate) -> str:
            project = await self._studio.projects.create(self._user.id, values.name or "", values.prompt or "", values)
            return f"/projects/{project.id}"

        place = DraftPlace(DraftForm.NEW_PROJECT, subject=name)
        await self._open_form("New project", "Create", create, ProjectUpdate(name, prompt), place)

    async def _edit_project(self, project: Project) -> None:
        """Ask for new values of a project, and save them."""

        async def save(changes: ProjectUpdate) -> None:
            await self._studio.projects.update(self._user.id, project.id, changes)
            await self.draw()

        current = ProjectUpdate(project.name, project.prompt, project.backend_stack, project.frontend_stack)
        place = DraftPlace(DraftForm.EDIT_PROJECT, project.id)
        await self._open_form("Edit project", "Save", save, current, place)

    async def _open_form(
        self,
        title: str,
        submit_label: str,
        on_submit: Callable[[ProjectUpdate], Awaitable[str | None]],
        saved: ProjectUpdate,
        place: DraftPlace,
    ) -> None:
        """Ask for a project's values, starting from ``saved``, or from what was typed before.

        ``on_submit`` returns where to go then.
        """
        initial = saved_values(saved)
        draft = await self._drafts.find(place)

        async def submit() -> None:
            if not self._dialog.is_open:  # the second half of a double click
                return
            path = await on_submit(project_fields.values)
            await close()
            if path:
                ui.navigate.to(path)

        async def close() -> None:
            self._dialog.close()
            await self._drafts.finish(form)

        with self._dialog.fill(title):
            project_fields = ProjectFields(with_draft(initial, draft))
            form = self._drafts.attach(place, project_fields.fields, initial=initial)
            draw_draft_note(draft)
            with box("lw-dialog-actions"):
                button("Cancel", close)
                button(submit_label, submit, "primary")

    def _confirm_delete(self, project: Project) -> None:
        """Delete a project if the user confirms."""

        async def delete() -> None:
            await self._studio.projects.delete(self._user.id, project.id)
            await self.draw()

        self._dialog.confirm_delete(
            f"Delete {project.name}?", "Its requirements and every version go with it. This cannot be undone.", delete
        )
