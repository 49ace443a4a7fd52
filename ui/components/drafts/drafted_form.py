"""A form whose text is stored shortly after it was typed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from nicegui import background_tasks, ui

from core.errors import LivewrightError, Unavailable
from core.projects.drafts import DraftContent, DraftPlace

STORE_DELAY_SECONDS = 0.7
"""From a key to the storing of all that was typed until then."""
STORE_RETRY_SECONDS = 3.0
"""After the database did not answer."""

Fields = Mapping[str, ui.input | ui.textarea | ui.select]
Store = Callable[[DraftContent], Awaitable[object]]


class DraftedForm:
    """Passes the text of its fields to ``store`` while it changes, then to ``on_stored``; ``initial`` is that of a form
    without a draft."""

    def __init__(
        self, place: DraftPlace, fields: Fields, store: Store, initial: DraftContent, on_stored: Callable[..., object]
    ) -> None:
        self.place = place
        self.fields = fields
        self._store = store
        self._initial = dict(initial)
        self._on_stored = on_stored
        self._timer: asyncio.TimerHandle | None = None
        self._lock = asyncio.Lock()
        self._is_sent = False
        self._stored = self._initial
        for field in fields.values():
            field.on_value_change(self._on_change)

    @property
    def content(self) -> dict[str, str]:
        """What is in the fields now."""
        return {name: str(field.value or "") for name, field in self.fields.items()}

    @property
    def changes(self) -> dict[str, str]:
        """The fields that do not hold what they do in a form without a draft."""
        return {name: value for name, value in self.content.items() if value != self._initial.get(name)}

    @property
    def is_initial(self) -> bool:
        """Whether the fields hold what a form without a draft does."""
        return self.content == self._initial

    @property
    def is_stored(self) -> bool:
        """Whether all that is in the fields is stored, or was there from the beginning."""
        return self.content == self._stored

    async def flush(self) -> None:
        """Store now what has not been stored yet."""
        if self._timer:
            self._cancel_timer()
            await self._store_now()
        async with self._lock:  # what is being stored is stored then
            pass

    async def finish(self, discard: Callable[[DraftPlace], Awaitable[object]]) -> None:
        """Store nothing from now on, and have what was stored discarded."""
        self._is_sent = True
        self._cancel_timer()
        async with self._lock:
            await discard(self.place)
        self._on_stored(self)

    def _on_change(self) -> None:
        # At once where nothing is left to keep, as after sending: a reload must not bring it back.
        delay = 0 if self.is_initial else STORE_DELAY_SECONDS
        if self.is_initial:
            self._cancel_timer()
        if self._timer is None and not self._is_sent:
            self._timer = asyncio.get_running_loop().call_later(delay, self._begin_to_store)

    def _begin_to_store(self) -> None:
        self._timer = None
        background_tasks.create(self._store_now(), name=f"draft of {self.place.form}")

    def _cancel_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    async def _store_now(self) -> None:
        async with self._lock:  # one after the other: the last that was typed is stored last
            if self._is_sent:
                return
            content = self.content
            try:
                await self._store(content)
            except Unavailable:
                self._timer = asyncio.get_running_loop().call_later(STORE_RETRY_SECONDS, self._begin_to_store)
            except LivewrightError:
                return  # it cannot be stored: too long, or its project is gone
            else:
                self._stored = content
                self._on_stored(self, content)
