"""The newest snapshot of a state, and how often it was news. No I/O."""

from collections.abc import Callable
from typing import Generic, TypeVar

StateT = TypeVar("StateT")


class StateCell(Generic[StateT]):
    """Holds a state that is replaced, never changed; ``revision`` counts the replacements that are news."""

    def __init__(self, state: StateT) -> None:
        self._state = state
        self._lazy_change: Callable[[StateT], StateT] | None = None
        self.revision = 0

    @property
    def value(self) -> StateT:
        """The state as it is now."""
        if self._lazy_change:
            self._state, self._lazy_change = self._lazy_change(self._state), None
        return self._state

    @property
    def cached_value(self) -> StateT:
        """The state but for counters that moved since: costs nothing."""
        return self._state

    def set_news(self, state: StateT) -> None:
        """Replace the state by one that readers are told of."""
        self.set_quietly(state)
        self.revision += 1

    def set_quietly(self, state: StateT) -> None:
        """Replace the state by one that is no news by itself."""
        self._state, self._lazy_change = state, None

    def set_lazily(self, change: Callable[[StateT], StateT]) -> None:
        """Change the state once somebody asks for it; the newest such change takes the place of the one before.

        For counters, which move with every piece and are looked at a few times a second.
        """
        self._lazy_change = change
