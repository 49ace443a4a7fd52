"""The list of a side's versions, newest first: a press shows one, its menu has the other actions."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

from nicegui import background_tasks, ui

from core.errors import LivewrightError
from core.runs.state import RunInfo, RunKind, RunStatus
from core.text import pluralize
from core.versions.change_counts import ChangeCount
from ui.components.sign import Sign
from ui.components.versions.version_actions import VersionActions
from ui.components.versions.version_titles import version_titles
from ui.display_text import format_age
from ui.elements import box, guard_action, icon_button, menu_item, set_aria_label, set_visible, text, toggle_class

_END_SIGNS = {
    RunStatus.COMPLETE: ("finished", ""),
    RunStatus.TRUNCATED: ("warn", "cut short"),
    RunStatus.STOPPED: ("stopped", "stopped"),
    RunStatus.FAILED: ("warn", "failed"),
    RunStatus.INTERRUPTED: ("warn", "interrupted"),
}
"""The sign of each end, and what is said of it beside; a finished version needs no word."""
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

COUNTS_TITLE = "Lines added and taken away since the version before"
NO_FILES = "no files"
CountChanges = Callable[[Sequence[RunInfo]], Awaitable[Mapping[str, ChangeCount | None]]]
"""Counts what each version changed; None for an answer without files."""
SelectRun = Callable[[RunInfo], Awaitable[None]]


class VersionList(ui.element):
    """A version keeps its element, and the menu that is open on it, when the list is drawn again."""

    def __init__(self, on_select: SelectRun, version_actions: VersionActions, count_changes: CountChanges) -> None:
        super().__init__("div")
        self.classes("lw-version-list")
        self._on_select = on_select
        self._version_actions = version_actions
        self._count_changes = count_changes
        self._counts: Mapping[str, ChangeCount | None] = {}
        self._counted: list[str] = []
        self._shown: tuple[Sequence[RunInfo], str | None, str | None] = ((), None, None)
        self._count_task: asyncio.Task[None] | None = None
        self._entries: dict[str, VersionEntry] = {}
        self.client.on_delete(self._cancel_count)

    def show(self, runs: Sequence[RunInfo], shown_id: str | None, current_id: str | None) -> None:
        """Draw these runs, newest first; ``shown_id`` is in view, ``current_id`` is the current version."""
        self._version_actions.set_runs(runs)
        self._request_counts(runs)
        self._shown = runs, shown_id, current_id
        for removed_id in self._entries.keys() - {run.id for run in runs}:
            self._entries.pop(removed_id).delete()
        titles = version_titles(runs)
        for index, run in enumerate(runs):
            if run.id not in self._entries:
                with self:
                    self._entries[run.id] = VersionEntry(self._on_select, self._version_actions, run)
                # Moved only when it is new: whatever moves loses focus.
                self._entries[run.id].move(target_index=index)
            entry = self._entries[run.id]
            is_shown, is_current = run.id == shown_id, run.id == current_id
            has_files = self._counts.get(run.id, True) is not None
            entry.show(
                run,
                titles[run.id],
                len(runs) - index,
                is_shown=is_shown,
                is_current=is_current,
                has_files=has_files,
            )
            entry.show_count(self._counts.get(run.id))

    def _request_counts(self, runs: Sequence[RunInfo]) -> None:
        """Count what the versions changed, if others have ended than at the last count."""
        ended = [run.id for run in runs if not run.is_live]
        if ended == self._counted:
            return
        self._counted = ended
        self._cancel_count()
        if ended:
            self._count_task = background_tasks.create(
                self._count(list(runs)), name="changes of versions", context=self
            )

    def _cancel_count(self) -> None:
        if self._count_task:
            self._count_task.cancel()
            self._count_task = None

    async def _count(self, runs: Sequence[RunInfo]) -> None:
        try:
            self._counts = await self._count_changes(runs)
        except LivewrightError:  # the database, or too much work: the list does without until the next version
            self._counted = []
            return
        self.show(*self._shown)


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
                self._spinner = box("lw-spinner", "span")
                self._sign = Sign()
                self._title = text("", "lw-version-title")
                with box("lw-version-counts", "span").props(f"title='{COUNTS_TITLE}'"):
                    self._added, self._removed = text("", "lw-text-ok"), text("")
                self._detail = text("", "lw-version-detail", tag="small")
            self._menu_button = icon_button("⋮", "More", self._open_menu)

    def show(self, run: RunInfo, title: str, number: int, *, is_shown: bool, is_current: bool, has_files: bool) -> None:
        """Draw what has changed; ``number`` counts the side's versions from 1."""
        self._run, self._is_current = run, is_current
        toggle_class(self, "selected", is_shown)
        self._title.set_text(title)
        detail = detail_text(run, datetime.now(UTC), is_current=is_current, has_files=has_files)
        self._detail.set_text(f"v{number} · {detail}")
        set_aria_label(self._menu_button, f"More for version {number}")
        set_visible(self._spinner, run.is_live)
        for element in (self._sign, self._menu_button):
            set_visible(element, not run.is_live)
        if not run.is_live:
            self._sign.show(*sign_of(run, has_files=has_files))

    def show_count(self, count: ChangeCount | None) -> None:
        """Draw how many lines it changed, once that is known."""
        self._added.set_text(f"+{count.added:,}" if count else "")
        self._removed.set_text(f"\N{MINUS SIGN}{count.removed:,}" if count else "")

    def _open_menu(self) -> None:
        """Make the menu when it is opened: a menu for each version would be most of a long page."""
        run, actions = self._run, self._version_actions
        with self._menu_button, ui.menu().props("no-parent-event") as menu:
            ui.item(origin_text(run)).props("disable dense role=menuitem")
            menu_item("Show", self._on_select)
            if not self._is_current:
                menu_item("Make current", lambda: actions.restore(run))
            menu_item("Compare with…", lambda: actions.compare(run))
            menu_item("Name…", lambda: actions.rename(run))
            menu_item("Delete…", lambda: actions.delete(run, is_current=self._is_current))
        menu.on("hide", menu.delete)
        menu.open()


def sign_of(run: RunInfo, *, has_files: bool = True) -> tuple[str, str]:
    """The sign for how a run ended, and its meaning in words."""
    sign, words = _END_SIGNS[run.status]
    if run.status is RunStatus.COMPLETE and not has_files:
        return "warn", NO_FILES
    if run.status is RunStatus.COMPLETE:
        flaws = _flaws(run)
        return ("warn" if flaws else sign), f"finished, with {flaws}" if flaws else "finished"
    return sign, words


def detail_text(run: RunInfo, now: datetime, *, is_current: bool, has_files: bool = True) -> str:
    """How old a version is and what is worth knowing of it: ``current · 12 min ago · 2 problems``."""
    if run.is_live:
        return _LIVE_LABELS[run.status]
    age = format_age(run.finished_at or run.created_at, now)
    end = _END_SIGNS[run.status][1] or ("" if has_files else NO_FILES)
    return " · ".join(filter(None, ["current" if is_current else "", age, end, _flaws(run)]))


def _flaws(run: RunInfo) -> str:
    """What is wrong with it: ``2 problems, 1 error``."""
    counts = ((run.problems, "problem"), (run.findings, "error"))
    return ", ".join(pluralize(count, noun) for count, noun in counts if count)


def origin_text(run: RunInfo) -> str:
    """Where a version comes from: ``qwen2.5-coder · generated · 1,204 characters``."""
    return " · ".join(filter(None, (run.model, _KIND_LABELS[run.kind], pluralize(run.characters, "character"))))
