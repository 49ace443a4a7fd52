"""Which side of a studio is in view and how, kept in the page's address so that a reload shows the same."""

from dataclasses import dataclass
from typing import Self

from nicegui import ui

from core.catalog.stacks import Side
from ui.accounts import session
from ui.base_path import base_path
from ui.components.studio.side_tabs import ViewMode


@dataclass(frozen=True, slots=True)
class StudioView:
    """A side and its view mode; without a side the live or interrupted one is shown, else the back end."""

    side: Side | None
    mode: ViewMode

    @classmethod
    def from_query(cls, side: str, mode: str) -> Self:
        """The view that an address asks for; unknown values count as absent."""
        return cls(
            Side(side) if side in set(Side) else None,
            ViewMode(mode) if mode in set(ViewMode) else ViewMode.CODE,
        )


class ViewUrl:
    """The address of one project's page; it stays as it was opened until another view is chosen."""

    def __init__(self, project_id: int) -> None:
        self._project_id = project_id
        self._client = ui.context.client
        self._view: StudioView | None = None

    def replace(self, view: StudioView) -> None:
        """Put this view into the address."""
        if view == self._view:
            return
        path = f"/projects/{self._project_id}?side={view.side}&look={view.mode}"
        session.remember_view(self._client, path)
        if self._view:
            ui.navigate.history.replace(base_path() + path)
        self._view = view
