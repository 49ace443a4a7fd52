"""What engines last said about their health: many callers share one check, and a ready engine delays no start."""

import asyncio
import time
from dataclasses import dataclass

from core.engines.protocol import Engine, EngineName, Health

HEALTH_TTL = 3.0
"""Seconds a result is valid: without it an unreachable host would cost its time-out at every start."""
READY_TTL = 60.0
"""Seconds a ready result is good enough to start a run; the refresh follows in the background."""
REFRESH_DELAY = 0.5
"""Seconds until that refresh: the requests of the run itself go first."""


@dataclass(frozen=True, slots=True)
class _CheckedHealth:
    health: Health
    checked_at: float

    @property
    def age(self) -> float:
        return time.monotonic() - self.checked_at


class HealthCache:
    """The latest health of each engine, by the engine's name."""

    def __init__(self) -> None:
        self._latest: dict[EngineName, _CheckedHealth] = {}
        self._checks: dict[EngineName, asyncio.Task[Health]] = {}
        self._delayed_checks: dict[EngineName, asyncio.TimerHandle] = {}

    async def get(self, engine: Engine) -> Health:
        """The health, at most ``HEALTH_TTL`` seconds old."""
        latest = self._latest.get(engine.name)
        if latest and latest.age <= HEALTH_TTL:
            return latest.health
        # The check belongs to all who wait for it: one of them may be cancelled.
        return await asyncio.shield(self._check(engine))

    async def get_for_start(self, engine: Engine) -> Health:
        """The health for the start of a run: waits only if the engine was not ready within ``READY_TTL`` seconds."""
        latest = self._latest.get(engine.name)
        if latest is None or not latest.health.engine_ready or latest.age > READY_TTL:
            return await self.get(engine)
        # One refresh at a time, however many runs start meanwhile.
        if latest.age > HEALTH_TTL and engine.name not in self._delayed_checks:
            timer = asyncio.get_running_loop().call_later(REFRESH_DELAY, self._check_now, engine)
            self._delayed_checks[engine.name] = timer
        return latest.health

    def invalidate(self, name: EngineName) -> None:
        """Forget a result, so that the next caller waits for a new one."""
        self._latest.pop(name, None)

    async def close(self) -> None:
        """Stop every check."""
        for timer in self._delayed_checks.values():
            timer.cancel()
        for task in self._checks.values():
            task.cancel()
        # Awaited, so that no check uses an engine that is closed next.
        await asyncio.gather(*self._checks.values(), return_exceptions=True)

    def _check_now(self, engine: Engine) -> None:
        del self._delayed_checks[engine.name]
        self._check(engine)

    def _check(self, engine: Engine) -> asyncio.Task[Health]:
        if (task := self._checks.get(engine.name)) is None:
            task = asyncio.create_task(self._ask(engine), name=f"health of {engine.name}")
            self._checks[engine.name] = task
            task.add_done_callback(lambda _: self._checks.pop(engine.name, None))
        return task

    async def _ask(self, engine: Engine) -> Health:
        health = await engine.health()
        self._latest[engine.name] = _CheckedHealth(health, time.monotonic())
        return health
