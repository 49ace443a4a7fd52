"""One changed file, unified or side by side, with syntax highlighting."""

from collections.abc import Sequence

from nicegui import ui

from core.text import pluralize
from core.versions.diff import DiffRow, FileDiff, FoldedRows, side_by_side_rows, unified_rows
from core.versions.highlight import HighlightedChange, highlight_in_worker
from ui.components.versions.diff_rows import render_row
from ui.elements import box, on_event, text

MAX_DIFF_ROWS = 1_000
"""Rows that are drawn at once; a button shows the next ones."""

DiffPart = DiffRow | tuple[DiffRow, DiffRow] | FoldedRows


class DiffView(ui.element):
    """Shows one change at a time. The code is not trusted: every piece of it is escaped."""

    def __init__(self, user_id: int) -> None:
        super().__init__("div")
        self._user_id = user_id
        self._change: FileDiff | None = None
        self._highlighted: HighlightedChange | None = None

    async def show(self, change: FileDiff, *, split: bool) -> None:
        """Draw a change. It is highlighted in a worker; if ``show`` is called meanwhile, the later change wins."""
        if change is not self._change:
            self._change, self._highlighted = change, None
            self.clear()
            with self:
                text("Comparing…", "lw-diff-fold")
        highlighted = self._highlighted
        if highlighted is None:
            highlighted = await highlight_in_worker(change, self._user_id)
        if change is not self._change:
            return
        self._highlighted = highlighted
        self.clear()
        self.classes(replace=f"lw-diff {'split' if split else 'unified'}")
        self._draw_parts(self, side_by_side_rows(change) if split else unified_rows(change), highlighted)

    def _draw_parts(self, parent: ui.element, parts: Sequence[DiffPart], highlighted: HighlightedChange) -> None:
        """Draw parts into ``parent``: adjacent rows as one piece of HTML, a fold as a button that shows its rows."""
        rows: list[str] = []
        with parent:
            for part in parts[:MAX_DIFF_ROWS]:
                if isinstance(part, FoldedRows):
                    _flush_rows(rows)
                    self._draw_fold(
                        f"… {pluralize(len(part.rows), 'unchanged line')}",
                        _fold_parts(part, split=self._is_split),
                        highlighted,
                    )
                else:
                    rows.append(render_row(highlighted, part))
            _flush_rows(rows)
            if remaining := parts[MAX_DIFF_ROWS:]:
                self._draw_fold(f"… {pluralize(len(remaining), 'more line')}", remaining, highlighted)

    @property
    def _is_split(self) -> bool:
        return "split" in self.classes

    def _draw_fold(self, label: str, parts: Sequence[DiffPart], highlighted: HighlightedChange) -> None:
        def unfold() -> None:
            container.clear()
            self._draw_parts(container, parts, highlighted)

        with box("") as container:
            on_event(text(label, "lw-diff-fold", "button").props("type=button"), "click", unfold)


def _fold_parts(fold: FoldedRows, *, split: bool) -> Sequence[DiffPart]:
    return [(row, row) for row in fold.rows] if split else fold.rows


def _flush_rows(rows: list[str]) -> None:
    if rows:
        ui.html("".join(rows), sanitize=False)  # safe: ``render_row`` escapes all code in it
        rows.clear()
