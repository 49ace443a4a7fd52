"""Tells streams, sockets and pages that the session they were opened in has ended, so that they end at once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class SessionEnds:
    """Passes the end of a session, or of all sessions of a user, to whoever watches; belongs to one event loop."""

    def __init__(self) -> None:
        self._watchers: dict[int, dict[asyncio.Event, str]] = {}
        self._count = 0

    @property
    def count(self) -> int:
        """How many ends there were, whosever: whoever sees the same number twice has missed none in between."""
        return self._count

    @property
    def is_watched(self) -> bool:
        """Whether anybody waits for an end."""
        return bool(self._watchers)

    @contextmanager
    def watch(self, user_id: int, session_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when this session ends."""
        ended = asyncio.Event()
        watchers = self._watchers.setdefault(user_id, {})
        watchers[ended] = session_id
        try:
            yield ended
        finally:
            del watchers[ended]
            if not watchers and self._watchers.get(user_id) is watchers:
                del self._watchers[user_id]

    def publish(self, user_id: int, session_id: str | None = None) -> None:
        """This session has ended; without ``session_id`` all of the user's may have, and each watcher looks it up."""
        self._count += 1
        for ended, watched_id in self._watchers.get(user_id, {}).items():
            if session_id in {None, watched_id}:
                ended.set()
