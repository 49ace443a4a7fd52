"""The list of a side's versions, newest first: a press shows one, its menu has the other actions."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from nicegui import ui

from core.runs.state import RunInfo, RunKind, RunStatus
from core.text import pluralize
from ui.components.versions.version_actions import VersionActions
from ui.display_text import describe_purpose, format_age
from ui.elements import box, guard_action, icon_button, set_aria_label, set_visible, text, toggle_class

_STATUS_MARKS = {
    RunStatus.COMPLETE: ("✓", "lw-text-ok", "finished"),
    RunStatus.TRUNCATED: ("…", "lw-text-warn", "cut off"),
    RunStatus.STOPPED: ("■", "lw-text-warn", "stopped"),
    RunStatus.FAILED: ("!", "lw-text-warn", "failed"),
    RunStatus.INTERRUPTED: ("!", "lw-text-warn", "interrupted"),
}
_LIVE_LABELS = {
    RunStatus.QUEUED: "waiting",
    RunStatus.LOADING: "getting ready",
    RunStatus.RUNNING: "writing",
}
_KIND_LABELS = {
    RunKind.GENERATE: "generated",
    RunKind.REFINE: "refined",
    RunKind.CONTINUE: "continued",
    RunKind.FIX: "fixed",
    RunKind.UPLOAD: "uploaded",
    RunKind.EDIT: "edited",
}

SelectRun = Callable[[RunInfo], Awaitable[None]]


class VersionList(ui.element):
    """A version keeps its element, and the menu that is open on it, when the list is drawn again."""

    def __init__(self, on_select: SelectRun, version_actions: VersionActions) -> None:
        super().__init__("div")
        self.classes("lw-version-list")
        self._on_select = on_select
        self._version_actions = version_actions
        self._entries: dict[str, VersionEntry] = {}

    def show(self, runs: Sequence[RunInfo], shown_id: str | None, current_id: str | None) -> None:
        """Draw these runs, newest first; ``shown_id`` is in view, ``current_id`` is the current version."""
        self._version_actions.set_runs(runs)
        for removed_id in self._entries.keys() - {run.id for run in runs}:
            self._entries.pop(removed_id).delete()
        for index, run in enumerate(runs):
            if run.id not in self._entries:
                with self:
                    self._entries[run.id] = VersionEntry(self._on_select, self._version_actions, run)
                # Moved only when it is new: whatever moves loses focus.
                self._entries[run.id].move(target_index=index)
            self._entries[run.id].show(
                run, len(runs) - index, is_shown=run.id == shown_id, is_current=run.id == current_id
            )


class VersionEntry(ui.element):
    """One version: a button that shows it, and its menu."""

    def __init__(self, on_select: SelectRun, version_actions: VersionActions, run: RunInfo) -> None:
        super().__init__("div")
        self.classes("lw-version")
        self._version_actions = version_actions
        self._on_select = guard_action(lambda: on_select(self._run))
        self._run = run
        self._is_current = False
        with self:
            with box("lw-version-button", "button").props("type=button").on("click", self._on_select, []):
                self._number = text("", "lw-version-number")
                with box("lw-version-text", "span"):
                    self._purpose, self._detail, self._origin = text(""), text("", tag="small"), text("", tag="small")
                self._spinner = box("lw-spinner", "span")
                self._status_mark = text("").props("role=img")
            self._menu_button = icon_button("⋮", "More", self._open_menu)

    def show(self, run: RunInfo, number: int, *, is_shown: bool, is_current: bool) -> None:
        """Draw what has changed; ``number`` counts the side's versions from 1."""
        self._run, self._is_current = run, is_current
        toggle_class(self, "selected", is_shown)
        self._number.set_text(f"v{number}")
        self._purpose.set_text(run.name or describe_purpose(run, first=number == 1))
        self._detail.set_text(detail_text(run, datetime.now(UTC), is_current=is_current))
        self._origin.set_text(origin_text(run))
        set_aria_label(self._origin, origin_text(run))
        set_aria_label(self._menu_button, f"More for version {number}")
        set_visible(self._spinner, run.is_live)
        for element in (self._origin, self._status_mark, self._menu_button):
            set_visible(element, not run.is_live)
        if not run.is_live:
            self._draw_mark(*mark_of(run))

    def _draw_mark(self, symbol: str, css_class: str, meaning: str) -> None:
        self._status_mark.set_text(symbol)
        self._status_mark.classes(replace=css_class)
        set_aria_label(self._status_mark, meaning)

    def _open_menu(self) -> None:
        """Make the menu when it is opened: a menu for each version would be most of a long page."""
        run, actions = self._run, self._version_actions
        with self._menu_button, ui.menu().props("no-parent-event") as menu:
            ui.menu_item("Show", on_click=self._on_select)
            if not self._is_current:
                ui.menu_item("Make current", on_click=guard_action(lambda: actions.restore(run)))
            ui.menu_item("Compare with…", on_click=guard_action(lambda: actions.compare(run)))
            ui.menu_item("Name…", on_click=guard_action(lambda: actions.rename(run)))
            ui.menu_item("Delete…", on_click=guard_action(lambda: actions.delete(run, is_current=self._is_current)))
        menu.on("hide", menu.delete)
        menu.open()


def mark_of(run: RunInfo) -> tuple[str, str, str]:
    """The symbol for how a run ended, its CSS class, and its meaning."""
    if run.status is RunStatus.COMPLETE and run.problems:
        return str(run.problems), "lw-problem-count", f"finished, with {pluralize(run.problems, 'problem')}"
    return _STATUS_MARKS[run.status]


def detail_text(run: RunInfo, now: datetime, *, is_current: bool) -> str:
    """How old a version is and what is worth knowing of it: ``12 min ago · current · 2 problems``."""
    if run.is_live:
        return "now · " + _LIVE_LABELS[run.status]
    age = format_age(run.finished_at or run.created_at, now)
    problems = pluralize(run.problems, "problem") if run.problems else ""
    return " · ".join(filter(None, [age, "current" if is_current else "", problems]))


def origin_text(run: RunInfo) -> str:
    """Where a version comes from: ``qwen2.5-coder · generated · 1,204 characters``."""
    return " · ".join(filter(None, (run.model, _KIND_LABELS[run.kind], pluralize(run.characters, "character"))))
