"""The preview of a front end: its page in a sandboxed frame, loaded again as its files are finished."""

import time
from collections.abc import Callable, Sequence

from nicegui import ui

from core.catalog import stacks
from core.runs.state import RunInfo
from core.runs.version_files import OVERLAY_KINDS
from core.versions.preview import find_start_page, preview_obstacle
from ui.components import CLIPBOARD_SCRIPT
from ui.components.code.document import Document

MIN_RELOAD_SECONDS = 1.0
"""The least time between two loads while files come."""

PAGE_PENDING_MESSAGE = "The page appears here as soon as its HTML is written."
NO_PAGE_MESSAGE = "There is no HTML page in this version: look at the whole answer, or generate again."
OFFLINE_MESSAGE = (
    "The preview has no network. To run it for real, start its back end; then, in the folder of these files:"
)


class PreviewFrame(ui.element, component="preview_frame.js", dependencies=[CLIPBOARD_SCRIPT]):
    """Shows one run's page, or says why there is none; empty until the first ``show``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._loaded_at = 0.0
        self._props.update(src="", sentence="", commands="", offline=OFFLINE_MESSAGE)

    def show(self, run: RunInfo, files: Sequence[Document], *, ended: bool) -> None:
        """Load the page, or load it again if more files are finished; ``ended`` says that no more will come."""
        stack = stacks.find_stack(run.stack, run.side)
        paths = [file.path for file in files if file.path and not file.is_open]
        if sentence := preview_obstacle(stack):
            self._set_content("", sentence, stack.start)
        elif find_start_page(paths) or run.kind in OVERLAY_KINDS:  # whose page may be in the version that they change
            # A new address for each state of the files, or the frame would not load again.
            query = f"?v={len(paths)}{'-end' if ended else ''}"
            self._load(f"/preview/{run.id}", query, stack.start, is_last=ended)
        else:
            self._set_content("", NO_PAGE_MESSAGE if ended else PAGE_PENDING_MESSAGE)

    def unload(self) -> None:
        """Remove the page, so that nothing of it runs while it is not in view."""
        self._set_content("")

    def _load(self, address: str, query: str, commands: str, *, is_last: bool) -> None:
        now = self._clock()
        is_loaded = str(self._props["src"]).partition("?")[0] == address
        # The last load is never put off: nothing would make up for it.
        if is_loaded and not is_last and now - self._loaded_at < MIN_RELOAD_SECONDS:
            return  # the next ``show`` loads it
        if self._set_content(address + query, commands=commands):
            self._loaded_at = now

    def _set_content(self, src: str, sentence: str = "", commands: str = "") -> bool:
        """Send the content if it has changed; True if it has."""
        props = {"src": src, "sentence": sentence, "commands": commands}
        if all(self._props[name] == value for name, value in props.items()):
            return False
        self._props.update(props)
        self.update()
        return True
