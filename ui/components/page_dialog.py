"""A dialog for a form or a question: one for a whole page, filled anew each time."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.elements import box, button, text


class PageDialog:
    """Closed until ``fill`` or ``confirm_delete`` opens it."""

    def __init__(self) -> None:
        with ui.dialog() as self._dialog:
            self._content = box("lw-dialog")

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        return bool(self._dialog.value)

    def close(self) -> None:
        """Close it."""
        self._dialog.close()

    @contextmanager
    def fill(self, title: str) -> Iterator[None]:
        """Replace its content by what is made within, and open it."""
        self._dialog.props["aria-label"] = title
        self._content.clear()
        with self._content:
            text(title, tag="h2")
            yield
        self._dialog.open()

    def confirm_delete(self, title: str, message: str, delete: Callable[[], Awaitable[None]]) -> None:
        """Ask before something is deleted."""

        async def confirm() -> None:
            # Closed first: a second press must not delete twice.
            self.close()
            await delete()

        with self.fill(title):
            text(message, tag="p")
            with box("lw-dialog-actions"):
                button("Keep it", self.close)
                button("Delete", confirm)
