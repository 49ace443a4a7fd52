"""The switch that starts fixes by themselves when a run ends with problems, or its app with errors."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from core.projects.project import Project
from ui.elements import guard_action


class AutoFixSwitch(ui.switch):
    """Shows the project's setting; a change here falls back if ``save`` fails."""

    def __init__(self, project: Project, save: Callable[[bool], Awaitable[None]]) -> None:
        self._saved_value = project.auto_fix
        self._save = save
        super().__init__(
            "Fix by itself, at most twice", value=self._saved_value, on_change=guard_action(self._on_toggled)
        )
        self.props("dense size=sm").classes("lw-toggle")

    def set_project(self, project: Project) -> None:
        """Show the project's setting, unless it is being changed here."""
        is_unchanged = self.value == self._saved_value
        self._saved_value = project.auto_fix
        if is_unchanged:
            self.set_value(self._saved_value)

    async def _on_toggled(self) -> None:
        if self.value == self._saved_value:
            # Set by ``set_project``, not by a person.
            return
        try:
            await self._save(bool(self.value))
        finally:
            # The saved value by now: the new one, or the old one where saving failed.
            self.set_value(self._saved_value)
