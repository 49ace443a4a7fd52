"""The versions of one side, newest first; choosing one shows it, its menu does the rest."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from nicegui import ui

from core.run import RunInfo, RunKind, RunStatus
from core.text import count
from ui.components.version_ways import VersionWays
from ui.elements import box, guarded, icon, listen, text
from ui.words import ago, purpose

_MARKS = {
    RunStatus.COMPLETE: ("✓", "lw-ok", "finished"),
    RunStatus.TRUNCATED: ("…", "lw-bad", "cut off"),
    RunStatus.STOPPED: ("■", "lw-bad", "stopped"),
    RunStatus.FAILED: ("!", "lw-bad", "failed"),
    RunStatus.INTERRUPTED: ("!", "lw-bad", "interrupted"),
}
_KINDS = {
    RunKind.GENERATE: "generated",
    RunKind.REFINE: "refined",
    RunKind.CONTINUE: "continued",
    RunKind.FIX: "fixed",
    RunKind.UPLOAD: "uploaded",
}


class VersionList(ui.element):
    """Drawn anew when a run starts, ends, or another one is shown."""

    def __init__(self, choose: Callable[[RunInfo], Awaitable[None]], ways: VersionWays) -> None:
        super().__init__("div")
        self.classes("lw-versions")
        self._choose = choose
        self._ways = ways
        self._drawn: list[tuple[str, RunStatus, str, str, bool]] = []

    def show(self, runs: Sequence[RunInfo], shown: str | None, current: str | None) -> None:
        """Draw these runs, newest first, where they are news; ``shown`` is in view, ``current`` the current version."""
        self._ways.know(runs)
        entries = [
            (run.id, run.status, run.name or "", _detail(run, current=run.id == current), run.id == shown)
            for run in runs
        ]
        if entries == self._drawn:
            return
        self._drawn = entries
        self.clear()
        with self:
            for number, run in zip(range(len(runs), 0, -1), runs, strict=True):
                self._entry(run, number, shown=run.id == shown, current=run.id == current)

    def _entry(self, run: RunInfo, number: int, *, shown: bool, current: bool) -> None:
        with box("lw-version on" if shown else "lw-version"):
            entry = box("main", "button").props("type=button")
            entry.props["title"] = _origin(run)
            listen(entry, "click", lambda: self._choose(run))
            with entry:
                text(f"v{number}", "n")
                with box("t", "span"):
                    text(run.name or purpose(run, first=number == 1))
                    text(_detail(run, current=current), tag="small")
                    if not run.live:
                        text(_origin(run), tag="small")
                if run.live:
                    box("lw-spin", "span")
                else:
                    sign, colour, meaning = _MARKS[run.status]
                    text(sign, colour).props["title"] = meaning
            if not run.live:
                more = icon("⋮", f"More for version {number}", lambda: self._menu(more, run, current=current))

    def _menu(self, place: ui.button, run: RunInfo, *, current: bool) -> None:
        """Made when it is wanted: a long list would else be mostly menus."""
        with place, ui.menu().props("no-parent-event") as menu:
            ui.menu_item("Show", on_click=guarded(lambda: self._choose(run)))
            if not current:
                ui.menu_item("Make current", on_click=guarded(lambda: self._ways.restore(run)))
            ui.menu_item("Compare with…", on_click=guarded(lambda: self._ways.compare(run)))
            ui.menu_item("Name…", on_click=guarded(lambda: self._ways.rename(run)))
            ui.menu_item("Delete…", on_click=guarded(lambda: self._ways.delete(run)))
        menu.on("hide", menu.delete)
        menu.open()


def _detail(run: RunInfo, *, current: bool) -> str:
    if run.live:
        return "now · " + ("writing" if run.status is RunStatus.RUNNING else run.status.value)
    when = ago(run.finished_at or run.created_at, datetime.now(UTC))
    found = [count(run.problems, "problem")] if run.problems else []
    return " · ".join([when] + ["current"] * current + found)


def _origin(run: RunInfo) -> str:
    return " · ".join(filter(None, (run.model, _KINDS[run.kind], count(run.characters, "character"))))
