"""The studio: what the app should do on one side, the code being written on the other."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from nicegui import ui

from core.accounts.accounts import User
from core.catalog.stacks import Side
from core.errors import Conflict, NotFound
from core.generation.runs import NO_PROJECT
from core.projects.projects import Changes, Project
from core.runs.log_registry import Log
from core.runs.state import RunInfo
from core.runs.version_files import CHANGING
from core.studio import Studio
from core.uploads.unpack import Sent
from core.uploads.uploads import Brought
from ui import project_events, session
from ui.components.code.review_results import Found
from ui.components.studio.run_bar import Ways
from ui.components.studio.shortcuts import listen_to_keys
from ui.components.studio.side_panel import SidePanel
from ui.components.studio.side_tabs import Look, SideTabs
from ui.components.studio.sidebar import Aside
from ui.components.studio.upload_dialog import BringCode
from ui.components.versions.version_actions import VersionWays
from ui.display_text import number
from ui.elements import box, patient, see, text
from ui.layout import frame
from ui.pages import initial_runs, not_found
from ui.pages.view_state import Address, View

TICK_SECONDS = 0.5
LOOK_SECONDS = 3.0
"""How often to see what other tabs and programs made of the project, beside what is live."""


def register(studio: Studio, redirect: Callable[[str], object]) -> None:
    """Make /projects/{id} known."""

    @ui.page("/projects/{project_id}")
    async def project_page(project_id: str, side: str = "", look: str = "") -> object:
        if (identity := await session.current(studio)) is None:
            return redirect(f"/login?then=/projects/{project_id}")
        try:
            project = await studio.projects.get(identity.user.id, number(project_id), with_code=False)
            runs = await studio.runs.of_project(identity.user.id, project.id)
            logs = await initial_runs.logs(studio, identity.user, project, runs)
        except NotFound:
            not_found.missing(studio, identity.user, NO_PROJECT)
            return None
        with frame(studio, identity.user, project.name, full=True):
            StudioPage(studio, identity.user, project).open(logs, runs, View.of(side, look))
        return None


class StudioPage:
    """One browser's view of one project. Runs belong to the server: this only shows and orders them."""

    def __init__(self, studio: Studio, user: User, project: Project) -> None:
        self._studio = studio
        self._user = user
        self._project = project
        self._seen: dict[Side, tuple[str, str, int | None] | None] = {}
        self._live: dict[Side, str] = {}
        self._address = Address(project.id)
        self._ways = VersionWays(studio, user, self._look)
        with box("lw-studio"):
            self._aside = Aside(
                project,
                self._keep,
                self._generate,
                lambda run: self._show(run.side, run.id),
                lambda: self._ways.download_project(project.id, formatted=self._formatted),
                studio=studio,
                bring=lambda: self._bring.ask(self._side),
                ways=self._ways,
                auto_fix=lambda on: self._change(Changes(auto_fix=on)),
            )
            with box("lw-section", "section"):
                self._draw_sides()
        self._bring = BringCode(self._add)
        self._spoken = text("", "lw-spoken").props("role=status aria-live=polite")
        listen_to_keys(lambda: self._generate(self._side), self._stop)

    def open(self, logs: dict[Side, initial_runs.Opened], runs: list[RunInfo], view: View) -> None:
        """Show these runs, one of each side at most, and of them what the address says."""
        self._adopt(self._project)
        for side, opened in logs.items():
            self._panels[side].follow(*opened)
        live = [side for side, (log, _) in logs.items() if log.state.live]
        self._panels[Side.FRONTEND].look(view.look)
        self._select(view.side or (live[0] if live else Side.BACKEND))
        self._newest = {side: initial_runs.newest(side, runs) for side in Side}
        self._draw_versions(runs)
        ui.timer(TICK_SECONDS, patient(self._tick))
        ui.timer(LOOK_SECONDS, patient(self._look))
        project_events.hear(self._project.id, patient(self._look))

    def _draw_sides(self) -> None:
        self._tabs = SideTabs(self._select, self._look_at)
        self._panels = {side: SidePanel(side, self._ways_of(side), self._refine, self._review) for side in Side}
        for panel in self._panels.values():
            ui.context.client.on_delete(panel.close)
        self._side = Side.BACKEND

    def _ways_of(self, side: Side) -> Ways:
        return Ways(
            stop=self._stop,
            go_on=lambda: self._go_with(partial(self._studio.versions.go_on, chosen=self._aside.options.order(side))),
            again=partial(self._generate, side),
            download=lambda: self._with_run(partial(self._ways.download, formatted=self._formatted)),
            restore=lambda: self._with_run(self._ways.restore),
            fix=lambda: self._go_with(self._studio.fixes.start),
            compare=lambda: self._with_run(self._ways.compare),
        )

    @property
    def _formatted(self) -> bool:
        return self._panels[self._side].formatted

    async def _with_run(self, act: Callable[[RunInfo], Awaitable[None]]) -> None:
        if run := self._panels[self._side].run:
            await act(run)

    def _select(self, side: Side) -> None:
        """Bring a side to the front."""
        self._side = side
        self._tabs.select(side)
        self._aside.select(side)
        for other, panel in self._panels.items():
            see(panel, other is side)
        self._seen.clear()
        self._note_view()

    def _look_at(self, look: Look) -> None:
        self._panels[self._side].look(look)
        self._note_view()

    def _note_view(self) -> None:
        """Mark what is in view, and have a reload show it."""
        self._tabs.looks(self._panels[self._side].looked_at)
        self._address.keep(View(self._side, self._panels[Side.FRONTEND].looked_at or Look.CODE))

    async def _keep(self) -> None:
        """Keep what was typed when the reader turns to something else; nothing typed is no mistake yet."""
        if not self._aside.requirements.blank:
            await self._save()

    async def _save(self) -> None:
        """Save what was changed on this page, and nothing else: another tab may have changed the rest."""
        if changes := self._aside.requirements.changed():
            await self._change(changes)

    async def _change(self, changes: Changes) -> None:
        self._adopt(await self._studio.projects.change(self._user.id, self._project.id, changes))
        project_events.tell(self._project.id)

    def _adopt(self, project: Project) -> None:
        self._project = project
        self._aside.adopt(project)
        for side in Side:
            self._panels[side].current = project.run_of(side)

    async def _generate(self, side: Side) -> None:
        """Start this side's run, or show the one that is live already."""
        order = self._aside.options.order(side)
        await self._save()
        try:
            run_id = (await self._studio.runs.start(self._user.id, self._project.id, side, order)).id
        except Conflict as conflict:
            run_id = conflict.run_id or ""
        await self._show(side, run_id)

    async def _add(self, side: Side, sent: Sequence[Sent]) -> Brought:
        """Make what a person brings along this side's current version, and show it."""
        brought = await self._studio.uploads.add(self._user.id, self._project.id, side, sent)
        await self._show(side, brought.run.id)
        return brought

    async def _stop(self) -> None:
        if run := self._studio.runs.live(self._project.id, self._side):
            await self._studio.runs.stop(self._user.id, run.id)

    async def _go_with(self, start: Callable[[int, str], Awaitable[RunInfo]]) -> None:
        """Start a run from the one in view, and show it."""
        if run := self._panels[self._side].run:
            await self._show(self._side, (await start(self._user.id, run.id)).id)

    async def _review(self, log: Log) -> Found:
        """What was found in a version, and the one that it changes."""
        files = await self._studio.versions.files_of(log)
        before = log.state.parent_id if log.state.kind in CHANGING else None
        return Found(files, await self._studio.versions.served(self._user.id, before) if before else None)

    async def _refine(self, wish: str) -> None:
        run = self._panels[self._side].run
        if run is None:
            raise Conflict("There is nothing to change yet: generate it first.")
        if run.live:
            raise Conflict("Wait until this is written, or stop it: then ask for a change.")
        order = self._aside.options.order(self._side)
        await self._show(self._side, (await self._studio.versions.refine(self._user.id, run.id, wish, order)).id)

    async def _show(self, side: Side, run_id: str) -> None:
        self._panels[side].follow(*await initial_runs.opened(self._studio, self._user, run_id))
        self._select(side)
        await self._tick()

    async def _tick(self) -> None:
        """Bring everything up to date; a run may have been started or ended by another tab or program."""
        for side, panel in self._panels.items():
            live = self._studio.runs.live(self._project.id, side)
            if live and live.id != self._live.get(side):  # once: who then turns to an older version stays there
                self._live[side] = live.id
                panel.follow(*await initial_runs.opened(self._studio, self._user, live.id))
            panel.tick()
            self._tabs.live(side, live)
            self._aside.let_start(side, free=live is None)
            await self._notice(side, panel.run)
        self._note_view()
        self._aside.fold(any(panel.run and panel.run.live for panel in self._panels.values()))

    async def _notice(self, side: Side, run: RunInfo | None) -> None:
        """Tell of a new state, once: to those who listen, and in the list of versions."""
        seen = (run.id, run.status.value, run.problems) if run else None
        known = side in self._seen
        if known and self._seen[side] == seen:
            return
        self._seen[side] = seen
        if run and known:
            self._spoken.say(f"{side.capitalize()}: {run.status.value}")
        await self._look()

    async def _look(self) -> None:
        """See what the project is now; a new run is shown where the one before it, or none, was in view."""
        self._adopt(await self._studio.projects.get(self._user.id, self._project.id, with_code=False))
        runs = await self._studio.runs.of_project(self._user.id, self._project.id)
        for side, panel in self._panels.items():
            newest = initial_runs.newest(side, runs)
            shown = panel.run.id if panel.run else None
            if newest and newest != self._newest.get(side) and shown == self._newest.get(side):
                panel.follow(*await initial_runs.opened(self._studio, self._user, newest))
            self._newest[side] = newest
        self._draw_versions(runs)

    def _draw_versions(self, runs: list[RunInfo]) -> None:
        shown = self._panels[self._side].run
        self._aside.show(self._side, runs, shown.id if shown else None, self._project)
