"""Publish and subscribe: tells pages that a project, its runs or its versions have changed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProjectChanged:
    """This project, one of its runs or versions has changed, or it was created or deleted."""

    user_id: int
    project_id: int


Listener = Callable[[ProjectChanged], None]


class ProjectChanges:
    """Passes each change to every listener, in the order of subscription; belongs to one event loop."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` at each change until the returned function is called. A listener must not block."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def publish(self, user_id: int, project_id: int) -> None:
        """Call every listener; one that raises is logged and does not keep the change from the others."""
        change = ProjectChanged(user_id, project_id)
        for listener in list(self._listeners):  # a copy: a listener may unsubscribe meanwhile
            try:
                listener(change)
            except Exception:  # the boundary of a listener: a page that fails stops no run
                _logger.exception("a listener of project %s failed", project_id)
