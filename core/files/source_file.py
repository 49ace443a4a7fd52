"""A project's files: out of a run's text, as a tree, and as a zip."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.errors import InvalidInput
from core.files.edits import FileEdit, is_edit, parse_edits
from core.files.markdown.events import FileClosed, FileOpened, FileRenamed, FileText, ParserEvent, UnassignedBlock
from core.files.markdown.parser import MarkdownParser
from core.files.paths import UniquePaths, safe_path
from core.files.text_encoding import EncodedText

READ_LENGTH = 4_000
"""Characters that are read at a time where the first file is enough."""
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold. A fixed date makes equal files give equal bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a project. ``is_complete`` is False where the run's text ended inside the file.

    ``original`` is what a person uploaded; ``text`` is its text then, with plain line ends. Files of equal text are
    equal, whatever their bytes.
    """

    path: str
    language: str
    text: str
    is_complete: bool = True
    original: EncodedText | None = field(default=None, compare=False, repr=False)

    @property
    def encoded(self) -> EncodedText:
        """The file to save: byte for byte what was uploaded, otherwise the text in UTF-8."""
        return self.original or EncodedText(self.text.encode())


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What is in a run's text: files, changes of files, and the blocks that belong to none of them."""

    files: tuple[SourceFile, ...]
    edits: tuple[FileEdit, ...] = ()
    unassigned: tuple[UnassignedBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A folder, or a file: a node without ``children``. ``path`` starts at the tree's root."""

    name: str
    path: str
    children: tuple["TreeNode", ...] = field(default=())


def parse_answer(text: str, default_path: str) -> ParsedAnswer:
    """What is in a run's text; ``default_path`` names a file that nothing names.

    The files are in the order of their first copies. A later copy replaces an earlier one, unless only the earlier one
    is complete.
    """
    parser = MarkdownParser(default_path)
    events = [*parser.feed(text), *parser.close()]
    files: dict[str, SourceFile] = {}
    edits: list[FileEdit] = []
    for file in _collect_files(events):
        previous = files.get(file.path)
        if is_edit(file.path, file.text):
            edits += map(_with_safe_path, parse_edits(file.path, file.text))
        elif previous is None or file.is_complete or not previous.is_complete:
            files[file.path] = file
    unassigned = tuple(event for event in events if isinstance(event, UnassignedBlock))
    return ParsedAnswer(tuple(files.values()), tuple(edits), unassigned)


def parse_files(text: str, default_path: str) -> list[SourceFile]:
    """The files in a run's text that are there as a whole, as in ``parse_answer``."""
    return list(parse_answer(text, default_path).files)


def holds_file(text: str, default_path: str) -> bool:
    """Whether there is any file in a run's text, or a change of one; reads no further than to the first."""
    has_fence = "```" in text or "~~~" in text
    # Code without a fence is a file as a whole, which its beginning shows: all of it would take long to read.
    if len(text) > READ_LENGTH and not has_fence and holds_file(text[:READ_LENGTH], default_path):
        return True
    parser = MarkdownParser(default_path)
    for start in range(0, len(text), READ_LENGTH):
        if _opens_file(parser.feed(text[start : start + READ_LENGTH])):
            return True
    return _opens_file(parser.close())


def block_text(text: str, block: UnassignedBlock) -> str:
    """The lines of a block in a run's text."""
    # Not splitlines, which takes form feeds and other characters for line ends, too.
    lines = text.split("\n")[block.line - 1 : block.line - 1 + block.lines]
    return "".join(f"{line}\n" for line in lines)


def line_count(text: str) -> int:
    """Lines as an editor counts them: the text after the last line end is no line if it is empty."""
    return text.count("\n") + (not text.endswith("\n") and text != "")


def zip_bytes(files: Iterable[SourceFile]) -> bytes:
    """The files as a zip. Equal files give equal bytes; a path that comes twice gets a number."""
    paths = UniquePaths()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            info = zipfile.ZipInfo(paths.claim_unused(file.path), ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, file.encoded.content)
    return buffer.getvalue()


def build_tree(paths: Iterable[str]) -> list[TreeNode]:
    """The paths as nested folders, each name at its first place."""
    return _build_nodes([(path.split("/"), path) for path in paths], "")


def _opens_file(events: Iterable[ParserEvent]) -> bool:
    return any(isinstance(event, FileOpened) for event in events)


def _with_safe_path(edit: FileEdit) -> FileEdit:
    try:
        return replace(edit, path=safe_path(edit.path))
    except InvalidInput as error:
        return replace(edit, refusal=f"`{edit.path}` is not changed: {error.message[:1].lower()}{error.message[1:]}")


def _collect_files(events: Iterable[ParserEvent]) -> list[SourceFile]:
    files: list[SourceFile] = []
    opened = FileOpened("", "text")
    parts: list[str] = []
    for event in events:
        match event:
            case FileOpened():
                opened = event
                parts = []
            case FileText(text):
                parts.append(text)
            case FileClosed(is_complete):
                files.append(SourceFile(opened.path, opened.language, "".join(parts), is_complete))
            case FileRenamed(path, language):
                files[-1] = replace(files[-1], path=path, language=language)
            case _:
                pass
    return files


def _build_nodes(paths: Sequence[tuple[list[str], str]], parent_path: str) -> list[TreeNode]:
    groups: dict[str, list[tuple[list[str], str]]] = {}
    for (name, *rest), path in paths:
        groups.setdefault(name, []).append((rest, path))
    return [_build_node(name, f"{parent_path}{name}", group) for name, group in groups.items()]


def _build_node(name: str, path: str, group: Sequence[tuple[list[str], str]]) -> TreeNode:
    descendants = [(segments, full_path) for segments, full_path in group if segments]
    return TreeNode(name, path, tuple(_build_nodes(descendants, f"{path}/")))
