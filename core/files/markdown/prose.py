"""The lines around the blocks of an answer, and which file each block is according to them."""

import re
from collections.abc import Container, Iterator

from core.files.languages import are_compatible, extension_of, language_of
from core.files.markdown.names.path_hints import (
    MAX_PATH_LINE_LENGTH,
    FenceInfo,
    HintForm,
    PathHint,
    comment_path,
    find_path_hint,
    is_described_path,
    is_file_marker,
    looks_like_path,
)
from core.files.markdown.names.plain_text import strip_html_tags
from core.files.markdown.unfenced_files import split_unfenced_files

_INLINE_FENCE = re.compile(r"^(?P<head>.*?[^`\s])[ \t]*(?P<fence>`{3,}[^`]*)$", re.DOTALL)
_SENTENCE = re.compile(r"^[#>*\s]*[A-Z][\w'`]*,?(?: [^\s;{}=<]+)+$")
_CONTINUATION = re.compile(
    r"\b(?:part|teil|partie|parte|deel)\s?(?:[2-9]|ii+|two|three)\b|\b(?:continued|continuation|fortsetzung|suite|"
    r"continuaci[oó]n|continuaç[aã]o)\b",
    re.IGNORECASE,
)
_CODE_LINE = re.compile(
    r"[;{}][ \t]*$|^[ \t]*(?:import\s|from\s+\S+\s+import\b|@\w|<\w|<!|//"
    r"|(?:def|class|const|let|var|func|function|fn|package|public)\s)"
    r"|^[ \t]*[\w.\[\]\"']++[ \t]*(?:[-+*/|&]?=(?!=)|:=)|^[ \t]*[\w.]++\([^\n]*\)[ \t]*$"
    r"|^#!/|^\[[\w. -]++\][ \t]*$"
    r"|^(?:SELECT|INSERT|CREATE|UPDATE|DELETE|ALTER|DROP|FROM|RUN|COPY|CMD|ENTRYPOINT|WORKDIR)\s",
    re.MULTILINE,
)
"""A declaration, markup, a comment, an assignment, a call, a section, SQL, a Dockerfile."""
_SENTENCE_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_CHARS = re.compile(r"[^{}=<>\[\]\\/|@$%&+~^`]++")
_SENTENCE_ENDS = (".", "!", "?", "\u3002", "\uff01", "\uff1f", "\u2026", "\u0964")
MIN_SENTENCE_WORDS = 4
"""Of a line without a full stop."""
_EXAMPLE_LANGUAGES = frozenset({"shell", "text", "diff", "http", "mermaid", "output", "tree"})
_TREE_CHARS = ("├", "│", "└")
_FALLBACK_PATHS = {
    "css": "styles.css",
    "html": "index.html",
    "javascript": "script.js",
    "text": "main.txt",
    "xml": "main.xml",
}


class ProseReader:
    """Reads the lines outside of blocks. A line with a path is held until it is clear whether a block follows."""

    def __init__(self) -> None:
        self._hint: PathHint | None = None
        self._held_lines: list[str] = []
        self._lines: list[str] = []

    def note_line(self, line: str) -> None:
        """A line that is none of prose, but may turn out to be one of an answer without fences."""
        self._lines.append(line)

    def feed_line(self, line: str) -> list[str]:
        """Take the next line; return the lines that are now known to be prose."""
        self._lines.append(line)
        hint = find_path_hint(line)
        is_heading = line.startswith("#")
        if hint and (is_heading or hint.form is not HintForm.INLINE or not self._has_heading_hint()):
            prose = self.release()
            self._hint, self._held_lines = hint, [line]
            return prose
        if self._held_lines and _is_blank_or_frame(line):
            self._held_lines.append(line)
            return []
        if is_heading or (line.strip() and not self._has_heading_hint()):
            self._hint = None
        return [*self.release(), line]

    def expect_block(self, path_line: str) -> None:
        """The next block has the name that this line gives, which stood in a block of its own."""
        self._hint, self._held_lines = find_path_hint(path_line), [""]

    def release(self) -> list[str]:
        """Stop holding lines, and return them."""
        lines, self._held_lines = self._held_lines, []
        return lines

    def forget_hint(self) -> None:
        """The lines named the block that follows, and no other one."""
        self._hint = None

    def path_of(self, info: FenceInfo, known_paths: Container[str]) -> str | None:
        """The path of the block that opens now, by its fence and the lines before it.

        A sentence with a path that is known already is about that file: "Run `main.py`:" comes before a command.
        """
        hint = self._hint
        if hint and hint.path in known_paths and not _may_be_copy(info, hint.path):
            return info.path
        if hint and self._held_lines and hint.form is not HintForm.INLINE:
            return hint.path
        if info.path or not hint or (hint.form is HintForm.INLINE and hint.path in known_paths):
            return info.path
        return hint.path if fits_language(info, hint.path) else None

    @property
    def hint_continues(self) -> bool:
        """Whether the line that names the next block says that it is a further part of the file."""
        return any(map(_CONTINUATION.search, self._held_lines))

    def unfenced_files(self, default_path: str) -> Iterator[tuple[str, str]]:
        """Paths and texts of an answer without fences: by its ``### FILE:`` lines, or all of it, if it is code."""
        starts = [number for number, line in enumerate(self._lines) if is_file_marker(line)]
        if not starts and looks_like_code("".join(self._lines)):
            files = list(split_unfenced_files(self._lines)) or [(default_path, "".join(self._lines))]
            yield from files if any(looks_like_code(text) for _, text in files) else ()
        for start, end in zip(starts, [*starts[1:], len(self._lines)], strict=False):
            text = "".join(self._lines[start + 1 : end])
            if text.strip() and (hint := find_path_hint(self._lines[start])):
                yield hint.path, text

    def _has_heading_hint(self) -> bool:
        return self._hint is not None and self._hint.form is HintForm.HEADING


