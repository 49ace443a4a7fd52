"""Tells whoever shows a project that it, its runs or its versions have changed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProjectChanged:
    """Something of this project is another one now, or the project is new or gone."""

    user_id: int
    project_id: int


Listener = Callable[[ProjectChanged], None]


class ProjectChanges:
    """Passes each change on to every listener, in the order in which they came. No I/O; belongs to one event loop."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called at each change, until what this returns is called. It must return at once."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, user_id: int, project_id: int) -> None:
        """Tell every listener; one that fails is logged and keeps nobody else from hearing it."""
        change = ProjectChanged(user_id, project_id)
        for listener in list(self._listeners):
            try:
                listener(change)
            except Exception:
                _logger.exception("a listener of project %s failed", project_id)
