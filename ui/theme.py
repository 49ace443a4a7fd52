"""The theme of a page: as the system wishes, light or dark; remembered for the browser."""

from collections.abc import Callable

from nicegui import ui

from ui.accounts import session

Theme = bool | None
"""NiceGUI's value for dark mode; None is as the system wishes."""


class PageTheme:
    """The theme of one page. ``listeners`` are called with each new value."""

    def __init__(self) -> None:
        self._dark_mode = ui.dark_mode(session.saved_theme())
        self.listeners: list[Callable[[Theme], None]] = []

    @property
    def value(self) -> Theme:
        """The theme now."""
        return session.saved_theme()

    def choose(self, value: Theme) -> None:
        """Show this theme, here and on every page to come."""
        session.set_theme(value)
        self._dark_mode.set_value(value)
        for listener in self.listeners:
            listener(value)
