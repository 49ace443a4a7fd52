"""How the installation is: engines, queue, database, disk, runtime, version; for admins."""

import asyncio
import shutil
import sys

from core import __version__
from core.errors import Unavailable
from core.studio import Studio
from core.text import pluralize
from ui.accounts import session
from ui.components.settings.rows import row, section
from ui.elements import box, button

GIGABYTE = 1e9


class HealthOverview:
    """One row for each thing that may fail; ``draw`` asks them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        with section("Now") as actions:
            with actions:
                button("Ask again", self.draw, "small")
            self._rows = box("lw-settings-rows")

    async def draw(self) -> None:
        """Draw how everything is now."""
        await session.page_admin()
        found = [*await self._engines(), await self._database(), self._queue(), await self._disk(), self._runtime()]
        self._rows.clear()
        with self._rows:
            for title, detail, is_well in found:
                with row(title, detail, "" if is_well else "look at this", "warn"):
                    pass
            with row(f"Livewright {__version__}", f"Python {sys.version.split()[0]} on {sys.platform}"):
                pass

    async def _engines(self) -> list[tuple[str, str, bool]]:
        engines = self._studio.engines
        default = await engines.default_engine()
        healths = [(engine, await engines.health(engine)) for engine in engines.all]
        return [
            (
                f"Engine {engine.name}{', in use' if engine is default else ''}",
                f"{health.engine_message} {health.model_message}",
                engine is not default or (health.engine_ready and health.model_ready),
            )
            for engine, health in healths
            if not health.servers
        ] + [
            (f"Engine {engine.name} at {server.url}", server.message, server.ready)
            for engine, health in healths
            for server in health.servers
        ]

    async def _database(self) -> tuple[str, str, bool]:
        try:
            await self._studio.check_storage()
        except Unavailable as error:
            return "Database", str(error), False
        return "Database", "It answers, and there is room for more.", True

    def _queue(self) -> tuple[str, str, bool]:
        counts = self._studio.runs.count_by_status()
        waiting = counts["queued"]
        return "Queue", f"{pluralize(sum(counts.values()) - waiting, 'run')} at work, {waiting} waiting.", True

    async def _disk(self) -> tuple[str, str, bool]:
        usage = await asyncio.to_thread(shutil.disk_usage, self._studio.settings.home)
        return "Disk", f"{usage.free / GIGABYTE:,.1f} of {usage.total / GIGABYTE:,.1f} GB free.", usage.free > GIGABYTE

    def _runtime(self) -> tuple[str, str, bool]:
        runtime = self._studio.runtime
        return "Running apps", "Ready." if runtime.is_ready else runtime.state.message, True