def split_inline_fence(line: str) -> tuple[str, str] | None:
    """A path and the fence after it, where both stand on one line."""
    if len(line) > MAX_PATH_LINE_LENGTH or line.lstrip().startswith("```"):
        return None
    match = _INLINE_FENCE.match(line)
    hint = find_path_hint(match["head"]) if match else None
    return (match["head"], match["fence"]) if match and hint and hint.form is not HintForm.INLINE else None


def parse_first_line(line: str, info: FenceInfo, known_paths: Container[str] = ()) -> tuple[str | None, str]:
    """The path in the first line of a block, if any, and the part of the line that belongs to the file.

    A comment stays in the file, but for JSON, which has no comments. The product's own marker goes.
    """
    if is_file_marker(line) and (hint := find_path_hint(line)):
        return hint.path, ""
    hinted_path = comment_path(line)
    if hinted_path in known_paths and is_described_path(line):
        return None, line
    if hinted_path and fits_language(info, hinted_path):
        return hinted_path, "" if language_of(hinted_path) == "json" else line
    stripped = line.strip()
    if (
        info.language not in {"", *_EXAMPLE_LANGUAGES}
        and len(stripped) <= MAX_PATH_LINE_LENGTH
        and looks_like_path(stripped)
    ):
        return stripped, ""
    return None, line


def is_example(line: str, info: FenceInfo) -> bool:
    """Whether a block without a path is no file, by its language or first line: commands, output, a file tree."""
    return info.language in _EXAMPLE_LANGUAGES or line.lstrip().startswith(_TREE_CHARS)


def fallback_path(info: FenceInfo, default_path: str) -> str:
    """The path for a block without one: the default if the languages agree, else one by its language."""
    if are_compatible(info.language, language_of(default_path)):
        return default_path
    return _FALLBACK_PATHS.get(info.language) or f"main{extension_of(info.language)}"


def fits_language(info: FenceInfo, path: str) -> bool:
    """Whether a block of this language can be the file."""
    language = language_of(path)
    return are_compatible(info.language, language) and not (info.language == "shell" and language == "text")


def looks_like_code(text: str) -> bool:
    """Whether a text is source, not talk: a line of it can be nothing else, or it does not begin with a sentence."""
    first_line = text.strip().partition("\n")[0][:MAX_PATH_LINE_LENGTH]
    return first_line != "" and (_CODE_LINE.search(text) is not None or not _is_sentence(first_line))


def _is_sentence(line: str) -> bool:
    """Whether a line is a sentence, in any language: by its end, or by its words."""
    if _SENTENCE.match(line):
        return True
    words = _SENTENCE_WORD.findall(line)
    if not words or _SENTENCE_CHARS.fullmatch(line) is None:
        return False
    return line.rstrip("*_ ").endswith(_SENTENCE_ENDS) or len(words) >= MIN_SENTENCE_WORDS


def _may_be_copy(info: FenceInfo, path: str) -> bool:
    """Whether a block can be another copy of a file that is there, and not its output or the command that runs it."""
    if info.language in _EXAMPLE_LANGUAGES and language_of(path) not in (info.language, "text"):
        return False
    return fits_language(info, path)


def _is_blank_or_frame(line: str) -> bool:
    return not strip_html_tags(line[:MAX_PATH_LINE_LENGTH]).strip(" \t\r\n|:=-")
