"""A studio's way out of a missing model: an admin pulls it, everybody sees how far it is, and the run begins again."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from nicegui import background_tasks, ui

from core.accounts.identity import User
from core.errors import LivewrightError
from core.generation.run_request import RunRequest
from core.model_library.pulls import Pull
from core.runs.state import RunInfo
from core.studio import Studio
from ui.accounts import session
from ui.components.run.faces import Face
from ui.components.run.missing_model import lacks_model, missing_model_face

_logger = logging.getLogger(__name__)


class MissingModels:
    """``redraw`` is called whenever a pull that is shown has come further, ``show_next`` with a run that has failed and
    the one that was started in its place.
    """

    def __init__(
        self,
        studio: Studio,
        user: User,
        redraw: Callable[[], None],
        show_next: Callable[[RunInfo, RunInfo], Awaitable[None]],
    ) -> None:
        self._studio = studio
        self._user = user
        self._redraw = redraw
        self._show_next = show_next
        self._client = ui.context.client
        self._followed: set[str] = set()

    def find_face(self, run: RunInfo, has_text: bool) -> Face | None:
        """The face of a run that has failed for lack of its model; None for any other."""
        if not lacks_model(run):
            return None
        pull = self._pull_of(run)
        if pull and pull.end is None:
            self._follow(pull)
        return missing_model_face(run, pull, is_admin=self._user.is_admin, fills=not has_text)

    async def pull(self, run: RunInfo, overrides: RunRequest) -> None:
        """Fetch the model of this run, and then do once more what the run was asked for."""
        admin = await session.page_admin()
        pull = await self._studio.models.pulls.start(run.engine, run.model, admin.user.id)
        if run.id not in pull.waiting_runs:
            pull.waiting_runs.add(run.id)
            # Not bound to this page: who closes it wants the run all the same.
            starting = self._start_when_there(pull, run, replace(overrides, model=run.model))
            background_tasks.create(starting, name=f"start after pull {pull.id}")
        self._redraw()

    async def stop(self, run: RunInfo) -> None:
        """Stop fetching the model of this run."""
        await session.page_admin()
        if pull := self._pull_of(run):
            await self._studio.models.pulls.stop(pull.id)
            self._redraw()

    def _pull_of(self, run: RunInfo) -> Pull | None:
        """The latest pull of the model; not one that had ended when the run failed: it has gone again since."""
        pull = self._studio.models.pulls.find(run.engine, run.model)
        is_over = pull and pull.ended_at and run.finished_at and pull.ended_at < run.finished_at
        return None if is_over else pull

    async def _start_when_there(self, pull: Pull, run: RunInfo, overrides: RunRequest) -> None:
        if (await pull.wait()).error is not None:
            return
        try:
            started = await self._studio.retries.start(self._user.id, run.id, overrides)
            if not self._client.is_deleted:
                with self._client:
                    await self._show_next(run, started)
        except LivewrightError as error:
            _logger.info("run %s was not started again: %s", run.id, error)

    def _follow(self, pull: Pull) -> None:
        if pull.id not in self._followed:
            self._followed.add(pull.id)
            background_tasks.create(self._draw_progress(pull), name=f"progress of pull {pull.id}")

    async def _draw_progress(self, pull: Pull) -> None:
        async with aclosing(pull.follow()) as steps:
            async for _ in steps:
                if self._client.is_deleted:
                    return
                with self._client:
                    self._redraw()
