"""What stands beside the code: the requirements, the two buttons that everything is about, and the versions so far."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import ui

from core.catalog.stacks import Side
from core.projects.projects import Project
from core.runs.state import RunInfo
from core.studio import Studio
from ui.components.studio.auto_fix_switch import AutoFix
from ui.components.studio.requirements import Requirements
from ui.components.studio.run_options import Options
from ui.components.versions.version_actions import VersionWays
from ui.components.versions.version_list import VersionList
from ui.elements import Action, box, button, listen, see, text


class Aside(ui.element):
    """On a phone the requirements fold away while a run is live."""

    def __init__(
        self,
        project: Project,
        keep: Action,
        generate: Callable[[Side], Awaitable[None]],
        choose: Callable[[RunInfo], Awaitable[None]],
        download: Action,
        *,
        studio: Studio,
        bring: Action,
        ways: VersionWays,
        auto_fix: Callable[[bool], Awaitable[None]],
    ) -> None:
        super().__init__("aside")
        self.classes("lw-aside")
        with self:
            with box("lw-fold"):
                button("Requirements", lambda: self.requirements.classes(toggle="open"), "small")
            self.requirements = Requirements(project, keep)
            with self.requirements, box("lw-buttons"):
                self._starts = {
                    side: button(f"Generate {side.capitalize()} (Live)", partial(generate, side)) for side in Side
                }
            with self.requirements, box("lw-extras"):
                self.options = Options(studio)
                with box("lw-more", "button").props("type=button") as own:
                    text("Bring your own code…", tag="b")
                listen(own, "click", bring)
            with box("lw-versions-part"):
                self._title = text("", "lw-label")
                self._versions = VersionList(choose, ways)
                self._auto_fix = AutoFix(project, auto_fix)
            self._download = button("Download project", download, "small")

    def adopt(self, project: Project) -> None:
        """Take what the project is now, but for what is being changed here."""
        self.requirements.adopt(project)
        self._auto_fix.adopt(project)

    def select(self, side: Side) -> None:
        """This side is in front: its button is the one to press next."""
        self.options.select(side)
        for each, start in self._starts.items():
            on = each is side
            start.classes(add="primary" if on else "", remove="" if on else "primary")

    def let_start(self, side: Side, *, free: bool) -> None:
        """Whether this side can be started now."""
        self._starts[side].set_enabled(free)

    def fold(self, busy: object) -> None:
        """Say whether anything is being written."""
        self.classes(add="live" if busy else "", remove="" if busy else "live")

    def show(self, side: Side, runs: Sequence[RunInfo], shown: str | None, project: Project) -> None:
        """Draw this side's versions, the newest first; ``shown`` is the one in view."""
        runs = [run for run in runs if run.side is side]
        see(self._auto_fix, runs)
        self._title.say(f"Versions · {side.capitalize()}" if runs else "")
        self._versions.show(runs, shown, project.run_of(side))
        see(self._download, any(project.run_of(each) for each in Side))
