"""The edge between two panes of the studio, which changes their widths or folds one of them."""

from enum import StrEnum
from typing import Any

from nicegui import ui

from ui.components.commands.command import Command


class Pane(StrEnum):
    """What has an edge; each value is a part of the names of its variables in the style sheets."""

    SIDEBAR = "sidebar"
    FILES = "files"
    APP = "app"


_PROPS: dict[Pane, dict[str, Any]] = {
    Pane.SIDEBAR: {
        "label": "Width of the side panel",
        "initial": 312,
        "min": 240,
        "max": 560,
        "unit": "px",
        "command": Command.SIDEBAR.value,
    },
    Pane.FILES: {"label": "Width of the files", "initial": 216, "min": 120, "max": 480, "unit": "px"},
    Pane.APP: {"label": "Width of the app", "initial": 50, "min": 20, "max": 80, "unit": "%"},
}


class PaneEdge(ui.element, component="pane_edge.js"):
    """Moves the side panel, the files (px, 0 is folded) or the app (% of the room); the browser remembers it.

    Edges of one pane move together.
    """

    def __init__(self, pane: Pane) -> None:
        super().__init__()
        self.props.update(_PROPS[pane], name=pane.value)
