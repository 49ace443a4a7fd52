"""A sign before words: what it means is said by them, or by its label."""

from nicegui import ui

from ui.elements import set_aria_label


class Sign(ui.element):
    """Drawn by its CSS class: ``finished``, ``warn``, ``stopped``, ``waiting`` or ``none``."""

    def __init__(self, meaning: str = "none", label: str = "") -> None:
        super().__init__("span")
        self._meaning = ""
        self.show(meaning, label)

    def show(self, meaning: str, label: str = "") -> None:
        """Draw another one; the same is not sent again. Without a label screen readers skip it."""
        if label:
            set_aria_label(self, label)
        if meaning != self._meaning:
            self._meaning = meaning
            self.classes(replace=f"lw-sign {meaning}")
            self.props("role=img", remove="aria-hidden") if label else self.props("aria-hidden=true")
