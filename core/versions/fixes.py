"""Have the model correct what is wrong with a version: on request, or once by itself where a project wants it."""

import asyncio
import logging
from dataclasses import replace

from core.errors import Conflict, LivewrightError
from core.generation.run_request import RunRequest
from core.generation.runs import Runs
from core.projects.access import ProjectAccess
from core.review.reviews import Reviews
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunKind, RunStatus
from core.text import pluralize

_logger = logging.getLogger(__name__)

MIN_TEMPERATURE = 0.6
"""At a lower temperature a model copies what it is shown, mistakes included."""
NEVER_AUTO_FIXED = frozenset({RunKind.FIX, RunKind.UPLOAD, RunKind.EDIT})
"""A second automatic fix seldom helps where the first did not, and an upload belongs to a person."""


class Fixes:
    """Starts runs that correct the problems of others."""

    def __init__(self, access: ProjectAccess, runs: Runs, reviews: Reviews) -> None:
        self._access = access
        self._runs = runs
        self._reviews = reviews
        self._review_tasks: set[asyncio.Task[None]] = set()

    async def start(self, user_id: int, run_id: str) -> RunInfo:
        """A new run that corrects the problems of this version. Raises NotFound, Conflict, QueueFull, Unavailable."""
        log = await self._runs.open_log(user_id, run_id)
        if log.state.is_live:
            raise Conflict("Only a version that has ended can be fixed.")
        problem_count = sum(len(file.problems) for file in await self._reviews.reviewed_files(log))
        if not problem_count:
            raise Conflict("No problem is known in this version, so there is nothing to fix.")
        return await self._start_fix(log.state, problem_count)

    def on_run_end(self, log: Log) -> None:
        """Review a run that has just ended, and fix it where its project wants that."""
        # The server is closing: such a run is reviewed when somebody opens it.
        if log.state.status is RunStatus.INTERRUPTED or not log.length:
            return
        review_task = asyncio.create_task(self._review_and_fix(log), name=f"review and fix {log.state.id}")
        # Held here, because asyncio itself may let go of a task that is running.
        self._review_tasks.add(review_task)
        review_task.add_done_callback(self._review_tasks.discard)

    async def close(self) -> None:
        """Cancel the reviews that are under way."""
        for review_task in self._review_tasks:
            review_task.cancel()
        await asyncio.gather(*self._review_tasks, return_exceptions=True)

    async def _review_and_fix(self, log: Log) -> None:
        try:
            problem_count = sum(len(file.problems) for file in await self._reviews.reviewed_files(log))
            run = log.state
            if run.status is not RunStatus.COMPLETE or run.kind in NEVER_AUTO_FIXED or not problem_count:
                return
            project = await self._access.get(run.user_id, run.project_id)
            # Not where a person has made another version current meanwhile.
            if project.auto_fix and project.run_id_of(run.side) == run.id:
                await self._start_fix(run, problem_count)
        except LivewrightError:
            return  # deleted meanwhile, or another run is live: nobody waits for an automatic fix
        except Exception:
            # The boundary of this task: nobody awaits it, so nobody else would say what failed.
            _logger.exception("the review after run %s failed", log.state.id)

    async def _start_fix(self, run: RunInfo, problem_count: int) -> RunInfo:
        instructions = f"fix {pluralize(problem_count, 'problem')}"
        sampling = replace(run.sampling, temperature=max(MIN_TEMPERATURE, run.sampling.temperature or 0))
        request = RunRequest(
            instructions=instructions, kind=RunKind.FIX, parent=run, stack=run.stack, sampling=sampling
        )
        return await self._runs.start(run.user_id, run.project_id, run.side, request)
