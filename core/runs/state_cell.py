"""The newest snapshot of a state, and a count of the changes that readers are told of. No I/O."""

from collections.abc import Callable
from typing import Generic, TypeVar

StateT = TypeVar("StateT")


class StateCell(Generic[StateT]):
    """Holds an immutable state that is replaced; ``revision`` counts the replacements that readers are told of."""

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
        """The state without a pending lazy change: its counters may be old, and reading it costs nothing."""
        return self._state

    def publish(self, state: StateT) -> None:
        """Replace the state by one that readers are told of."""
        self.set_quietly(state)
        self.revision += 1

    def set_quietly(self, state: StateT) -> None:
        """Replace the state without telling readers."""
        # A pending change was made for the state before, and must not overwrite this one.
        self._state, self._lazy_change = state, None

    def set_lazily(self, change: Callable[[StateT], StateT]) -> None:
        """Apply ``change`` when the state is next asked for; a newer lazy change replaces an older one.

        Made for counters, which move with every piece and are read a few times a second.
        """
        self._lazy_change = change
