"""A project in the list: its picture, its name, what it should do, and how it stands. The whole card is the link."""

from collections.abc import Callable
from dataclasses import dataclass

from nicegui import ui

from core.projects.names import excerpt
from core.projects.project import Project
from core.projects.projects import ListedProject
from ui.base_path import base_path
from ui.components.home.project_state import ProjectState
from ui.components.sign import Sign
from ui.elements import box, icon_button, menu_item, text

PICTURE_ADDRESS = "/project-pictures"
"""Below it are a project's id and its picture's digest."""
MAX_PROMPT_EXCERPT = 88
"""Characters: two lines of a card."""

ProjectAction = Callable[[Project], object]


@dataclass(frozen=True, slots=True)
class CardActions:
    """What the menu of a card does with its project."""

    edit: ProjectAction
    duplicate: ProjectAction
    download: ProjectAction
    archive: ProjectAction
    delete: ProjectAction


class ProjectCard(ui.element):
    """Drawn once: another state is another card."""

    def __init__(self, listed: ListedProject, state: ProjectState, actions: CardActions) -> None:
        super().__init__("article")
        self.classes("lw-project-card")
        self._project = project = listed.project
        self._actions = actions
        with self:
            self._draw_picture(listed)
            with box("lw-project-head"):
                with box("", "h2"):
                    ui.link(project.name, f"/projects/{project.id}")
                if state.is_live:
                    text("LIVE", "lw-live-badge")
                self._menu_button = icon_button("⋮", f"More for {project.name}", self._open_menu)
            text(excerpt(project.prompt, MAX_PROMPT_EXCERPT), tag="p")
            with box("lw-project-state"):
                if state.sign:
                    Sign(state.sign)
                else:
                    box("lw-spinner", "span")
                text(state.words)
                text(state.time, "time")

    @staticmethod
    def _draw_picture(listed: ListedProject) -> None:
        """The app as it was seen last; without a text of its own, since the name below it says what it is."""
        if listed.picture_digest is None:
            text("No app to show yet", "lw-project-picture blank")
            return
        address = f"{base_path()}{PICTURE_ADDRESS}/{listed.project.id}/{listed.picture_digest}"
        picture = box("lw-project-picture", "img")
        picture.props["src"], picture.props["alt"], picture.props["loading"] = address, "", "lazy"

    def _open_menu(self) -> None:
        """Make the menu when it is opened: a menu for each card would be most of a long page."""
        project, actions = self._project, self._actions
        with self._menu_button, ui.menu().props("no-parent-event") as menu:
            menu_item("Open", lambda: ui.navigate.to(f"/projects/{project.id}"))
            menu_item("Edit…", lambda: actions.edit(project))
            menu_item("Duplicate", lambda: actions.duplicate(project))
            if project.backend_run_id or project.frontend_run_id:
                menu_item("Download", lambda: actions.download(project))
            label = "Take out of the archive" if project.archived else "Archive"
            menu_item(label, lambda: actions.archive(project))
            ui.separator()
            menu_item("Delete…", lambda: actions.delete(project))
        menu.on("hide", menu.delete)
        menu.open()
