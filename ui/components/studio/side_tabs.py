"""The tabs of the two sides, and the switch between the code, the running app, and both."""

from collections.abc import Callable
from enum import StrEnum

from nicegui import ui

from core.catalog.stacks import Side
from ui.components.tab_list import TabList
from ui.elements import box, on_event, set_selected, set_visible, text


class ViewMode(StrEnum):
    """What is in view; each value is also a CSS class."""

    CODE = "code"
    SPLIT = "split"
    APP = "app"


class SideTabs(ui.element):
    """A tab for each side, with a badge while it is live; the switch is hidden if there is nothing to choose."""

    def __init__(self, on_select: Callable[[Side], object], on_mode: Callable[[ViewMode], object]) -> None:
        super().__init__("div")
        self.classes("lw-side-tabs")
        with self:
            self._tabs = TabList(Side, on_select)
            self._mode_switch = box("lw-segmented-control lw-hidden").props("role=group aria-label=View")
            with self._mode_switch:
                self._mode_buttons = {mode: self._draw_mode_button(mode, on_mode) for mode in ViewMode}

    def select(self, side: Side) -> None:
        """Mark this side as the one in view."""
        self._tabs.select(side)

    def set_live(self, side: Side, is_live: object) -> None:
        """Show or hide the side's live badge."""
        self._tabs.set_live(side, is_live)

    def set_panel(self, side: Side, panel: ui.element) -> None:
        """Tie a side's tab to what it shows."""
        self._tabs.set_panel(side, panel)

    def select_mode(self, mode: ViewMode | None) -> None:
        """Mark this mode; None hides the switch."""
        set_visible(self._mode_switch, mode)
        for each, element in self._mode_buttons.items():
            set_selected(element, "aria-pressed", selected=each is mode)

    def _draw_mode_button(self, mode: ViewMode, on_mode: Callable[[ViewMode], object]) -> ui.element:
        return on_event(text(mode.capitalize(), mode, "button"), "click", lambda: on_mode(mode))
