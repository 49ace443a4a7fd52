"""The versions of one side, newest first; choosing one shows it, its menu does the rest."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from nicegui import ui

from core.runs.state import RunInfo, RunKind, RunStatus
from core.text import count
from ui.components.versions.version_actions import VersionWays
from ui.display_text import ago, purpose
from ui.elements import box, guarded, icon, named, see, text

_MARKS = {
    RunStatus.COMPLETE: ("✓", "lw-ok", "finished"),
    RunStatus.TRUNCATED: ("…", "lw-bad", "cut off"),
    RunStatus.STOPPED: ("■", "lw-bad", "stopped"),
    RunStatus.FAILED: ("!", "lw-bad", "failed"),
    RunStatus.INTERRUPTED: ("!", "lw-bad", "interrupted"),
}
_DOING = {
    RunStatus.QUEUED: "waiting",
    RunStatus.LOADING: "getting ready",
    RunStatus.RUNNING: "writing",
}
_KINDS = {
    RunKind.GENERATE: "generated",
    RunKind.REFINE: "refined",
    RunKind.CONTINUE: "continued",
    RunKind.FIX: "fixed",
    RunKind.UPLOAD: "uploaded",
}

Choose = Callable[[RunInfo], Awaitable[None]]


class VersionList(ui.element):
    """Drawn as often as one likes: each version stays the element it is, and so does a menu that is open on it."""

    def __init__(self, choose: Choose, ways: VersionWays) -> None:
        super().__init__("div")
        self.classes("lw-versions")
        self._choose = choose
        self._ways = ways
        self._entries: dict[str, Entry] = {}

    def show(self, runs: Sequence[RunInfo], shown: str | None, current: str | None) -> None:
        """Draw these runs, newest first; ``shown`` is in view, ``current`` the current version."""
        self._ways.know(runs)
        for gone in self._entries.keys() - {run.id for run in runs}:
            self._entries.pop(gone).delete()
        for place, run in enumerate(runs):
            if run.id not in self._entries:
                with self:
                    self._entries[run.id] = Entry(self._choose, self._ways, run)
                self._entries[run.id].move(target_index=place)
            self._entries[run.id].show(run, len(runs) - place, shown=run.id == shown, current=run.id == current)


class Entry(ui.element):
    """One version."""

    def __init__(self, choose: Choose, ways: VersionWays, run: RunInfo) -> None:
        super().__init__("div")
        self.classes("lw-version")
        self._ways = ways
        self._choose = guarded(lambda: choose(self._run))
        self._run = run
        self._current = False
        with self:
            with box("main", "button").props("type=button").on("click", self._choose, []):
                self._number = text("", "n")
                with box("t", "span"):
                    self._purpose, self._detail, self._origin = text(""), text("", tag="small"), text("", tag="small")
                self._spin = box("lw-spin", "span")
                self._mark = text("").props("role=img")
            self._more = icon("⋮", "More", self._menu)

    def show(self, run: RunInfo, number: int, *, shown: bool, current: bool) -> None:
        """Draw what is news."""
        self._run, self._current = run, current
        self.classes(add="on" if shown else "", remove="" if shown else "on")
        self._number.say(f"v{number}")
        self._purpose.say(run.name or purpose(run, first=number == 1))
        self._detail.say(_detail(run, current=current))
        self._origin.say(_origin(run))
        named(self._origin, _origin(run))
        named(self._more, f"More for version {number}")
        see(self._spin, run.live)
        for element in (self._origin, self._mark, self._more):
            see(element, not run.live)
        if not run.live:
            self._draw_mark(*_mark(run))

    def _draw_mark(self, sign: str, look: str, meaning: str) -> None:
        self._mark.say(sign)
        self._mark.classes(replace=look)
        named(self._mark, meaning)

    def _menu(self) -> None:
        """Made when it is wanted: a long list would else be mostly menus."""
        run, ways = self._run, self._ways
        with self._more, ui.menu().props("no-parent-event") as menu:
            ui.menu_item("Show", on_click=self._choose)
            if not self._current:
                ui.menu_item("Make current", on_click=guarded(lambda: ways.restore(run)))
            ui.menu_item("Compare with…", on_click=guarded(lambda: ways.compare(run)))
            ui.menu_item("Name…", on_click=guarded(lambda: ways.rename(run)))
            ui.menu_item("Delete…", on_click=guarded(lambda: ways.delete(run)))
        menu.on("hide", menu.delete)
        menu.open()


def _mark(run: RunInfo) -> tuple[str, str, str]:
    """A sign, its look, and what it means."""
    if run.status is RunStatus.COMPLETE and run.problems:
        return str(run.problems), "lw-problems-count", f"finished, with {count(run.problems, 'problem')}"
    return _MARKS[run.status]


def _detail(run: RunInfo, *, current: bool) -> str:
    if run.live:
        return "now · " + _DOING[run.status]
    when = ago(run.finished_at or run.created_at, datetime.now(UTC))
    found = [count(run.problems, "problem")] if run.problems else []
    return " · ".join([when] + ["current"] * current + found)


def _origin(run: RunInfo) -> str:
    return " · ".join(filter(None, (run.model, _KINDS[run.kind], count(run.characters, "character"))))
