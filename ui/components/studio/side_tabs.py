"""Which side is in front, and how to look at it: its code, its preview, or both."""

from collections.abc import Callable
from enum import StrEnum

from nicegui import ui

from core.catalog.stacks import Side
from ui.elements import box, listen, mark, see, text


class Look(StrEnum):
    """What of a side is in view; each is a class of the style sheet, too."""

    CODE = "code"
    PREVIEW = "preview"
    BOTH = "both"


class SideTabs(ui.element):
    """A tab for each side, LIVE at those being written; the switch only where there is something to switch."""

    def __init__(self, choose: Callable[[Side], object], look: Callable[[Look], object]) -> None:
        super().__init__("div")
        self.classes("lw-tabs")
        with self:
            with box("lw-tablist").props("role=tablist"):
                self._tabs = {side: self._tab(side, choose) for side in Side}
            self._switch = box("lw-switch lw-hidden").props("role=group aria-label=View")
            with self._switch:
                self._looks = {each: self._button(each, look) for each in Look}

    def select(self, side: Side) -> None:
        """Mark this side as the one in front."""
        for each, (tab, _) in self._tabs.items():
            mark(tab, "aria-selected", on=each is side)

    def live(self, side: Side, live: object) -> None:
        """Say whether this side is being written."""
        see(self._tabs[side][1], live)

    def looks(self, look: Look | None) -> None:
        """How the side in front is looked at; None where there is nothing but its code."""
        see(self._switch, look)
        for each, element in self._looks.items():
            mark(element, "aria-pressed", on=each is look)

    def _tab(self, side: Side, choose: Callable[[Side], object]) -> tuple[ui.element, ui.element]:
        tab = box("lw-tab", "button").props("role=tab")
        with tab:
            text(side.capitalize())
            live = text("LIVE", "lw-live lw-hidden")
        listen(tab, "click", lambda: choose(side))
        return tab, live

    def _button(self, each: Look, look: Callable[[Look], object]) -> ui.element:
        return listen(text(each.capitalize(), each, "button"), "click", lambda: look(each))
