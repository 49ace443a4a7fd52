"""Any two versions of a side, compared: which files differ, and how."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from nicegui import ui

from core.files.source_file import SourceFile
from core.runs.state import RunInfo
from core.versions import diff
from core.versions.diff import Change, Way
from ui.components.versions.diff_view import DiffView
from ui.display_text import ago, purpose
from ui.elements import Plain, box, button, choice, guarded, listen, mark, see, text

Both = Callable[[str, str], Awaitable[tuple[list[SourceFile], list[SourceFile]]]]
"""The files of two versions, by their ids."""

MARKS = {Way.NEW: "N", Way.GONE: "D", Way.CHANGED: "M", Way.SAME: ""}


class CompareDialog:
    """Opened with the versions there are; they are read when they are compared."""

    def __init__(self, files: Both) -> None:
        self._files = files
        self._changes: list[Change] = []
        self._shown: Change | None = None
        self._beside = True
        with ui.dialog().props("maximized") as self._dialog, box("lw-compare"):
            with box("lw-compare-head"):
                text("Compare", tag="h2")
                with box("lw-compare-ends"):
                    self._from = self._end("From")
                    self._to = self._end("To")
                with box("lw-switch").props("role=group aria-label=View"):
                    self._ways = {
                        beside: listen(text(name, tag="button"), "click", lambda b=beside: self._look(beside=b))
                        for beside, name in ((True, "Side by side"), (False, "Unified"))
                    }
                button("Close", self._dialog.close, "small")
            with box("lw-compare-body"):
                self._list = box("lw-tree", "nav").props("aria-label='Changed files'")
                with box("lw-compare-code"):
                    self._nothing: Plain = text("", "lw-empty", "p")
                    self._view = DiffView()

    async def open(self, runs: Sequence[RunInfo], before: str | None, after: str) -> None:
        """Compare these two of ``runs``, the newest first; without ``before`` the one that comes before ``after``."""
        names = {run.id: _name(run, len(runs) - place) for place, run in enumerate(runs)}
        ids = list(names)
        older = ids[min(ids.index(after) + 1, len(ids) - 1)] if after in ids else after
        for select, value in ((self._from, before if before in names else older), (self._to, after)):
            select.set_options(names, value=value)
        self._dialog.open()
        await self._compare()

    def _end(self, label: str) -> ui.select:
        with box(""):
            select = choice(label, {}, None)
        select.on_value_change(guarded(self._compare))
        return select

    async def _compare(self) -> None:
        """Read and compare what is chosen, again where something else was chosen meanwhile."""
        compared: tuple[str, str] | None = None
        while self._dialog.value and compared != (self._from.value, self._to.value):
            compared = str(self._from.value), str(self._to.value)
            self._changes, self._shown = [], None
            self._nothing.say("Comparing…")
            self._show_nothing()
            self._changes = await asyncio.to_thread(diff.changes, *await self._files(*compared))
            self._shown = self._changes[0] if self._changes else None
            self._nothing.say("These two versions have the same files.")
        await self._draw()

    async def _choose(self, change: Change) -> None:
        self._shown = change
        await self._draw()

    async def _look(self, *, beside: bool) -> None:
        self._beside = beside
        await self._draw()

    async def _draw(self) -> None:
        for beside, element in self._ways.items():
            mark(element, "aria-pressed", on=beside is self._beside)
        self._list.clear()
        with self._list:
            for change in self._changes:
                self._entry(change)
        self._show_nothing()
        if self._shown:
            await self._view.show(self._shown, beside=self._beside)

    def _show_nothing(self) -> None:
        see(self._nothing, not self._changes)
        see(self._view, self._shown)

    def _entry(self, change: Change) -> None:
        entry = box("on" if change is self._shown else "", "button")
        entry.props["title"] = change.path
        listen(entry, "click", lambda: self._choose(change))
        with entry:
            text(MARKS[change.way], f"m {change.way}", "b")
            text(change.path)
            with box("", "em"):
                for sign, lines, kind in (("+", change.new, "plus"), ("\N{MINUS SIGN}", change.gone, "minus")):
                    text(f"{sign}{lines:,}" if lines else "", kind)


def _name(run: RunInfo, number: int) -> str:
    when = ago(run.finished_at or run.created_at, datetime.now(UTC))
    return f"v{number} · {run.name or purpose(run, first=number == 1)[:60]} · {when}"
