"""What of a studio is in view and how, kept in the page's address: a reload and a link show the same."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlencode

from nicegui import ui

from core.catalog.stacks import Side
from ui.accounts import session
from ui.base_path import base_path
from ui.components.studio.side_panel import SidePanel
from ui.components.studio.side_tabs import ViewMode


@dataclass(frozen=True, slots=True)
class StudioView:
    """A side and its view mode, and of that side the version by its run's id, and the file of it.

    Without a side the live or interrupted one is shown, else the back end; without a version that which matters most.
    """

    side: Side | None
    mode: ViewMode
    version: str | None = None
    file: str | None = None

    @classmethod
    def from_query(cls, side: str, mode: str, version: str = "", file: str = "") -> Self:
        """The view that an address asks for; unknown values count as absent."""
        return cls(
            Side(side) if side in set(Side) else None,
            ViewMode(mode) if mode in set(ViewMode) else ViewMode.CODE,
            version or None,
            file or None,
        )

    @classmethod
    def of(cls, side: Side, mode: ViewMode, panel: SidePanel) -> Self:
        """What is in view in a side's panel."""
        run = panel.run
        # A file that is being written stays in view only until the next one begins.
        file = panel.shown_path if run and not run.is_live else None
        return cls(side, mode, run.id if run else None, file)

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        parts = {"side": self.side, "version": self.version, "file": self.file, "look": self.mode}
        return urlencode({name: value for name, value in parts.items() if value}, quote_via=quote, safe="")


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
        path = f"/projects/{self._project_id}?{view.query}"
        session.remember_view(self._client, path)
        if self._view:
            ui.navigate.history.replace(base_path() + path)
        self._view = view
