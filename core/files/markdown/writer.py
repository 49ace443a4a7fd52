"""Files as Markdown that the parser reads back."""

import re
from collections.abc import Sequence

from core.files.source_file import SourceFile

_FENCE = re.compile(r"^[ \t]*(`{3,})", re.MULTILINE)


def format_file_block(path: str, language: str, text: str) -> str:
    """A path line and a fenced block; the fence is longer than any fence inside the file."""
    longest_inside = max(map(len, _FENCE.findall(text)), default=2)
    fence = "`" * (longest_inside + 1)
    ending = "" if text.endswith("\n") or not text else "\n"
    return f"### FILE: {path}\n{fence}{language}\n{text}{ending}{fence}"


def format_files(files: Sequence[SourceFile]) -> str:
    """The files as one text to read."""
    return "\n\n".join(format_file_block(file.path, file.language, file.text) for file in files) + "\n"
