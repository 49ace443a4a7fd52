"""Brackets at the end of a file, or of one part of it, that were forgotten and can be closed in one way alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.files.source_file import SourceFile
from core.review.checking.brackets import CLOSING_BRACKETS
from core.review.checking.syntax_tree import parse_source, source_of
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.workspace import Change, Workspace

LANGUAGES = frozenset({"python", "javascript", "jsx", "tsx", "typescript", "java", "go", "rust", "php"})
BRACKET_QUERY = '["(" "[" "{" ")" "]" "}"] @bracket'
MAX_UNCLOSED = 6
"""A file that lacks more was not forgotten but cut."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A bracket that is open: its sign, and the row it is in."""

    sign: str
    row: int


def close_brackets(workspace: Workspace) -> Iterator[Change]:
    """Close what is open in a file that cannot be read without, at the only place where it can be read then."""
    for file in workspace.project.files:
        is_candidate = file.path in workspace.broken and file.path not in workspace.fixed and file.is_complete
        if is_candidate and file.language in LANGUAGES:
            unclosed = _unclosed(file)
            texts = {text for text in _candidates(file.text, unclosed) if _is_sound(file.language, text)}
            if len(texts) == 1:
                closed = "".join(CLOSING_BRACKETS[each.sign] for each in reversed(unclosed))
                yield Change(file.path, texts.pop(), (Adjustment(AdjustmentKind.BRACKET, closed),))


def _unclosed(file: SourceFile) -> list[_Open]:
    """The brackets without their other half; none where another mismatches, or where they are too many."""
    source = parse_source(file.language, file.text)
    stack: list[_Open] = []
    for node in source.query(BRACKET_QUERY) if source else ():
        sign = source_of(node)
        if sign in CLOSING_BRACKETS:
            stack.append(_Open(sign, node.start_point.row))
        elif sign and (not stack or CLOSING_BRACKETS[stack.pop().sign] != sign):
            return []
    return stack if len(stack) <= MAX_UNCLOSED else []


def _candidates(text: str, unclosed: Sequence[_Open]) -> Iterator[str]:
    """The text with the brackets closed at its end, and where the indentation goes back to that of the first."""
    if not unclosed:
        return
    lines = text.rstrip().split("\n")
    outermost = unclosed[0].row
    indent = _indent(lines[outermost])
    later = range(outermost + 1, len(lines))
    back = next((row for row in later if lines[row].strip() and _indent(lines[row]) <= indent), len(lines))
    if back <= max(each.row for each in unclosed):
        return  # some are opened below the place: more than one way may be meant
    for row in dict.fromkeys((back, len(lines))):
        yield "\n".join([*_closed(lines[:row], unclosed), *lines[row:], ""])


def _closed(lines: Sequence[str], unclosed: Sequence[_Open]) -> list[str]:
    """The lines with the brackets closed: in the last line with code those that it opened, the others below it."""
    kept = list(lines)
    last = max(row for row, line in enumerate(kept) if line.strip())
    rows: dict[int, str] = {}
    for each in reversed(unclosed):
        rows[each.row] = rows.get(each.row, "") + CLOSING_BRACKETS[each.sign]
    below = [f"{' ' * _indent(lines[row])}{signs}" for row, signs in rows.items() if row != last]
    kept[last] += rows.get(last, "")
    return [*kept[: last + 1], *below, *kept[last + 1 :]]


def _is_sound(language: str, text: str) -> bool:
    source = parse_source(language, text)
    return source is not None and not source.tree.root_node.has_error


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
