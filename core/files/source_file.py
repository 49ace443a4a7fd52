"""A project's files, as a tree, and as a zip."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.files.paths import UniquePaths
from core.files.text_encoding import EncodedText

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
class TreeNode:
    """A folder, or a file: a node without ``children``. ``path`` starts at the tree's root."""

    name: str
    path: str
    children: tuple["TreeNode", ...] = field(default=())


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


def _build_nodes(paths: Sequence[tuple[list[str], str]], parent_path: str) -> list[TreeNode]:
    groups: dict[str, list[tuple[list[str], str]]] = {}
    for (name, *rest), path in paths:
        groups.setdefault(name, []).append((rest, path))
    return [_build_node(name, f"{parent_path}{name}", group) for name, group in groups.items()]


def _build_node(name: str, path: str, group: Sequence[tuple[list[str], str]]) -> TreeNode:
    descendants = [(segments, full_path) for segments, full_path in group if segments]
    return TreeNode(name, path, tuple(_build_nodes(descendants, f"{path}/")))
