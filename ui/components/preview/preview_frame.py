"""A front end at work, beside its code: in a frame that can reach nothing, loaded anew as its files come."""

import time
from collections.abc import Callable, Sequence

from nicegui import ui

from core.catalog import stacks
from core.runs.state import RunInfo
from core.runs.version_files import OVERLAY_KINDS
from core.versions.preview import find_start_page, preview_obstacle
from ui.components.code.code_view import Document

MIN_RELOAD_SECONDS = 1.0
"""The least time between two loads that nobody asked for."""

PAGE_PENDING_MESSAGE = "The page appears here as soon as its HTML is written."
NO_PAGE_MESSAGE = "There is no HTML page in this version: look at the whole answer, or generate again."
OFFLINE_MESSAGE = (
    "The preview has no network. To run it for real, start its back end; then, in the folder of these files:"
)


class PreviewFrame(ui.element, component="preview_frame.js"):
    """Shows one run's page, or in a sentence why there is none; empty until it is told to show something."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._loaded_at = 0.0
        self._props.update(src="", sentence="", commands="", offline=OFFLINE_MESSAGE)

    def show(self, run: RunInfo, files: Sequence[Document], *, ended: bool) -> None:
        """Bring it up to date with the files that are finished; as often as one likes."""
        stack = stacks.find_stack(run.stack, run.side)
        paths = [file.path for file in files if file.path and not file.is_open]
        if sentence := preview_obstacle(stack):
            self._set_content("", sentence, stack.start)
        elif find_start_page(paths) or run.kind in OVERLAY_KINDS:  # there the page may be the version's before
            self._load(f"/preview/{run.id}", f"?v={len(paths)}{'-end' if ended else ''}", stack.start)
        else:
            self._set_content("", NO_PAGE_MESSAGE if ended else PAGE_PENDING_MESSAGE)

    def unload(self) -> None:
        """Have nothing run while nobody looks."""
        self._set_content("")

    def _load(self, address: str, query: str, commands: str) -> None:
        now = self._clock()
        is_loaded = str(self._props["src"]).partition("?")[0] == address
        if not is_loaded or now - self._loaded_at >= MIN_RELOAD_SECONDS:
            self._loaded_at = now if self._set_content(address + query, commands=commands) else self._loaded_at

    def _set_content(self, src: str, sentence: str = "", commands: str = "") -> bool:
        """Send what is news; says whether anything was."""
        props = {"src": src, "sentence": sentence, "commands": commands}
        if all(self._props[name] == value for name, value in props.items()):
            return False
        self._props.update(props)
        self.update()
        return True
