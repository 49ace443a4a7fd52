"""Have the model correct what is wrong with a version: on request, or once by itself where a project wants it."""

import asyncio
from dataclasses import replace

from core.errors import Conflict, LivewrightError
from core.generation.run_request import Order
from core.generation.runs import Runs
from core.review.reviews import Reviews
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunKind, RunStatus
from core.text import count
from data.errors import DatabaseUnavailable

TEMPERATURE = 0.6
"""At least: a cooler model copies what it is shown, mistakes and all."""
NEVER = frozenset({RunKind.FIX, RunKind.UPLOAD})
"""What is not corrected by itself: a second round seldom helps where the first did not, and an upload is a person's."""


class Fixes:
    """Starts runs that correct others."""

    def __init__(self, runs: Runs, reviews: Reviews) -> None:
        self._runs = runs
        self._reviews = reviews
        self._looking: set[asyncio.Task[None]] = set()

    async def start(self, user_id: int, run_id: str) -> RunInfo:
        """A new run that corrects the problems of this version. Raises NotFound, Conflict, QueueFull, Unavailable."""
        log = await self._runs.log(user_id, run_id)
        if log.state.live:
            raise Conflict("Only a version that has ended can be fixed.")
        found = sum(len(file.problems) for file in await self._reviews.of(log))
        if not found:
            raise Conflict("No problem is known in this version, so there is nothing to fix.")
        return await self._fix(log.state, found)

    def ended(self, log: Log) -> None:
        """Have a run that has just ended looked at, and fixed where that is wanted."""
        if log.state.status is RunStatus.INTERRUPTED or not log.length:
            return
        looking = asyncio.create_task(self._look(log), name=f"look at {log.state.id}")
        self._looking.add(looking)
        looking.add_done_callback(self._looking.discard)

    async def close(self) -> None:
        """Stop looking."""
        for looking in self._looking:
            looking.cancel()
        await asyncio.gather(*self._looking, return_exceptions=True)

    async def _look(self, log: Log) -> None:
        try:
            found = sum(len(file.problems) for file in await self._reviews.of(log))
            run = log.state
            if run.status is not RunStatus.COMPLETE or run.kind in NEVER or not found:
                return
            project = await self._runs.project(run.user_id, run.project_id)
            if project.auto_fix and getattr(project, f"{run.side}_run_id") == run.id:
                await self._fix(run, found)
        except (LivewrightError, DatabaseUnavailable):
            return  # deleted, or something else is being written: nobody waits for this

    async def _fix(self, run: RunInfo, found: int) -> RunInfo:
        wish = f"fix {count(found, 'problem')}"
        sampling = replace(run.sampling, temperature=max(TEMPERATURE, run.sampling.temperature or 0))
        order = Order(instructions=wish, kind=RunKind.FIX, parent=run, stack=run.stack, sampling=sampling)
        return await self._runs.start(run.user_id, run.project_id, run.side, order)
