"""One of several servers: what is known of it, and how busy it is."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.engines.health_cache import HEALTH_TTL, READY_TTL
from core.engines.model_names import is_same_model
from core.engines.protocol import Engine, ModelInfo

MAX_PROJECTS = 1000
"""Whose last server is remembered."""


@dataclass(eq=False, slots=True)
class GroupServer:
    """A server with the models of its latest list: none where it did not answer. Counts the runs it writes now."""

    url: str
    engine: Engine
    models: tuple[ModelInfo, ...] = ()
    active_runs: int = 0
    all_runs: int = 0
    _looked_at: float = field(default=float("-inf"))

    @property
    def is_stale(self) -> bool:
        """Whether it should be looked at again."""
        return time.monotonic() - self._looked_at > HEALTH_TTL

    def note(self, models: Iterable[ModelInfo]) -> None:
        """Keep the list that it has just given."""
        self.models = tuple(models)
        self._looked_at = time.monotonic()

    def has(self, model: str) -> bool:
        """Whether its latest list, if that is good enough to start a run by, has this model."""
        is_known = time.monotonic() - self._looked_at <= READY_TTL
        return is_known and any(is_same_model(each.name, model) for each in self.models)


class ServerChoice:
    """Puts servers into order for a run: the least busy first, of those the project's last, then the least used."""

    def __init__(self) -> None:
        self._last_servers: dict[int, GroupServer] = {}

    def in_order(self, servers: Iterable[GroupServer], project_id: int | None) -> list[GroupServer]:
        """The servers, the best for a run of this project first."""
        last = self._last_servers.get(project_id) if project_id is not None else None
        return sorted(servers, key=lambda server: (server.active_runs, server is not last, server.all_runs))

    def note(self, server: GroupServer, project_id: int | None) -> None:
        """Remember where a project's run goes."""
        if project_id is None:
            return
        self._last_servers.pop(project_id, None)
        self._last_servers[project_id] = server
        if len(self._last_servers) > MAX_PROJECTS:
            del self._last_servers[next(iter(self._last_servers))]
