"""The files in a run's text: find them, compare them, pack them."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff

from core.catalog.stacks import Stack
from core.files.markdown.parser import Event, FenceParser, FileClosed, FileOpened, Text
from core.files.paths import Names

NO_NEWLINE = "\\ No newline at end of file\n"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold, so that the same files give the same bytes."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a project. ``whole`` is False where the text ended before the file did."""

    path: str
    language: str
    text: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Node:
    """A file (no ``children``, ``path`` leads to it) or a folder of a tree."""

    name: str
    path: str
    children: tuple["Node", ...] = field(default=())


def split(text: str, stack: Stack) -> list[SourceFile]:
    """The files of a complete text, in the order in which they first came.

    A later copy of a file replaces an earlier one, unless it is cut and the earlier is whole.
    """
    parser = FenceParser(stack.default_path)
    files: dict[str, SourceFile] = {}
    for file in _files([*parser.feed(text), *parser.close()]):
        earlier = files.get(file.path)
        if earlier is None or file.whole or not earlier.whole:
            files[file.path] = file
    return list(files.values())


def line_count(text: str) -> int:
    """Lines as an editor counts them, without the empty one after the last line end."""
    return text.count("\n") + (not text.endswith("\n") and text != "")


def size_of(files: Iterable[SourceFile]) -> int:
    """How many characters they have."""
    return sum(len(file.text) for file in files)


def diff(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> str:
    """Unified diff of two versions as ``git apply`` takes it; empty where nothing changed."""
    old = {file.path: file.text for file in before}
    new = {file.path: file.text for file in after}
    return "".join(line for path in {**old, **new} for line in _compared(path, old.get(path), new.get(path)))


def zip_bytes(files: Iterable[SourceFile]) -> bytes:
    """The files as a zip; the same files, the same bytes."""
    names = Names()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(names.fresh(file.path), ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.text.encode())
    return packed.getvalue()


def tree(paths: Iterable[str]) -> list[Node]:
    """The paths as nested folders, each name where it first came."""
    return _nodes([(path.split("/"), path) for path in paths], "")


def _files(events: Iterable[Event]) -> Iterator[SourceFile]:
    opened = FileOpened("", "text")
    parts: list[str] = []
    for event in events:
        match event:
            case FileOpened():
                opened = event
                parts = []
            case Text(text):
                parts.append(text)
            case FileClosed(whole):
                yield SourceFile(opened.path, opened.language, "".join(parts), whole)
            case _:
                pass


def _compared(path: str, old: str | None, new: str | None) -> Iterator[str]:
    if old == new:
        return
    yield f"diff --git a/{path} b/{path}\n"
    if old is None:
        yield "new file mode 100644\n"
    if new is None:
        yield "deleted file mode 100644\n"
    headers = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    for line in unified_diff(_lines(old or ""), _lines(new or ""), *headers):
        yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _nodes(paths: Sequence[tuple[list[str], str]], above: str) -> list[Node]:
    groups: dict[str, list[tuple[list[str], str]]] = {}
    for (name, *below), path in paths:
        groups.setdefault(name, []).append((below, path))
    return [_node(name, f"{above}{name}", group) for name, group in groups.items()]


def _node(name: str, path: str, group: Sequence[tuple[list[str], str]]) -> Node:
    below = [(names, whole) for names, whole in group if names]
    return Node(name, path, tuple(_nodes(below, f"{path}/")))
