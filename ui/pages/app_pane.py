"""The running app beside the panels of both sides: when it shows, what it runs, and what becomes of its errors."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from core.catalog.stacks import Side
from core.runs.state import RunInfo
from core.studio import Studio
from core.trial.finding import MAX_MESSAGE_LENGTH, Finding, FindingKind, FindingSource
from core.versions.fixes import MAX_TOLD_ERRORS
from ui.components.app.app_view import AppView, side_is_runnable
from ui.components.studio.side_panel import SidePanel
from ui.components.studio.side_tabs import ViewMode
from ui.pages.app import scripts_address

MAX_PATH_LENGTH = 500
"""Characters of a path that a running app tells."""

StartFix = Callable[[Side, Callable[[int, str], Awaitable[RunInfo]]], Awaitable[None]]
"""Starts a run that is based on the one in view of a side, and shows it."""


class AppPane:
    """Knows how the studio is looked at: the code, the app, or both. ``select_side`` shows a side's panel."""

    def __init__(
        self,
        studio: Studio,
        project_name: str,
        panels: Mapping[Side, SidePanel],
        *,
        select_side: Callable[[Side], None],
        start_fix: StartFix,
        on_mode: Callable[[], None],
    ) -> None:
        self._studio = studio
        self._panels = panels
        self._select_side = select_side
        self._start_fix = start_fix
        self._on_mode = on_mode
        self._mode = ViewMode.CODE
        self._live_run_ids: set[str] = set()
        self._view = AppView(
            project_name,
            scripts_address(),
            open_source=self._open_source,
            fix=self._fix,
            keep=self._keep,
            keep_picture=self._keep_picture,
        )
        for panel in panels.values():
            panel.draw_listeners.append(self.draw)
            panel.jump_listeners.append(self._show_code)

    @property
    def mode(self) -> ViewMode | None:
        """How the studio is looked at; None if there is nothing to choose yet."""
        return self._mode if any(panel.run for panel in self._panels.values()) else None

    @property
    def chosen_mode(self) -> ViewMode:
        """The same, also before there is anything to look at."""
        return self._mode

    def set_mode(self, mode: ViewMode) -> None:
        """Look at the studio in this way."""
        self._mode = mode
        self._on_mode()
        self.draw()

    def draw(self) -> None:
        """Have the versions in view run; bring the app to the front when a run with something to run has ended."""
        ended = [panel for panel in self._panels.values() if self._has_just_ended(panel.run)]
        if ended and self._mode is ViewMode.CODE:
            self.set_mode(ViewMode.SPLIT)
        runtime = self._studio.runtime
        self._view.show_runtime(f"/runtime/{runtime.id}/" if runtime.is_ready else "", runtime.state.message)
        front, back = (self._panels[side].shown_version for side in (Side.FRONTEND, Side.BACKEND))
        self._view.show(front, back, visible=self._mode is not ViewMode.CODE)

    def _has_just_ended(self, run: RunInfo | None) -> bool:
        """Whether a run that was live has ended, and can run."""
        if run is None:
            return False
        if run.is_live:
            self._live_run_ids.add(run.id)
            return False
        was_live = run.id in self._live_run_ids
        self._live_run_ids.discard(run.id)
        needs_runtime = run.stack != "html"
        can_run = run.characters > 0 and side_is_runnable(run)
        return was_live and can_run and (self._studio.runtime.is_ready or not needs_runtime)

    def _show_code(self) -> None:
        if self._mode is ViewMode.APP:
            self.set_mode(ViewMode.CODE)

    def _open_source(self, path: str, line: int | None) -> None:
        """Show the place of an error in the code of the side that has the file."""
        for side, panel in self._panels.items():
            if panel.has_file(path):
                self._select_side(side)
                panel.show_place(path, line)
                return

    async def _fix(self, findings: list[dict[str, Any]]) -> None:
        """Give what the app showed back to the model, as a fix of the side that it belongs to."""
        by_side = {side: [it for it in findings if self._side_of(it) is side] for side in Side}
        side = max(by_side, key=lambda each: len(by_side[each]))
        errors = [_as_sentence(finding) for finding in by_side[side]][:MAX_TOLD_ERRORS]
        await self._start_fix(side, partial(self._studio.fixes.start, errors=errors))

    async def _keep(self, findings: list[dict[str, Any]], runs: frozenset[str]) -> None:
        """Store what the running app showed with the version of the side that it belongs to, if that has run."""
        for side, panel in self._panels.items():
            own = [_as_finding(finding) for finding in findings if self._side_of(finding) is side]
            if panel.log and panel.log.state.id in runs and not panel.log.state.is_live:
                await self._studio.trials.store_findings(panel.log, FindingSource.BROWSER, own)

    async def _keep_picture(self, content: bytes, runs: frozenset[str]) -> None:
        """Store the picture with the project, if what is in view are its current versions."""
        shown = [panel for panel in self._panels.values() if panel.run]
        ids = {panel.run.id for panel in shown if panel.run}
        if content and runs and runs <= ids == {panel.current_run_id for panel in shown}:
            run = next(panel.run for panel in shown if panel.run)
            await self._studio.pictures.keep(run.user_id, run.project_id, content)

    def _side_of(self, finding: Mapping[str, Any]) -> Side:
        """The side that has the file; what names none is the back end's if it is a request, else the page's."""
        path = finding.get("path")
        for side, panel in self._panels.items():
            if path and panel.has_file(path):
                return side
        is_request = finding.get("kind") == FindingKind.REQUEST
        return Side.BACKEND if is_request or not self._panels[Side.FRONTEND].run else Side.FRONTEND


def _as_finding(fields: Mapping[str, Any]) -> Finding:
    """A finding of what the browser told, which may be anything."""
    kind, path, line = str(fields.get("kind")), fields.get("path"), fields.get("line")
    return Finding(
        FindingKind(kind) if kind in set(FindingKind) else FindingKind.ERROR,
        str(fields.get("message", ""))[:MAX_MESSAGE_LENGTH],
        str(path)[:MAX_PATH_LENGTH] if path else None,
        line if isinstance(line, int) else None,
    )


def _as_sentence(fields: Mapping[str, Any]) -> str:
    finding = _as_finding(fields)
    return f"{finding.message} ({finding.place})" if finding.place else finding.message
