"""Which side is in front, and how to look at it: its code, its preview, or both."""

from collections.abc import Callable
from enum import StrEnum

from nicegui import ui

from core.catalog.stacks import Side
from ui.elements import box, on_event, set_selected, set_visible, text


class ViewMode(StrEnum):
    """What of a side is in view; each is a class of the style sheet, too."""

    CODE = "code"
    PREVIEW = "preview"
    BOTH = "both"


class SideTabs(ui.element):
    """A tab for each side, LIVE at those being written; the switch only where there is something to switch."""

    def __init__(self, on_select: Callable[[Side], object], on_mode: Callable[[ViewMode], object]) -> None:
        super().__init__("div")
        self.classes("lw-tabs")
        with self:
            with box("lw-tablist").props("role=tablist"):
                self._tabs = {side: self._draw_tab(side, on_select) for side in Side}
            self._mode_switch = box("lw-switch lw-hidden").props("role=group aria-label=View")
            with self._mode_switch:
                self._mode_buttons = {mode: self._draw_mode_button(mode, on_mode) for mode in ViewMode}

    def select(self, side: Side) -> None:
        """Mark this side as the one in front."""
        for each, (tab, _) in self._tabs.items():
            set_selected(tab, "aria-selected", on=each is side)

    def set_live(self, side: Side, is_live: object) -> None:
        """Say whether this side is being written."""
        set_visible(self._tabs[side][1], is_live)

    def select_mode(self, mode: ViewMode | None) -> None:
        """How the side in front is looked at; None where there is nothing but its code."""
        set_visible(self._mode_switch, mode)
        for each, element in self._mode_buttons.items():
            set_selected(element, "aria-pressed", on=each is mode)

    def _draw_tab(self, side: Side, on_select: Callable[[Side], object]) -> tuple[ui.element, ui.element]:
        tab = box("lw-tab", "button").props("role=tab")
        with tab:
            text(side.capitalize())
            live_badge = text("LIVE", "lw-live lw-hidden")
        on_event(tab, "click", lambda: on_select(side))
        return tab, live_badge

    def _draw_mode_button(self, mode: ViewMode, on_mode: Callable[[ViewMode], object]) -> ui.element:
        return on_event(text(mode.capitalize(), mode, "button"), "click", lambda: on_mode(mode))
