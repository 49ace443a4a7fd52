"""Pages that follow changes: they are told of each, and refresh at once, then at most once per interval."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from nicegui import background_tasks, ui

from core.errors import LivewrightError, Unavailable
from core.projects.changes import ProjectChanged
from core.studio import Studio

_logger = logging.getLogger(__name__)

REFRESH_RETRY_SECONDS = 3.0
"""After the database, or an engine, did not answer."""


def on_project_change(studio: Studio, listener: Callable[[ProjectChanged], None]) -> None:
    """Call ``listener`` at each change of a project, until the current page is closed."""
    unsubscribe = studio.changes.subscribe(listener)
    ui.context.client.on_delete(unsubscribe)


class Refresher:
    """Runs ``refresh`` in a task of the current page, which waits between requests and ends with the page.

    A request during a refresh leads to another one after it, so that the last change is always seen.
    """

    def __init__(self, refresh: Callable[[], Awaitable[None]], *, interval: float) -> None:
        self._refresh = refresh
        self._interval = interval
        self._requested = asyncio.Event()
        client = ui.context.client
        task = background_tasks.create(self._run(), name=f"refresh of {client.page.path}", context=client)
        client.on_delete(lambda: task.cancel())  # noqa: PLW0108 - NiceGUI passes its client to what takes an argument

    def request(self) -> None:
        """Refresh soon."""
        self._requested.set()

    async def _run(self) -> None:
        while True:
            await self._requested.wait()
            # Before the refresh: a change that comes during it is seen by the next one.
            self._requested.clear()
            try:
                await self._refresh()
            except Unavailable:
                self._requested.set()
                await asyncio.sleep(REFRESH_RETRY_SECONDS)
            except LivewrightError:
                pass  # such as NotFound after a deletion: nothing to draw any more
            except Exception:  # the boundary of a page: it goes on with the next change
                _logger.exception("a page could not be refreshed")
            await asyncio.sleep(self._interval)
