"""Tabs of which one is selected, each with a badge while what it leads to is live."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Generic, TypeVar

from nicegui import ui

from ui.elements import box, on_event, set_selected, set_visible, text

TabT = TypeVar("TabT", bound=StrEnum)


class TabList(ui.element, Generic[TabT], component="tab_list.js"):
    """The arrow keys, Home and End go through the tabs, and the Tab key leaves them."""

    def __init__(self, tabs: Iterable[TabT], on_select: Callable[[TabT], object]) -> None:
        super().__init__()
        with self:
            self._tabs = {tab: self._draw_tab(tab, on_select) for tab in tabs}

    def select(self, tab: TabT) -> None:
        """Mark this tab as the one in view."""
        for each, (element, _) in self._tabs.items():
            set_selected(element, "aria-selected", selected=each is tab)
            element.props["tabindex"] = "0" if each is tab else "-1"

    def set_live(self, tab: TabT, is_live: object) -> None:
        """Show or hide the tab's badge."""
        set_visible(self._tabs[tab][1], is_live)

    def set_panel(self, tab: TabT, panel: ui.element) -> None:
        """Tie a tab to the element that it shows."""
        element = self._tabs[tab][0]
        element.props["aria-controls"] = panel.html_id
        panel.props.update({"role": "tabpanel", "aria-labelledby": element.html_id})

    def _draw_tab(self, tab: TabT, on_select: Callable[[TabT], object]) -> tuple[ui.element, ui.element]:
        element = box("lw-tab", "button").props("type=button role=tab")
        with element:
            text(tab.capitalize())
            live_badge = text("LIVE", "lw-live-badge lw-hidden")
        on_event(element, "click", lambda: on_select(tab))
        return element, live_badge
