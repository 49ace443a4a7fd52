"""What went wrong when the app of a version ran: the number in one line, which opens to all of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import background_tasks

from core.errors import Unavailable
from core.runs.state import RunInfo
from core.text import pluralize
from core.trial.finding import Finding
from ui.components.review.folded_list import FoldedList, draw_entry

Find = Callable[[RunInfo], Awaitable[Sequence[Finding]]]
"""Gives what was found in a version."""
ShowPlace = Callable[[str, int | None], object]
"""Shows a line (from 1) of a file, by its path."""


class FindingList(FoldedList):
    """Hidden if nothing was found. Pressing a finding jumps to its line, where it has one."""

    def __init__(self, find: Find, show_place: ShowPlace) -> None:
        super().__init__("lw-problems")
        self._find = find
        self._show_place = show_place
        self._shown: tuple[str, int, str | None] | None = None
        self._task: asyncio.Task[None] | None = None

    def show(self, run: RunInfo | None) -> None:
        """Draw what was found in this version, if it is another one or something new was found."""
        wanted = (run.id, run.findings, run.verdict) if run and run.findings else None
        if wanted == self._shown:
            return
        self._shown = wanted
        if self._task:
            self._task.cancel()
        if run is None or wanted is None:
            self.replace_entries("", has_entries=False)
            return
        self._task = background_tasks.create(self._load(run), name=f"findings of run {run.id}", context=self)

    async def _load(self, run: RunInfo) -> None:
        try:
            findings = await self._find(run)
        except Unavailable:  # the database: drawn with the next change
            self._shown = None
            return
        title = f"{pluralize(len(findings), 'error')} when it ran"
        with self.replace_entries(title, has_entries=bool(findings)):
            for finding in findings:
                # By its path: the file in view may be drawn anew meanwhile, formatted or as it was written.
                show = partial(self._show_place, finding.path, finding.line) if finding.path else _do_nothing
                draw_entry(finding.place, finding.message, show)


def _do_nothing() -> None:
    """An error without a place leads nowhere."""
