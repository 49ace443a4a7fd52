"""A front end at work, beside its code: in a frame that can reach nothing, loaded anew as its files come."""

import time
from collections.abc import Callable, Sequence

from nicegui import ui

from core.catalog import stacks
from core.runs.state import RunInfo
from core.runs.version_files import CHANGING
from core.versions.preview import front_page, obstacle
from ui.components.code.code_view import Document

RELOAD_SECONDS = 1.0
"""The least time between two loads that nobody asked for."""

COMING = "The page appears here as soon as its HTML is written."
NO_PAGE = "There is no HTML page in this version: look at the whole answer, or generate again."
OFFLINE = "The preview has no network. To run it for real, start its back end; then, in the folder of these files:"


class Preview(ui.element, component="preview_frame.js"):
    """Shows one run's page, or in a sentence why there is none; empty until it is told to show something."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._loaded = 0.0
        self._props.update(src="", sentence="", commands="", offline=OFFLINE)

    def show(self, run: RunInfo, files: Sequence[Document], *, ended: bool) -> None:
        """Bring it up to date with the files that are finished; as often as one likes."""
        stack = stacks.stack(run.stack, run.side)
        paths = [file.path for file in files if file.path and not file.open]
        if sentence := obstacle(stack):
            self._set("", sentence, stack.start)
        elif front_page(paths) or run.kind in CHANGING:  # there the page may be the version's before
            self._load(f"/preview/{run.id}", f"?v={len(paths)}{'-end' if ended else ''}", stack.start)
        else:
            self._set("", NO_PAGE if ended else COMING)

    def rest(self) -> None:
        """Have nothing run while nobody looks."""
        self._set("")

    def _load(self, address: str, version: str, commands: str) -> None:
        now = self._clock()
        known = str(self._props["src"]).partition("?")[0] == address
        if not known or now - self._loaded >= RELOAD_SECONDS:
            self._loaded = now if self._set(address + version, commands=commands) else self._loaded

    def _set(self, src: str, sentence: str = "", commands: str = "") -> bool:
        """Send what is news; says whether anything was."""
        props = {"src": src, "sentence": sentence, "commands": commands}
        if all(self._props[name] == value for name, value in props.items()):
            return False
        self._props.update(props)
        self.update()
        return True
