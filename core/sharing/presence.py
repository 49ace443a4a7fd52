"""How many look at a project now, on pages and by shared streams."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.projects.changes import ProjectChanges


class Presence:
    """Counts who is there; ``changes`` tells of each who comes or goes. Belongs to one event loop."""

    def __init__(self) -> None:
        self.changes = ProjectChanges()
        self._counts: Counter[int] = Counter()

    def count(self, project_id: int) -> int:
        """How many look at a project now."""
        return self._counts[project_id]

    def enter(self, owner_id: int, project_id: int) -> Callable[[], None]:
        """Count one more, until the returned function is called."""
        self._counts[project_id] += 1
        self.changes.publish(owner_id, project_id)
        is_there = True

        def leave() -> None:
            nonlocal is_there
            if not is_there:  # a page may say so twice
                return
            is_there = False
            self._counts[project_id] -= 1
            if not self._counts[project_id]:
                del self._counts[project_id]
            self.changes.publish(owner_id, project_id)

        return leave

    @contextmanager
    def watching(self, owner_id: int, project_id: int) -> Iterator[None]:
        """Count one more meanwhile."""
        leave = self.enter(owner_id, project_id)
        try:
            yield
        finally:
            leave()
