"""A dialog that asks: one for all the questions of a page, filled anew for each."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.elements import box, button, text


class Question:
    """Closed until it is asked."""

    def __init__(self) -> None:
        with ui.dialog() as self._dialog:
            self._asking = box("lw-dialog")

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self._dialog.value)

    def close(self) -> None:
        """Take it away."""
        self._dialog.close()

    @contextmanager
    def asked(self, title: str) -> Iterator[None]:
        """Fill it, and open it."""
        self._asking.clear()
        with self._asking:
            text(title, tag="h2")
            yield
        self._dialog.open()

    def sure(self, title: str, sentence: str, delete: Callable[[], Awaitable[None]]) -> None:
        """Ask before something is deleted."""

        async def go() -> None:
            self.close()
            await delete()

        with self.asked(title):
            text(sentence, tag="p")
            with box("lw-actions"):
                button("Keep it", self.close)
                button("Delete", go, "danger")
