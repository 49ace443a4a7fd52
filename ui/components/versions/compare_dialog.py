"""A dialog that compares two versions of a side: which files differ, and how."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from nicegui import ui

from core.runs.state import RunInfo
from core.versions.diff import FileDiff
from ui.components.versions.diff_view import DiffView
from ui.components.versions.version_titles import version_titles
from ui.display_text import CHANGE_MARKS, format_age
from ui.elements import PlainText, box, button, guard_action, on_event, set_selected, set_visible, text
from ui.fields import select_field

CompareVersions = Callable[[str, str], Awaitable[list[FileDiff]]]
"""Returns the files that differ between two versions, by the versions' ids."""


class CompareDialog:
    """Opened with the list of versions; their files are read when they are compared."""

    def __init__(self, compare_versions: CompareVersions, user_id: int) -> None:
        self._compare_versions = compare_versions
        self._changes: list[FileDiff] = []
        self._shown_change: FileDiff | None = None
        self._is_split = True
        with ui.dialog().props("maximized aria-label=Compare") as self._dialog, box("lw-compare"):
            with box("lw-compare-header"):
                text("Compare", tag="h2")
                with box("lw-compare-versions"):
                    self._from_select = self._version_select("From")
                    self._to_select = self._version_select("To")
                with box("lw-segmented-control").props("role=group aria-label=View"):
                    self._layout_buttons = {
                        split: on_event(text(name, tag="button"), "click", lambda b=split: self._set_layout(split=b))
                        for split, name in ((True, "Side by side"), (False, "Unified"))
                    }
                button("Close", self._dialog.close, "small")
            with box("lw-compare-body"):
                self._file_list = box("lw-file-tree", "nav").props("aria-label='Changed files'")
                with box("lw-compare-code"):
                    self._empty_text: PlainText = text("", "lw-empty-state", "p")
                    self._diff_view = DiffView(user_id)

    async def open(self, runs: Sequence[RunInfo], before_id: str | None, after_id: str) -> None:
        """Compare two of ``runs`` (newest first); without ``before_id``, ``after_id`` with the one before it."""
        now = datetime.now(UTC)
        titles = version_titles(runs)
        labels = {run.id: version_label(run, titles[run.id], len(runs) - index, now) for index, run in enumerate(runs)}
        ids = list(labels)
        older_id = ids[min(ids.index(after_id) + 1, len(ids) - 1)] if after_id in ids else after_id
        for select, value in (
            (self._from_select, before_id if before_id in labels else older_id),
            (self._to_select, after_id),
        ):
            select.set_options(labels, value=value)
        self._dialog.open()
        await self._compare()

    def _version_select(self, label: str) -> ui.select:
        with box(""):
            select = select_field(label, {}, None)
        select.on_value_change(guard_action(self._compare))
        return select

    async def _compare(self) -> None:
        """Compare the chosen versions, and again if others were chosen meanwhile."""
        compared: tuple[str, str] | None = None
        while self._dialog.value and compared != (self._from_select.value, self._to_select.value):
            compared = str(self._from_select.value), str(self._to_select.value)
            self._changes, self._shown_change = [], None
            self._empty_text.set_text("Comparing…")
            self._update_visibility()
            self._changes = await self._compare_versions(*compared)
            self._shown_change = self._changes[0] if self._changes else None
            self._empty_text.set_text("These two versions have the same files.")
        await self._draw()

    async def _select_change(self, change: FileDiff) -> None:
        self._shown_change = change
        await self._draw()

    async def _set_layout(self, *, split: bool) -> None:
        self._is_split = split
        await self._draw()

    async def _draw(self) -> None:
        for split, element in self._layout_buttons.items():
            set_selected(element, "aria-pressed", selected=split is self._is_split)
        self._file_list.clear()
        with self._file_list:
            for change in self._changes:
                self._draw_entry(change)
        self._update_visibility()
        if self._shown_change:
            await self._diff_view.show(self._shown_change, split=self._is_split)

    def _update_visibility(self) -> None:
        set_visible(self._empty_text, not self._changes)
        set_visible(self._diff_view, self._shown_change)

    def _draw_entry(self, change: FileDiff) -> None:
        entry = box("selected" if change is self._shown_change else "", "button")
        entry.props["title"] = change.path
        on_event(entry, "click", lambda: self._select_change(change))
        with entry:
            text(CHANGE_MARKS.get(change.change_type, ""), f"lw-change-mark {change.change_type}", "b")
            text(change.path)
            with box("", "em"):
                for sign, lines, css_class in (
                    ("+", change.added_count, "lw-added-count"),
                    ("\N{MINUS SIGN}", change.removed_count, "lw-removed-count"),
                ):
                    text(f"{sign}{lines:,}" if lines else "", css_class)


def version_label(run: RunInfo, title: str, number: int, now: datetime) -> str:
    """A version in the choice: ``v2 · Add a search · 12 min ago``; ``number`` counts the side's versions from 1."""
    return f"v{number} · {title} · {format_age(run.finished_at or run.created_at, now)}"
