"""What a model says around its blocks, and which file each block is by that."""

import re
from collections.abc import Container, Iterator

from core.files.languages import extension_of, go_together, language_of
from core.files.markdown.path_hints import (
    LONGEST_LINE,
    Form,
    Mention,
    Tag,
    commented,
    is_marker,
    looks_like_path,
    mentioned,
)

_GLUED = re.compile(r"^(?P<head>.*?[^`\s])[ \t]*(?P<fence>`{3,}[^`]*)$", re.DOTALL)
_THOUGHT = re.compile(r"^\s*<think(?:ing)?>")
_THOUGHT_END = re.compile(r"</think(?:ing)?>")
_SENTENCE = re.compile(r"^[#>*\s]*[A-Z][\w'`]*,?(?: [^\s;{}=<]+)+$")
_CODE = re.compile(
    r"[;{}][ \t]*$|^[ \t]*(?:import|from|def|class|const|let|var|func|function|package|public|@|<\w|<!)\b",
    re.MULTILINE,
)
_NO_FILE = frozenset({"shell", "text", "diff", "http", "mermaid", "output", "tree"})
_TREE = ("├", "│", "└")
_UNNAMED = {"css": "styles.css", "html": "index.html", "javascript": "script.js"}


class Talk:
    """The lines outside the blocks. Those that name a file are held until it is clear whether a block follows."""

    def __init__(self) -> None:
        self._mention: Mention | None = None
        self._held: list[str] = []
        self._lines: list[str] = []
        self._thinking = False

    def heard(self, line: str) -> str:
        """The part of the line that is meant for the reader, none of what a model thinks first."""
        self._thinking = self._thinking or _THOUGHT.match(line) is not None
        # An end without a beginning is heard, too: the beginning may stand in the model's template.
        end = _THOUGHT_END.search(line)
        if end:
            self._thinking = False
            return line[end.end() :].lstrip()
        return "" if self._thinking else line

    def remark(self, line: str) -> list[str]:
        """Take a line; gives those that are now known to be prose."""
        self._lines.append(line)
        mention = mentioned(line)
        title = line.startswith("#")
        if mention and (title or mention.form is not Form.INLINE or not self._is_titled()):
            prose = self.release(named=False)
            self._mention, self._held = mention, [line]
            return prose
        if self._held and not line.strip():
            self._held.append(line)
            return []
        if title or (line.strip() and not self._is_titled()):
            self._mention = None
        return [*self.release(named=False), line]

    def release(self, *, named: bool) -> list[str]:
        """The held lines, which are prose unless they ``named`` the block that follows."""
        held, self._held = self._held, []
        if named:
            self._mention = None
            return []
        return held

    def path_of(self, tag: Tag, known: Container[str]) -> str | None:
        """The path of the block that opens now, by what was said before it and by its tag.

        A sentence does not name a file twice: "run `main.py` so:" after main.py is about a command.
        """
        mention = self._mention
        if mention and self._held and mention.form is not Form.INLINE:
            return mention.path
        if tag.path or not mention or (mention.form is Form.INLINE and mention.path in known):
            return tag.path
        return mention.path if _fits(tag, mention.path) else None

    def sections(self, default: str) -> Iterator[tuple[str, str]]:
        """For an answer without any fence: its files, by their ``### FILE:`` lines or as one, where it is code."""
        starts = [at for at, line in enumerate(self._lines) if is_marker(line)]
        if not starts and _is_code("".join(self._lines)):
            yield default, "".join(self._lines)
        for start, end in zip(starts, [*starts[1:], len(self._lines)], strict=False):
            if mention := mentioned(self._lines[start]):
                yield mention.path, "".join(self._lines[start + 1 : end])

    def _is_titled(self) -> bool:
        return self._mention is not None and self._mention.form is Form.HEADING


def glued_opener(line: str) -> tuple[str, str] | None:
    """Path line and fence, where both stand on one line."""
    glued = _GLUED.match(line) if len(line) <= LONGEST_LINE else None
    mention = mentioned(glued["head"]) if glued else None
    return (glued["head"], glued["fence"]) if glued and mention and mention.form is not Form.INLINE else None


def named_inside(line: str, tag: Tag) -> tuple[str | None, str]:
    """The path that the first line of a block names, and what of the line belongs to the file.

    A comment stays in the file, except in JSON, which knows none.
    """
    comment = commented(line)
    if comment and _fits(tag, comment):
        return comment, "" if language_of(comment) == "json" else line
    bare = line.strip()
    if tag.language not in {"", *_NO_FILE} and len(bare) <= LONGEST_LINE and looks_like_path(bare):
        return bare, ""
    return None, line


def is_example(line: str, tag: Tag) -> bool:
    """Whether a block that nothing names is no file by its tag or first line: commands, output, a tree of files."""
    return tag.language in _NO_FILE or line.lstrip().startswith(_TREE)


def unnamed(tag: Tag, default: str) -> str:
    """The path of a block that nothing names: the default where the languages agree, else one by its language."""
    if go_together(tag.language, language_of(default)):
        return default
    return _UNNAMED.get(tag.language) or f"main{extension_of(tag.language)}"


def _fits(tag: Tag, path: str) -> bool:
    language = language_of(path)
    return go_together(tag.language, language) and not (tag.language == "shell" and language == "text")


def _is_code(text: str) -> bool:
    first = text.strip().partition("\n")[0]
    return _CODE.search(text) is not None or (first != "" and not _SENTENCE.match(first[:LONGEST_LINE]))
