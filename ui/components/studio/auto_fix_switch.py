"""The switch that has problems fixed once by themselves."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from core.projects.projects import Project
from ui.elements import guarded


class AutoFix(ui.switch):
    """Follows what other tabs choose; what is chosen here stands once ``change`` has stored it."""

    def __init__(self, project: Project, change: Callable[[bool], Awaitable[None]]) -> None:
        self._known = project.auto_fix
        self._change = change
        super().__init__("Fix problems once by itself", value=self._known, on_change=guarded(self._turned))
        self.props("dense size=sm").classes("lw-toggle")

    def adopt(self, project: Project) -> None:
        """Take what the project is now, unless it is being changed here."""
        untouched = self.value == self._known
        self._known = project.auto_fix
        if untouched:
            self.set_value(self._known)

    async def _turned(self) -> None:
        if self.value == self._known:
            return
        try:
            await self._change(bool(self.value))
        finally:
            self.set_value(self._known)
