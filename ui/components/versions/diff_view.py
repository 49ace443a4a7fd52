"""One changed file as two texts one below the other, or side by side, in the colours of its language."""

import asyncio
from collections.abc import Iterator, Sequence
from html import escape

from nicegui import ui

from core.text import pluralize
from core.versions.diff import (
    ChangeType,
    DiffRow,
    FileDiff,
    FoldedRows,
    changed_spans,
    replaced_lines,
    side_by_side_rows,
    split_lines,
    unified_rows,
)
from ui.elements import box, on_event, text
from ui.highlight import CodeSpan, highlight_lines

MAX_ROWS = 1_000
"""Rows that are drawn at once; a press brings the next ones."""
MAX_LINE_LENGTH = 5_000
"""Characters of a line that are drawn: nobody reads on, and a browser would lay it all out."""
CHANGE_SIGNS = {
    ChangeType.ADDED: "+",
    ChangeType.REMOVED: "\N{MINUS SIGN}",
    ChangeType.UNCHANGED: "",
    ChangeType.MODIFIED: "",
}

DiffPart = DiffRow | tuple[DiffRow, DiffRow] | FoldedRows


class DiffView(ui.element):
    """Shows one change at a time. The code in it is hostile: it goes out escaped, piece by piece."""

    def __init__(self) -> None:
        super().__init__("div")
        self._change: FileDiff | None = None
        self._highlighted: HighlightedChange | None = None

    async def show(self, change: FileDiff, *, split: bool) -> None:
        """Draw a change; its colours are found in a thread, and the last one asked for wins."""
        if change is not self._change:
            self._change, self._highlighted = change, None
            self.clear()
            with self:
                text("Comparing…", "lw-fold-line")
        highlighted = (
            await asyncio.to_thread(HighlightedChange, change) if self._highlighted is None else self._highlighted
        )
        if change is not self._change:
            return
        self._highlighted = highlighted
        self.clear()
        self.classes(replace=f"lw-lines {'two' if split else 'one'}")
        self._draw_parts(self, side_by_side_rows(change) if split else unified_rows(change), highlighted)

    def _draw_parts(self, parent: ui.element, parts: Sequence[DiffPart], highlighted: "HighlightedChange") -> None:
        """Draw parts into a place, stretches of rows at once, each fold as a button that brings its rows."""
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
        return "two" in self.classes

    def _draw_fold(self, label: str, parts: Sequence[DiffPart], highlighted: "HighlightedChange") -> None:
        def unfold() -> None:
            container.clear()
            self._draw_parts(container, parts, highlighted)

        with box("") as container:
            on_event(text(label, "lw-fold-line", "button").props("type=button"), "click", unfold)


class HighlightedChange:
    """The coloured lines of both sides of a change, as HTML; made anew costs up to some seconds."""

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
        """A row as HTML, or two beside each other."""
        if isinstance(part, DiffRow):
            numbers = f"<i>{part.old_line or ''}</i><i>{part.new_line or ''}</i>"
            return f'<div class="r {part.change_type}">{numbers}{self._render_line(part)}</div>'
        old, new = part
        return f'<div class="p">{self._render_half(old, old.old_line)}{self._render_half(new, new.new_line)}</div>'

    def _render_half(self, row: DiffRow, number: int | None) -> str:
        if number is None:
            return '<div class="r none"></div>'
        return f'<div class="r {row.change_type}"><i>{number}</i>{self._render_line(row)}</div>'

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
        ui.html(
            "".join(rows), sanitize=False
        )  # of our own making, all that is foreign in it escaped by ``_render_spans``
        rows.clear()


def _render_spans(code_spans: Sequence[CodeSpan], changed_range: slice | None) -> Iterator[str]:
    offset = 0
    for css_class, characters in code_spans:
        shown = characters[: MAX_LINE_LENGTH - offset]
        for segment, is_changed in _split_segments(shown, offset, changed_range):
            classes = f"{css_class} x" if is_changed else css_class
            yield f'<span class="{classes}">{escape(segment)}</span>' if classes else escape(segment)
        offset += len(characters)
        if offset > MAX_LINE_LENGTH:
            yield "…"
            return


def _split_segments(characters: str, offset: int, changed_range: slice | None) -> Iterator[tuple[str, bool]]:
    """The characters in stretches, with whether each is in the part of its line that differs."""
    begin, end = (
        (max(0, changed_range.start - offset), max(0, changed_range.stop - offset)) if changed_range else (0, 0)
    )
    segments = ((characters[:begin], False), (characters[begin:end], True), (characters[max(begin, end) :], False))
    yield from ((segment, is_changed) for segment, is_changed in segments if segment)
