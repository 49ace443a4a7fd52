"""What all settings are made of: a heading, and rows with a text and what can be done with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from ui.elements import box, text


@contextmanager
def section(title: str, hint: str = "") -> Iterator[ui.element]:
    """A part of the settings; yields the place beside its heading for buttons."""
    with box("lw-settings-section", "section"):
        with box("lw-settings-heading"):
            text(title, tag="h2")
            if hint:
                text(hint, tag="p")
            box("lw-grow")
            actions = box("lw-settings-actions")
        yield actions


@contextmanager
def row(title: str, detail: str = "", tag: str = "", tag_kind: str = "") -> Iterator[None]:
    """A row: title and detail, and within it what stands at its end; ``tag`` is a word beside the title."""
    with box("lw-settings-row"):
        with box("lw-settings-text"):
            with box("", "p"):
                text(title, tag="b")
                if tag:
                    text(tag, f"lw-settings-tag {tag_kind}")
            if detail:
                text(detail, tag="p")
        yield
