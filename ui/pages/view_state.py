"""What of a studio is in front, kept in the page's address."""

from dataclasses import dataclass
from typing import Self

from nicegui import ui

from core.catalog.stacks import Side
from ui.components.studio.side_tabs import ViewMode


@dataclass(frozen=True, slots=True)
class StudioView:
    """A side and how it is looked at; without a side, the one that is being written is in front."""

    side: Side | None
    mode: ViewMode

    @classmethod
    def from_query(cls, side: str, mode: str) -> Self:
        """What an address says; what makes no sense is as good as not said."""
        sides, modes = {each.value: each for each in Side}, {each.value: each for each in ViewMode}
        return cls(sides.get(side), modes.get(mode, ViewMode.CODE))


class ViewUrl:
    """Stays as it came until another view is chosen."""

    def __init__(self, project_id: int) -> None:
        self._project_id = project_id
        self._view: StudioView | None = None

    def replace(self, view: StudioView) -> None:
        """Have a reload show this view."""
        if self._view and view != self._view:
            ui.navigate.history.replace(f"/projects/{self._project_id}?side={view.side}&look={view.mode}")
        self._view = view
