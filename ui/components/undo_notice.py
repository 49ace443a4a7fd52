"""Offers to take back what was just done, for ten seconds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import events, ui

from ui.elements import Action, guard_action


@dataclass(frozen=True, slots=True)
class _Offer:
    number: int
    undo: Action
    settle: Callable[[], Awaitable[None]] | None
    subject: object


class UndoNotice(ui.element, component="undo_notice.js"):
    """One for a page, at its lower edge: what is offered last is what can be taken back."""

    def __init__(self) -> None:
        super().__init__()
        self._offer: _Offer | None = None
        self._number = 0
        self.on("undo", self._on_undo)
        self.on("settle", self._on_settle)

    async def offer(
        self,
        done: str,
        undo: Action,
        *,
        settle: Callable[[], Awaitable[None]] | None = None,
        subject: object = None,
    ) -> None:
        """Say what was done, and have ``undo`` called where that is wanted, else ``settle`` once it no longer can be.

        ``subject`` is what it was done to, for ``withdraw``.
        """
        await self._settle()
        self._number += 1
        self._offer = _Offer(self._number, undo, settle, subject)
        self.run_method("show", self._number, done)

    async def withdraw(self, subject: object) -> None:
        """Offer no longer what is offered of this: it has gone on since."""
        if self._offer and self._offer.subject == subject:
            self.run_method("hide", self._offer.number)
            await self._settle()

    async def _on_undo(self, event: events.GenericEventArguments) -> None:
        # A press may have been on its way while something else was done.
        if (offer := self._offer) and event.args == offer.number:
            self._offer = None
            await guard_action(offer.undo)()
            self.run_method("hide", offer.number)

    async def _on_settle(self, event: events.GenericEventArguments) -> None:
        if self._offer and event.args == self._offer.number:
            await guard_action(self._settle)()

    async def _settle(self) -> None:
        offer, self._offer = self._offer, None
        if offer and offer.settle:
            await offer.settle()
