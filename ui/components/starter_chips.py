"""Apps to start from, offered while nobody has written requirements of his own."""

from collections.abc import Callable

from nicegui import ui

from core.catalog.starters import STARTERS, Starter
from ui.elements import box, listen, see, text

NAMES = frozenset(starter.name for starter in STARTERS)
PROMPTS = frozenset(starter.prompt for starter in STARTERS)


class StarterChips(ui.element):
    """Stand under ``prompt`` while it is empty; with ``again`` also while it holds one of them, to choose another."""

    def __init__(self, prompt: ui.textarea, choose: Callable[[Starter], object], *, again: bool = False) -> None:
        super().__init__("div")
        self.classes("lw-starters")
        self._prompt = prompt
        self._again = again
        with self:
            text("Or start from", "lw-starters-title")
            for starter in STARTERS:
                chip = box("lw-quiet", "button").props("type=button")
                chip.props["title"] = starter.prompt
                with chip:
                    text(starter.name)
                listen(chip, "click", lambda starter=starter: choose(starter))
        prompt.on_value_change(self._draw)
        self._draw()

    def _draw(self) -> None:
        written = str(self._prompt.value or "")
        see(self, not written.strip() or (self._again and written in PROMPTS))
