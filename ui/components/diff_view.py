"""One changed file as two texts one below the other, or side by side, in the colours of its language."""

from collections.abc import Sequence
from html import escape

from nicegui import ui
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from core.compare import Change, Fold, Row, Way, lines_of, side_by_side, unified
from core.large import computed

LONGEST = 300_000
"""Characters of both sides; a longer file is not compared here."""
LEXERS = {"shell": "bash", "properties": "ini", "svelte": "html", "vue": "html", "hcl": "terraform"}
SIGNS = {Way.NEW: "+", Way.GONE: "-", Way.SAME: "", Way.CHANGED: ""}

Lines = Sequence[str]


class DiffView(ui.element):
    """Shows one change at a time. The code in it is hostile: nothing of it goes out but through Pygments."""

    def __init__(self) -> None:
        super().__init__("div")
        self.classes("lw-diff")
        with self:
            self._html = ui.html("", sanitize=False)  # of our own making, and escaped: see ``_highlighted``

    async def show(self, change: Change, *, beside: bool) -> None:
        """Draw a change, in a thread where it is long."""
        size = len(change.before) + len(change.after)
        if size > LONGEST:
            self._html.set_content("<p>This file is too long to be compared here: download both versions.</p>")
            return
        self._html.set_content(await computed(size, lambda: drawn(change, beside=beside)))


def drawn(change: Change, *, beside: bool) -> str:
    """The change as HTML."""
    old, new = _highlighted(change.before, change.language), _highlighted(change.after, change.language)
    if beside:
        parts = [
            _fold(part, old, new, beside=True) if isinstance(part, Fold) else _pair(*part, old, new)
            for part in side_by_side(change)
        ]
    else:
        parts = [
            _fold(part, old, new, beside=False) if isinstance(part, Fold) else _row(part, old, new)
            for part in unified(change)
        ]
    return f'<div class="lw-lines {"two" if beside else "one"}">{"".join(parts)}</div>'


def _fold(fold: Fold, old: Lines, new: Lines, *, beside: bool) -> str:
    rows = "".join(_pair(row, row, old, new) if beside else _row(row, old, new) for row in fold.rows)
    return f"<details><summary>… {len(fold.rows)} unchanged lines</summary>{rows}</details>"


def _row(row: Row, old: Lines, new: Lines) -> str:
    code = old[row.before - 1] if row.after is None and row.before else new[(row.after or 1) - 1]
    return (
        f'<div class="r {row.way}"><i>{row.before or ""}</i><i>{row.after or ""}</i>'
        f"<b>{SIGNS[row.way]}</b><code>{code}</code></div>"
    )


def _pair(before: Row, after: Row, old: Lines, new: Lines) -> str:
    return f'<div class="p">{_half(before.before, before.way, old)}{_half(after.after, after.way, new)}</div>'


def _half(number: int | None, way: Way, lines: Lines) -> str:
    if number is None:
        return '<div class="r none"></div>'
    return f'<div class="r {way}"><i>{number}</i><b>{SIGNS[way]}</b><code>{lines[number - 1]}</code></div>'


def _highlighted(text: str, language: str) -> Lines:
    """Each line as HTML; Pygments ends its elements with the line."""
    try:
        lexer = get_lexer_by_name(LEXERS.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return [escape(line) for line in lines_of(text)]
    lines = highlight(text, lexer, HtmlFormatter(nowrap=True)).split("\n")
    plain = lines_of(text)
    # Some lexers treat other line ends as ours: then colours matter less than the right line.
    return lines if len(lines) >= len(plain) and len(lines) - len(plain) <= 1 else [escape(line) for line in plain]
