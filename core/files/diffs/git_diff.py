"""Two sets of files as the unified diff that ``git apply`` takes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.files.diffs.line_diff import MatchingBlock, matching_blocks
from core.files.source_file import SourceFile

CONTEXT_LINES = 3
NO_NEWLINE_MARKER = "\\ No newline at end of file\n"


def git_diff(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> str:
    """The files that differ, in the order of ``before``, new ones last; empty where nothing changed."""
    old = {file.path: file.text for file in before}
    new = {file.path: file.text for file in after}
    return "".join(line for path in {**old, **new} for line in _diff_file(path, old.get(path), new.get(path)))


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines ``old`` of the older text that lines ``new`` of the newer one replace; either range may be empty."""

    old: range
    new: range


def _diff_file(path: str, old: str | None, new: str | None) -> Iterator[str]:
    if old == new:
        return
    yield f"diff --git a/{path} b/{path}\n"
    if old is None:
        yield "new file mode 100644\n"
    if new is None:
        yield "deleted file mode 100644\n"
    before, after = _lines_with_ends(old or ""), _lines_with_ends(new or "")
    changes = list(_changes(matching_blocks(before, after)))
    if changes:
        yield "--- /dev/null\n" if old is None else f"--- a/{path}\n"
        yield "+++ /dev/null\n" if new is None else f"+++ b/{path}\n"
    for hunk in _hunks(changes):
        for line in _hunk_lines(hunk, before, after):
            yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE_MARKER}"


def _lines_with_ends(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _changes(blocks: Iterable[MatchingBlock]) -> Iterator[_Change]:
    """What lies between the matching blocks."""
    old = new = 0
    for block in blocks:
        if block.old > old or block.new > new:
            yield _Change(range(old, block.old), range(new, block.new))
        old, new = block.old + block.size, block.new + block.size


def _hunks(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """The changes in groups: those whose contexts touch belong together."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change.old.start - hunk[-1].old.stop > 2 * CONTEXT_LINES:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _hunk_lines(hunk: Sequence[_Change], before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    leading = min(CONTEXT_LINES, hunk[0].old.start)
    trailing = min(CONTEXT_LINES, len(before) - hunk[-1].old.stop)
    old = range(hunk[0].old.start - leading, hunk[-1].old.stop + trailing)
    new = range(hunk[0].new.start - leading, hunk[-1].new.stop + trailing)
    yield f"@@ -{_hunk_range(old)} +{_hunk_range(new)} @@\n"
    position = old.start
    for change in hunk:
        yield from (f" {line}" for line in before[position : change.old.start])
        yield from (f"-{line}" for line in before[change.old.start : change.old.stop])
        yield from (f"+{line}" for line in after[change.new.start : change.new.stop])
        position = change.old.stop
    yield from (f" {line}" for line in before[position : old.stop])


def _hunk_range(lines: range) -> str:
    """``start,length`` as POSIX ``diff -U`` writes it: counted from 1; an empty range names the line before it."""
    if len(lines) == 1:
        return str(lines.start + 1)
    return f"{lines.start + bool(lines)},{len(lines)}"
