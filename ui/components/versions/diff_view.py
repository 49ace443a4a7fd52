"""One changed file, unified or side by side, with syntax highlighting."""

import asyncio
from collections.abc import Iterator, Sequence
from html import escape

from nicegui import ui

from core.files.line_diff import split_lines
from core.text import pluralize
from core.versions.diff import (
    ChangeType,
    DiffRow,
    FileDiff,
    FoldedRows,
    changed_spans,
    replaced_lines,
    side_by_side_rows,
    unified_rows,
)
from ui.elements import box, on_event, text
from ui.highlight import CodeSpan, highlight_lines

MAX_ROWS = 1_000
"""Rows that are drawn at once; a button shows the next ones."""
MAX_LINE_LENGTH = 5_000
"""Characters of a line that are drawn: a browser would lay out all of a minified file."""
CHANGE_SIGNS = {
    ChangeType.ADDED: "+",
    ChangeType.REMOVED: "\N{MINUS SIGN}",
    ChangeType.UNCHANGED: "",
    ChangeType.MODIFIED: "",
}

DiffPart = DiffRow | tuple[DiffRow, DiffRow] | FoldedRows


class DiffView(ui.element):
    """Shows one change at a time. The code is not trusted: every piece of it is escaped."""

    def __init__(self) -> None:
        super().__init__("div")
        self._change: FileDiff | None = None
        self._highlighted: HighlightedChange | None = None

    async def show(self, change: FileDiff, *, split: bool) -> None:
        """Draw a change. It is highlighted in a thread; if ``show`` is called meanwhile, the later change wins."""
        if change is not self._change:
            self._change, self._highlighted = change, None
            self.clear()
            with self:
                text("Comparing…", "lw-diff-fold")
        highlighted = (
            await asyncio.to_thread(HighlightedChange, change) if self._highlighted is None else self._highlighted
        )
        if change is not self._change:
            return
        self._highlighted = highlighted
        self.clear()
        self.classes(replace=f"lw-diff {'split' if split else 'unified'}")
        self._draw_parts(self, side_by_side_rows(change) if split else unified_rows(change), highlighted)

    def _draw_parts(self, parent: ui.element, parts: Sequence[DiffPart], highlighted: "HighlightedChange") -> None:
        """Draw parts into ``parent``: adjacent rows as one piece of HTML, a fold as a button that shows its rows."""
        rows: list[str] = []
        with parent:
            for part in parts[:MAX_ROWS]:
                if isinstance(part, FoldedRows):
                    _flush_rows(rows)
                    self._draw_fold(
                        f"… {pluralize(len(part.rows), 'unchanged line')}",
                        _fold_parts(part, split=self._is_split),
                        highlighted,
                    )
                else:
                    rows.append(highlighted.render_row(part))
            _flush_rows(rows)
            if remaining := parts[MAX_ROWS:]:
                self._draw_fold(f"… {pluralize(len(remaining), 'more line')}", remaining, highlighted)

    @property
    def _is_split(self) -> bool:
        return "split" in self.classes

    def _draw_fold(self, label: str, parts: Sequence[DiffPart], highlighted: "HighlightedChange") -> None:
        def unfold() -> None:
            container.clear()
            self._draw_parts(container, parts, highlighted)

        with box("") as container:
            on_event(text(label, "lw-diff-fold", "button").props("type=button"), "click", unfold)


class HighlightedChange:
    """Both texts of a change, highlighted, as HTML rows. Slow: use a thread."""

    def __init__(self, change: FileDiff) -> None:
        self._before_lines = highlight_lines(change.old_text, change.language)
        self._after_lines = highlight_lines(change.new_text, change.language)
        before, after = split_lines(change.old_text), split_lines(change.new_text)
        changed_ranges = [
            (old, new, changed_spans(before[old - 1], after[new - 1])) for old, new in replaced_lines(change)
        ]
        self._removed_ranges = {old: part[0] for old, _, part in changed_ranges if part}
        self._added_ranges = {new: part[1] for _, new, part in changed_ranges if part}

    def render_row(self, part: DiffRow | tuple[DiffRow, DiffRow]) -> str:
        """A row as HTML, or a pair of rows beside each other."""
        if isinstance(part, DiffRow):
            numbers = f"<i>{part.old_line or ''}</i><i>{part.new_line or ''}</i>"
            return f'<div class="lw-diff-row {part.change_type}">{numbers}{self._render_line(part)}</div>'
        old, new = part
        halves = self._render_half(old, old.old_line) + self._render_half(new, new.new_line)
        return f'<div class="lw-diff-pair">{halves}</div>'

    def _render_half(self, row: DiffRow, number: int | None) -> str:
        if number is None:
            return '<div class="lw-diff-row filler"></div>'
        return f'<div class="lw-diff-row {row.change_type}"><i>{number}</i>{self._render_line(row)}</div>'

    def _render_line(self, row: DiffRow) -> str:
        if row.new_line is None:
            spans, changed_range = (
                self._before_lines[(row.old_line or 1) - 1],
                self._removed_ranges.get(row.old_line or 0),
            )
        else:
            spans, changed_range = (
                self._after_lines[row.new_line - 1],
                self._added_ranges.get(row.new_line) if row.old_line is None else None,
            )
        return f"<b>{CHANGE_SIGNS[row.change_type]}</b><code>{''.join(_render_spans(spans, changed_range))}</code>"


def _fold_parts(fold: FoldedRows, *, split: bool) -> Sequence[DiffPart]:
    return [(row, row) for row in fold.rows] if split else fold.rows


def _flush_rows(rows: list[str]) -> None:
    if rows:
        ui.html("".join(rows), sanitize=False)  # safe: ``_render_spans`` escapes all code in it
        rows.clear()


def _render_spans(code_spans: Sequence[CodeSpan], changed_range: slice | None) -> Iterator[str]:
    offset = 0
    for css_class, characters in code_spans:
        shown = characters[: MAX_LINE_LENGTH - offset]
        for segment, is_changed in _split_segments(shown, offset, changed_range):
            classes = f"{css_class} lw-diff-changed" if is_changed else css_class
            yield f'<span class="{classes}">{escape(segment)}</span>' if classes else escape(segment)
        offset += len(characters)
        if offset > MAX_LINE_LENGTH:
            yield "…"
            return


def _split_segments(characters: str, offset: int, changed_range: slice | None) -> Iterator[tuple[str, bool]]:
    """The characters in up to three segments, with whether each is in ``changed_range`` of its line."""
    begin, end = (
        (max(0, changed_range.start - offset), max(0, changed_range.stop - offset)) if changed_range else (0, 0)
    )
    segments = ((characters[:begin], False), (characters[begin:end], True), (characters[max(begin, end) :], False))
    yield from ((segment, is_changed) for segment, is_changed in segments if segment)
