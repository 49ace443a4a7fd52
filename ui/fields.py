"""Labelled form fields: Quasar's, in the product's look."""

from typing import Any

from nicegui import ui

from ui.elements import text


def text_field(label: str, value: str = "", **props: Any) -> ui.input:
    """A labelled field of one line; ``props`` are given to the element."""
    text(label, "lw-label", "label")
    element = ui.input(value=value).props("outlined dense hide-bottom-space").classes("lw-field")
    element.props["aria-label"] = label
    element.props.update(props)
    return element


def text_area(label: str, value: str = "", rows: int = 6) -> ui.textarea:
    """A labelled field of several lines."""
    text(label, "lw-label", "label")
    element = ui.textarea(value=value).props(f"outlined dense hide-bottom-space rows={rows}").classes("lw-field")
    element.props["aria-label"] = label
    return element


def select_field(label: str, options: dict[str, str], value: str | None) -> ui.select:
    """A labelled choice; ``options`` are labels by value."""
    text(label, "lw-label", "label")
    element = ui.select(options, value=value).props("outlined dense options-dense").classes("lw-field")
    element.props["aria-label"] = label
    return element
