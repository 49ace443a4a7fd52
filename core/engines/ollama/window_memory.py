"""The context window that each model was last loaded with, kept over a restart: another one would have it reloaded."""

import asyncio
import json
import logging
from contextlib import suppress
from pathlib import Path

_logger = logging.getLogger(__name__)

FILE_NAME = "ollama-windows.json"
MAX_MODELS = 100
"""That are remembered; the one noted longest ago goes first."""


class WindowMemory:
    """Windows in tokens, by model, in a file of ``home``; without ``home`` they are forgotten with the process."""

    def __init__(self, home: Path | None) -> None:
        self._path = home / FILE_NAME if home else None
        self._windows = _load(self._path) if self._path else {}
        self._is_saved = True

    def get(self, model: str) -> int:
        """The window of a model; 0 where it is not known."""
        return self._windows.get(model, 0)

    def note(self, model: str, window: int) -> None:
        """Remember the window that a model is loaded with from now on."""
        if self._windows.get(model) == window:
            return
        self._windows.pop(model, None)
        self._windows[model] = window
        while len(self._windows) > MAX_MODELS:
            del self._windows[next(iter(self._windows))]
        self._is_saved = False

    async def save(self) -> None:
        """Write the file, if anything has changed."""
        if self._path and not self._is_saved:
            self._is_saved = True
            await asyncio.to_thread(_store, self._path, json.dumps(self._windows))


def _load(path: Path) -> dict[str, int]:
    with suppress(OSError, ValueError):
        fields = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(fields, dict):
            return {model: window for model, window in fields.items() if isinstance(window, int) and window > 0}
    return {}


def _store(path: Path, text: str) -> None:
    """Replace the file as a whole: a reader never sees half of one."""
    new_path = path.with_suffix(".new")
    try:
        new_path.write_text(text, encoding="utf-8")
        new_path.replace(path)
    except OSError as error:  # a full disk: then a restart costs one more loading
        _logger.warning("the windows of Ollama's models cannot be kept: %s", error)
