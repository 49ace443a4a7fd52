"""Files of an answer without any fence, one below the other, each under a line that names it."""

import re
from collections.abc import Iterator, Sequence

from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH, looks_like_path

_SIGNS = r"[=#*@-]{2,}"
_TITLE = re.compile(
    rf"^(?:{_SIGNS}\s*+)?(?:(?:begin|start)\s++)?(?:file(?:name)?)(?:\s*:\s*|\s++)`?(?P<labelled>[^\s`]++)`?\s*+(?:{_SIGNS})?$"
    r"|^(?P<rule>[=#*-])(?P=rule)++ ?`?(?P<ruled>[^\s`=]++)`? ?(?P=rule){2,}$",
    re.IGNORECASE,
)
_FRAME = re.compile(rf"^(?:(?:{_SIGNS}\s*+)?end(?: of)?[ _]file\b.*|{_SIGNS}|)$", re.IGNORECASE)
"""What stands around such a line and at the end of a file."""


def split_unfenced_files(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Paths and texts, where there are at least two."""
    titles = [(number, path) for number, line in enumerate(lines) if (path := _path_of(line))]
    if len(titles) < 2:
        return
    ends = [number for number, _ in titles[1:]] + [len(lines)]
    for (start, path), end in zip(titles, ends, strict=True):
        yield path, "".join(_without_frame(lines[start + 1 : end]))


def _path_of(line: str) -> str | None:
    match = _TITLE.match(line.strip()) if len(line) <= MAX_PATH_LINE_LENGTH else None
    path = match["labelled"] or match["ruled"] if match else None
    return path if path and looks_like_path(path) else None


def _without_frame(lines: Sequence[str]) -> Sequence[str]:
    start, end = 0, len(lines)
    while start < end and _is_frame(lines[start]):
        start += 1
    while start < end and _is_frame(lines[end - 1]):
        end -= 1
    return lines[start:end]


def _is_frame(line: str) -> bool:
    return len(line) <= MAX_PATH_LINE_LENGTH and _FRAME.match(line.strip()) is not None
