"""The line to ask for a change of a side in."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from core.catalog.stacks import Side
from ui.elements import button, guard_action, notify_error

Refine = Callable[[str], Awaitable[None]]


class RefineForm(ui.element):
    """``field`` is emptied when what is in it was asked for."""

    def __init__(self, side: Side, refine: Refine) -> None:
        super().__init__("div")
        self.classes("lw-refine-form")
        self._refine = refine
        with self:
            self.field = ui.input(placeholder="Ask for a change: “members can bring a friend”")
            self.field.props("outlined dense hide-bottom-space").classes("lw-field lw-grow")
            self.field.props["aria-label"] = f"Ask for a change of the {side}"
            self.field.on("keydown.enter", guard_action(self._send))
            button("Refine", self._send)

    async def _send(self) -> None:
        if not (instructions := self._typed):
            notify_error("Write what should change.")
            return
        await self._refine(instructions)
        if self._typed == instructions:  # else more has been typed meanwhile
            self.field.set_value("")

    @property
    def _typed(self) -> str:
        return (self.field.value or "").strip()
