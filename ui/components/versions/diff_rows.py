"""The rows of a changed file as HTML. The code is not trusted: every piece of it is escaped."""

from collections.abc import Iterator, Sequence
from html import escape

from core.versions.diff import ChangeType, DiffRow
from core.versions.highlight import CodeSpan, HighlightedChange

MAX_DRAWN_LINE_LENGTH = 5_000
"""Characters of a line that are drawn: a browser would lay out all of a minified file."""
CHANGE_SIGNS = {
    ChangeType.ADDED: "+",
    ChangeType.REMOVED: "\N{MINUS SIGN}",
    ChangeType.UNCHANGED: "",
    ChangeType.MODIFIED: "",
}


def render_row(change: HighlightedChange, part: DiffRow | tuple[DiffRow, DiffRow]) -> str:
    """A row as HTML, or a pair of rows beside each other."""
    if isinstance(part, DiffRow):
        numbers = f"<i>{part.old_line or ''}</i><i>{part.new_line or ''}</i>"
        return f'<div class="lw-diff-row {part.change_type}">{numbers}{_render_line(change, part)}</div>'
    old, new = part
    halves = _render_half(change, old, old.old_line) + _render_half(change, new, new.new_line)
    return f'<div class="lw-diff-pair">{halves}</div>'


def _render_half(change: HighlightedChange, row: DiffRow, number: int | None) -> str:
    if number is None:
        return '<div class="lw-diff-row filler"></div>'
    return f'<div class="lw-diff-row {row.change_type}"><i>{number}</i>{_render_line(change, row)}</div>'


def _render_line(change: HighlightedChange, row: DiffRow) -> str:
    if row.new_line is None:
        spans, changed_range = (
            change.before_lines[(row.old_line or 1) - 1],
            change.removed_ranges.get(row.old_line or 0),
        )
    else:
        spans, changed_range = (
            change.after_lines[row.new_line - 1],
            change.added_ranges.get(row.new_line) if row.old_line is None else None,
        )
    return f"<b>{CHANGE_SIGNS[row.change_type]}</b><code>{''.join(_render_spans(spans, changed_range))}</code>"


def _render_spans(code_spans: Sequence[CodeSpan], changed_range: slice | None) -> Iterator[str]:
    offset = 0
    for css_class, characters in code_spans:
        shown = characters[: MAX_DRAWN_LINE_LENGTH - offset]
        for segment, is_changed in _split_segments(shown, offset, changed_range):
            classes = f"{css_class} lw-diff-changed" if is_changed else css_class
            yield f'<span class="{classes}">{escape(segment)}</span>' if classes else escape(segment)
        offset += len(characters)
        if offset > MAX_DRAWN_LINE_LENGTH:
            yield "…"
            return


def _split_segments(characters: str, offset: int, changed_range: slice | None) -> Iterator[tuple[str, bool]]:
    """The characters in up to three segments, with whether each is in ``changed_range`` of its line."""
    begin, end = (
        (max(0, changed_range.start - offset), max(0, changed_range.stop - offset)) if changed_range else (0, 0)
    )
    segments = ((characters[:begin], False), (characters[begin:end], True), (characters[max(begin, end) :], False))
    yield from ((segment, is_changed) for segment, is_changed in segments if segment)
