"""Which run each side's panel shows while runs begin and end on this page, in another tab or by a program."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.accounts.identity import User
from core.catalog.stacks import Side
from core.projects.project import Project
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.studio import Studio
from ui.pages import initial_runs


class RunPanel(Protocol):
    """What shows one run of a side at a time."""

    @property
    def run(self) -> RunInfo | None:
        """The run in view."""

    def follow(self, log: RunLog[RunInfo], splice_offset: int | None = None) -> None:
        """Show this run."""


class FollowedRuns:
    """Puts runs of one project into its panels; ``runs`` are those that the page opens with, newest first."""

    def __init__(
        self,
        studio: Studio,
        user: User,
        project_id: int,
        panels: Mapping[Side, RunPanel],
        runs: Sequence[RunInfo],
    ) -> None:
        self._studio = studio
        self._user = user
        self._project_id = project_id
        self._panels = panels
        self._live_run_ids: dict[Side, str] = {}
        self._newest_run_ids = {side: initial_runs.newest_run_id(side, runs) for side in Side}
        self._listed_ids = {run.id for run in runs}

    async def show(self, side: Side, run_id: str) -> None:
        """Show this run. Raises NotFound."""
        self._panels[side].follow(*await initial_runs.open_log(self._studio, self._user, run_id))

    async def leave_deleted_runs(self, project: Project, runs: Sequence[RunInfo]) -> bool:
        """Show another version in place of one that was deleted; False where its side has none left to show."""
        ids = {run.id for run in runs}
        # Only what was listed before: a run that has just begun is not in the list yet.
        deleted_ids = self._listed_ids - ids
        for side, panel in self._panels.items():
            if panel.run and panel.run.id in deleted_ids:
                other_id = initial_runs.initial_run_id(project, side, runs)
                if other_id is None:
                    return False
                await self.show(side, other_id)
        self._listed_ids = ids  # not before: what could not be shown is tried again
        return True

    async def follow_live_runs(self) -> None:
        """Show live runs, each once: a reader who then turns to an older version stays there."""
        for side in Side:
            run = self._studio.runs.live_run(self._project_id, side)
            if run and run.id != self._live_run_ids.get(side):
                self._live_run_ids[side] = run.id
                await self.show(side, run.id)

    async def follow_newest_runs(self, runs: Sequence[RunInfo]) -> None:
        """Show a new run, which may have ended already, if the one before it, or none, is in view."""
        for side, panel in self._panels.items():
            newest, before = initial_runs.newest_run_id(side, runs), self._newest_run_ids[side]
            shown_id = panel.run.id if panel.run else None
            if newest and newest != before and shown_id == before:
                await self.show(side, newest)
            self._newest_run_ids[side] = newest  # also where it is not shown: it is news only once
