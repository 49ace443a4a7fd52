"""Offers to take back what was just done, for ten seconds."""

from nicegui import events, ui

from ui.elements import Action, guard_action


class UndoNotice(ui.element, component="undo_notice.js"):
    """One for a page, at its lower edge: what is offered last is what can be taken back."""

    def __init__(self) -> None:
        super().__init__()
        self._undo: Action | None = None
        self._number = 0
        self.on("undo", self._on_undo)

    def offer(self, done: str, undo: Action) -> None:
        """Say what was done, and have ``undo`` called where that is wanted."""
        self._number += 1
        self._undo = undo
        self.run_method("show", self._number, done)

    async def _on_undo(self, event: events.GenericEventArguments) -> None:
        undo = self._undo
        # A press may have been on its way while something else was done.
        if undo and event.args == self._number:
            self._undo = None
            await guard_action(undo)()
