"""The studio's keyboard shortcuts."""

from nicegui import ui

from ui.elements import Action, guard_action


class Shortcuts(ui.element, component="shortcuts.js"):
    """Ctrl+Enter generates and Ctrl+. stops, both also with Command. Escape stops nothing: it closes what is on top."""

    def __init__(self, generate: Action, stop: Action) -> None:
        super().__init__()
        self.on("generate", guard_action(generate), [])
        self.on("stop", guard_action(stop), [])
