"""The files in a run's text: find them, compare them, pack them."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff

from core.catalog.stacks import Stack
from core.files.markdown.parser import FileClosed, FileOpened, FileText, MarkdownParser, ParserEvent
from core.files.paths import UniquePaths
from core.files.text_encoding import EncodedText

NO_NEWLINE_MARKER = "\\ No newline at end of file\n"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold, so that the same files give the same bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a project. ``is_complete`` is False where the text ended before the file did.

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
class TreeNode:
    """A file (no ``children``, ``path`` leads to it) or a folder of a tree."""

    name: str
    path: str
    children: tuple["TreeNode", ...] = field(default=())


def parse_files(text: str, stack: Stack) -> list[SourceFile]:
    """The files of a complete text, in the order in which they first came.

    A later copy of a file replaces an earlier one, unless it is cut and the earlier is whole.
    """
    parser = MarkdownParser(stack.default_path)
    files: dict[str, SourceFile] = {}
    for file in _collect_files([*parser.feed(text), *parser.close()]):
        previous = files.get(file.path)
        if previous is None or file.is_complete or not previous.is_complete:
            files[file.path] = file
    return list(files.values())


def line_count(text: str) -> int:
    """Lines as an editor counts them, without the empty one after the last line end."""
    return text.count("\n") + (not text.endswith("\n") and text != "")


def total_length(files: Iterable[SourceFile]) -> int:
    """How many characters they have."""
    return sum(len(file.text) for file in files)


def git_diff(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> str:
    """Unified diff of two versions as ``git apply`` takes it; empty where nothing changed."""
    old = {file.path: file.text for file in before}
    new = {file.path: file.text for file in after}
    return "".join(line for path in {**old, **new} for line in _diff_file(path, old.get(path), new.get(path)))


def zip_bytes(files: Iterable[SourceFile]) -> bytes:
    """The files as a zip; the same files, the same bytes."""
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
    """The paths as nested folders, each name where it first came."""
    return _build_nodes([(path.split("/"), path) for path in paths], "")


def _collect_files(events: Iterable[ParserEvent]) -> Iterator[SourceFile]:
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
                yield SourceFile(opened.path, opened.language, "".join(parts), is_complete)
            case _:
                pass


def _diff_file(path: str, old: str | None, new: str | None) -> Iterator[str]:
    if old == new:
        return
    yield f"diff --git a/{path} b/{path}\n"
    if old is None:
        yield "new file mode 100644\n"
    if new is None:
        yield "deleted file mode 100644\n"
    headers = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    for line in unified_diff(_split_lines(old or ""), _split_lines(new or ""), *headers):
        yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE_MARKER}"


def _split_lines(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _build_nodes(paths: Sequence[tuple[list[str], str]], parent_path: str) -> list[TreeNode]:
    groups: dict[str, list[tuple[list[str], str]]] = {}
    for (name, *rest), path in paths:
        groups.setdefault(name, []).append((rest, path))
    return [_build_node(name, f"{parent_path}{name}", group) for name, group in groups.items()]


def _build_node(name: str, path: str, group: Sequence[tuple[list[str], str]]) -> TreeNode:
    descendants = [(segments, full_path) for segments, full_path in group if segments]
    return TreeNode(name, path, tuple(_build_nodes(descendants, f"{path}/")))
