"""One line that opens to all entries below it."""

from collections.abc import Callable

from nicegui import ui

from ui.components.code.document import Document
from ui.elements import box, on_event, set_visible, text

Jump = Callable[[Document, int], object]
"""Shows a line (from 1) of a document."""


class FoldedList(ui.element):
    """Hidden while there is no entry. ``tone`` is the CSS class of the title's colour."""

    def __init__(self, tone: str) -> None:
        super().__init__("div")
        self.classes(f"lw-folded-list lw-hidden {tone}")
        with self:
            with box("lw-folded-list-title", "button").props("type=button") as title:
                self._title = text("", tag="b")
            on_event(title, "click", lambda: self.classes(toggle="open"))
            self._entries = box("lw-folded-list-entries")

    def replace_entries(self, title: str, *, has_entries: bool) -> ui.element:
        """Set the title and take all entries away; returns the element that the new ones belong into."""
        set_visible(self, has_entries)
        self._title.set_text(title)
        self._entries.clear()
        return self._entries


def draw_entry(place: str, sentence: str, on_press: Callable[[], object]) -> ui.element:
    """A button with a place, such as ``main.py:7``, and what is there."""
    entry = box("lw-folded-list-entry", "button").props("type=button")
    on_event(entry, "click", on_press)
    with entry:
        text(place, tag="code")
        text(sentence)
    return entry
