"""Keeps the keyboard's focus where a person is working."""

from nicegui import ui


class KeyboardFocus(ui.element, component="keyboard_focus.js"):
    """Draws nothing. Where the focused element goes, is disabled or hidden, a neighbour of it gets the focus; in open
    menus the arrow keys move it."""
