"""The column beside the code: the requirements, the two Generate buttons, and the versions of the side in view."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import ui

from core.catalog.stacks import Side
from core.projects.project import Project
from core.runs.state import RunInfo
from core.studio import Studio
from ui.components.sidebar.auto_fix_switch import AutoFixSwitch
from ui.components.sidebar.requirements import Requirements
from ui.components.sidebar.run_options import OptionsPanel
from ui.components.versions.version_actions import VersionActions
from ui.components.versions.version_list import VersionList
from ui.elements import Action, box, button, on_event, set_visible, text, toggle_class


class Sidebar(ui.element):
    """The left column. A phone shows its requirements and its versions as two parts of the studio."""

    def __init__(
        self,
        project: Project,
        generate: Callable[[Side], Awaitable[None]],
        show_run: Callable[[RunInfo], Awaitable[None]],
        download: Action,
        *,
        studio: Studio,
        open_upload: Action,
        version_actions: VersionActions,
        set_auto_fix: Callable[[bool], Awaitable[None]],
    ) -> None:
        super().__init__("aside")
        self.classes("lw-sidebar")
        with self:
            self.requirements = Requirements(project)
            with self.requirements, box("lw-generate-buttons"):
                self._generate_buttons = {
                    side: button(f"Generate {side.capitalize()} (Live)", partial(generate, side)) for side in Side
                }
            with self.requirements, box("lw-sidebar-extras"):
                self.options = OptionsPanel(studio)
                with box("lw-row-btn", "button").props("type=button") as upload_button:
                    text("Bring your own code…", tag="b")
                on_event(upload_button, "click", open_upload)
            with box("lw-sidebar-versions"):
                self._versions_title = text("", "lw-label")
                self._version_list = VersionList(
                    show_run, version_actions, partial(studio.change_counts.count, project.user_id)
                )
                self._auto_fix_switch = AutoFixSwitch(project, set_auto_fix)
                self._download_button = button("Download project", download, "small")

    def set_project(self, project: Project) -> None:
        """Show the project, but for what is being changed here."""
        self.requirements.set_project(project)
        self._auto_fix_switch.set_project(project)

    def select(self, side: Side) -> None:
        """Show this side's options, and mark its button for a phone, where the run's own buttons are elsewhere."""
        self.options.select(side)
        for each, generate_button in self._generate_buttons.items():
            toggle_class(generate_button, "in-view", each is side)

    def show_generate(self, side: Side, *, is_enabled: bool, is_primary: bool) -> None:
        """Say whether this side can be started now, and whether that is the next thing to do."""
        self._generate_buttons[side].set_enabled(is_enabled)
        toggle_class(self._generate_buttons[side], "primary", is_primary)

    def show_versions(self, side: Side, runs: Sequence[RunInfo], shown_id: str | None, project: Project) -> None:
        """Draw this side's versions, the newest first; ``shown_id`` is the one in view."""
        runs = [run for run in runs if run.side is side]
        set_visible(self._auto_fix_switch, runs)
        self._versions_title.set_text(f"Versions · {side.capitalize()}" if runs else "")
        self._version_list.show(runs, shown_id, project.run_id_of(side))
        set_visible(self._download_button, any(project.run_id_of(each) for each in Side))
