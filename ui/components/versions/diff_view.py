"""One changed file as two texts one below the other, or side by side, in the colours of its language."""

import asyncio
from collections.abc import Iterator, Sequence
from html import escape

from nicegui import ui

from core.text import count
from core.versions.diff import Change, Fold, Row, Way, differing, lines_of, replaced, side_by_side, unified
from ui.elements import box, listen, text
from ui.highlight import Piece, coloured

MOST = 1_000
"""Rows that are drawn at once; a press brings the next ones."""
LONGEST_LINE = 5_000
"""Characters of a line that are drawn: nobody reads on, and a browser would lay it all out."""
SIGNS = {Way.NEW: "+", Way.GONE: "\N{MINUS SIGN}", Way.SAME: "", Way.CHANGED: ""}

Part = Row | tuple[Row, Row] | Fold


class DiffView(ui.element):
    """Shows one change at a time. The code in it is hostile: it goes out escaped, piece by piece."""

    def __init__(self) -> None:
        super().__init__("div")
        self._change: Change | None = None
        self._ink: Ink | None = None

    async def show(self, change: Change, *, beside: bool) -> None:
        """Draw a change; its colours are found in a thread, and the last one asked for wins."""
        if change is not self._change:
            self._change, self._ink = change, None
            self.clear()
            with self:
                text("Comparing…", "lw-fold-line")
        ink = await asyncio.to_thread(Ink, change) if self._ink is None else self._ink
        if change is not self._change:
            return
        self._ink = ink
        self.clear()
        self.classes(replace=f"lw-lines {'two' if beside else 'one'}")
        self._pour(self, side_by_side(change) if beside else unified(change), ink)

    def _pour(self, place: ui.element, parts: Sequence[Part], ink: "Ink") -> None:
        """Draw parts into a place, stretches of rows at once, each fold as a button that brings its rows."""
        rows: list[str] = []
        with place:
            for part in parts[:MOST]:
                if isinstance(part, Fold):
                    _flush(rows)
                    self._closed(
                        f"… {count(len(part.rows), 'unchanged line')}", _unfolded(part, beside=self._beside), ink
                    )
                else:
                    rows.append(ink.drawn(part))
            _flush(rows)
            if more := parts[MOST:]:
                self._closed(f"… {count(len(more), 'more line')}", more, ink)

    @property
    def _beside(self) -> bool:
        return "two" in self.classes

    def _closed(self, label: str, parts: Sequence[Part], ink: "Ink") -> None:
        def unfold() -> None:
            place.clear()
            self._pour(place, parts, ink)

        with box("") as place:
            listen(text(label, "lw-fold-line", "button").props("type=button"), "click", unfold)


class Ink:
    """The coloured lines of both sides of a change, as HTML; made anew costs up to some seconds."""

    def __init__(self, change: Change) -> None:
        self._before = coloured(change.before, change.language)
        self._after = coloured(change.after, change.language)
        before, after = lines_of(change.before), lines_of(change.after)
        parts = [(old, new, differing(before[old - 1], after[new - 1])) for old, new in replaced(change)]
        self._gone = {old: part[0] for old, _, part in parts if part}
        self._new = {new: part[1] for _, new, part in parts if part}

    def drawn(self, part: Row | tuple[Row, Row]) -> str:
        """A row as HTML, or two beside each other."""
        if isinstance(part, Row):
            numbers = f"<i>{part.before or ''}</i><i>{part.after or ''}</i>"
            return f'<div class="r {part.way}">{numbers}{self._line(part)}</div>'
        old, new = part
        return f'<div class="p">{self._half(old, old.before)}{self._half(new, new.after)}</div>'

    def _half(self, row: Row, number: int | None) -> str:
        if number is None:
            return '<div class="r none"></div>'
        return f'<div class="r {row.way}"><i>{number}</i>{self._line(row)}</div>'

    def _line(self, row: Row) -> str:
        if row.after is None:
            pieces, part = self._before[(row.before or 1) - 1], self._gone.get(row.before or 0)
        else:
            pieces, part = self._after[row.after - 1], self._new.get(row.after) if row.before is None else None
        return f"<b>{SIGNS[row.way]}</b><code>{''.join(_spans(pieces, part))}</code>"


def _unfolded(fold: Fold, *, beside: bool) -> Sequence[Part]:
    return [(row, row) for row in fold.rows] if beside else fold.rows


def _flush(rows: list[str]) -> None:
    if rows:
        ui.html("".join(rows), sanitize=False)  # of our own making, all that is foreign in it escaped by ``_spans``
        rows.clear()


def _spans(pieces: Sequence[Piece], part: slice | None) -> Iterator[str]:
    at = 0
    for kind, characters in pieces:
        shown = characters[: LONGEST_LINE - at]
        for stretch, marked in _marked(shown, at, part):
            classes = f"{kind} x" if marked else kind
            yield f'<span class="{classes}">{escape(stretch)}</span>' if classes else escape(stretch)
        at += len(characters)
        if at > LONGEST_LINE:
            yield "…"
            return


def _marked(characters: str, at: int, part: slice | None) -> Iterator[tuple[str, bool]]:
    """The characters in stretches, with whether each is in the part of its line that differs."""
    begin, end = (max(0, part.start - at), max(0, part.stop - at)) if part else (0, 0)
    cut = ((characters[:begin], False), (characters[begin:end], True), (characters[max(begin, end) :], False))
    yield from ((stretch, marked) for stretch, marked in cut if stretch)
