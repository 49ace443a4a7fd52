"""The switch for notices of the browser when a run has ended."""

from nicegui import ui

from ui.components import NOTICES_SCRIPT
from ui.components.settings.rows import row, section
from ui.elements import box


class NoticeSwitch:
    """Off until somebody switches it on, at which the browser asks for leave; remembered by the browser."""

    def __init__(self) -> None:
        hint = "While you look at something else. For this browser."
        with section("Notifications"), box("lw-settings-rows"), row("When a run ends", hint):
            _Switch()


class _Switch(ui.element, component="notice_switch.js", dependencies=[NOTICES_SCRIPT]):
    def __init__(self) -> None:
        super().__init__()
        self.props["label"] = "Notify me when a run ends"
