"""The HTML of a diff: the right rows, and no code in it that is not escaped."""

import re
from html import unescape

import pytest

from core.files.source_file import SourceFile
from core.versions.diff import DiffRow, FileDiff, diff_files
from core.versions.highlight import highlight_change
from ui.components.versions.diff_rows import MAX_DRAWN_LINE_LENGTH, render_row

HOSTILE = "<img src=x onerror=\"alert('1')\"></code></div><script>&lt;"


def change(before: str, after: str, language: str = "python") -> FileDiff:
    [found] = diff_files([SourceFile("a.py", language, before)], [SourceFile("a.py", language, after)])
    return found


def text_of(html: str) -> str:
    [code] = re.findall(r"<code>(.*?)</code>", html, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", code))


def test_a_row_has_its_numbers_its_sign_and_its_text() -> None:
    highlighted = highlight_change(change("a = 1\nb = 2\n", "a = 1\nc = 3\n"))
    assert render_row(highlighted, DiffRow(1, 1)).startswith(
        '<div class="lw-diff-row same"><i>1</i><i>1</i><b></b><code>'
    )
    removed, added = render_row(highlighted, DiffRow(2, None)), render_row(highlighted, DiffRow(None, 2))
    assert '<div class="lw-diff-row gone"><i>2</i><i></i><b>\N{MINUS SIGN}</b>' in removed
    assert '<div class="lw-diff-row new"><i></i><i>2</i><b>+</b>' in added
    assert (text_of(removed), text_of(added)) == ("b = 2", "c = 3")


def test_a_pair_has_a_filler_for_what_the_other_side_lacks() -> None:
    highlighted = highlight_change(change("a\n", "a\nb\n"))
    pair = render_row(highlighted, (DiffRow(None, None), DiffRow(None, 2)))
    assert pair.startswith(
        '<div class="lw-diff-pair"><div class="lw-diff-row filler"></div><div class="lw-diff-row new">'
    )


@pytest.mark.parametrize("language", ["python", "html", "text", "unknown"])
def test_code_is_escaped_in_every_language_and_kind_of_row(language: str) -> None:
    before, after = f"x = '{HOSTILE}1'\n", f"x = '{HOSTILE}2'\n"
    highlighted = highlight_change(change(before, after, language))
    rows = {
        render_row(highlighted, DiffRow(1, None)): before,
        render_row(highlighted, DiffRow(None, 1)): after,
    }
    for html, text in rows.items():
        assert set(re.findall(r"<(\w+)", html)) <= {"div", "i", "b", "code", "span"}
        assert text_of(html) == text.rstrip("\n")


def test_what_differs_within_a_line_is_marked() -> None:
    highlighted = highlight_change(change("value = 20\n", "value = 21\n"))
    assert re.findall(r'lw-diff-changed">(.*?)</span>', render_row(highlighted, DiffRow(None, 1))) == ["21"]


def test_a_very_long_line_is_cut() -> None:
    highlighted = highlight_change(change("", "x" * (MAX_DRAWN_LINE_LENGTH + 1) + "\n"))
    assert text_of(render_row(highlighted, DiffRow(None, 1))) == "x" * MAX_DRAWN_LINE_LENGTH + "…"
