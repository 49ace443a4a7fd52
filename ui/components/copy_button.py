"""A button that copies a text."""

from nicegui import ui

from ui.components import CLIPBOARD_SCRIPT


class CopyButton(ui.element, component="copy_button.js", dependencies=[CLIPBOARD_SCRIPT]):
    """Copies ``content`` where a page may, also without HTTPS."""

    def __init__(self, label: str, content: str) -> None:
        super().__init__()
        self.props["label"], self.props["text"] = label, content
