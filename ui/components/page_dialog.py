"""A dialog that asks: one for all the questions of a page, filled anew for each."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.elements import box, button, text


class PageDialog:
    """Closed until it is asked."""

    def __init__(self) -> None:
        with ui.dialog() as self._dialog:
            self._content = box("lw-dialog")

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self._dialog.value)

    def close(self) -> None:
        """Take it away."""
        self._dialog.close()

    @contextmanager
    def fill(self, title: str) -> Iterator[None]:
        """Fill it, and open it."""
        self._content.clear()
        with self._content:
            text(title, tag="h2")
            yield
        self._dialog.open()

    def confirm_delete(self, title: str, message: str, delete: Callable[[], Awaitable[None]]) -> None:
        """Ask before something is deleted."""

        async def confirm() -> None:
            self.close()
            await delete()

        with self.fill(title):
            text(message, tag="p")
            with box("lw-actions"):
                button("Keep it", self.close)
                button("Delete", confirm, "danger")
