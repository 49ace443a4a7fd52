"""Example apps to start from, offered below an empty prompt."""

from collections.abc import Callable

from nicegui import ui

from core.catalog.starters import STARTERS, Starter
from ui.elements import box, on_event, set_visible, text

STARTER_NAMES = frozenset(starter.name for starter in STARTERS)
STARTER_PROMPTS = frozenset(starter.prompt for starter in STARTERS)


class StarterChips(ui.element):
    """Shown while ``prompt`` is empty; with ``allow_change`` also while it holds an example's text."""

    def __init__(
        self, prompt: ui.textarea, on_select: Callable[[Starter], object], *, allow_change: bool = False
    ) -> None:
        super().__init__("div")
        self.classes("lw-starter-chips")
        self._prompt = prompt
        self._allow_change = allow_change
        with self:
            text("Or start from", "lw-starter-chips-title")
            for starter in STARTERS:
                chip = box("lw-subtle-btn", "button").props("type=button")
                chip.props["title"] = starter.prompt
                with chip:
                    text(starter.name)
                on_event(chip, "click", lambda starter=starter: on_select(starter))
        prompt.on_value_change(self._update_visibility)
        self._update_visibility()

    def _update_visibility(self) -> None:
        typed = str(self._prompt.value or "")
        set_visible(self, not typed.strip() or (self._allow_change and typed in STARTER_PROMPTS))
