"""The files of a project as what others in it refer to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import basename, dirname, join, normpath

from core.files.source_file import SourceFile

GENERATED_FOLDERS = frozenset(
    {".next", ".nuxt", ".output", ".svelte-kit", "__generated__", "build", "dist", "gen", "generated", "node_modules"}
    | {"out", "target", "uploads", "vendor", "+types", "$types"}
)
"""Folders that a build fills, so that nothing in them is missed."""


@dataclass(frozen=True, eq=False)
class ProjectFiles:
    """All files at once."""

    files: Sequence[SourceFile]

    @cached_property
    def paths(self) -> frozenset[str]:
        """Where the files are."""
        return frozenset(file.path for file in self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Each folder with something in it; the root is empty."""
        return frozenset(folder for path in self.paths for folder in parent_folders(path))

    @cached_property
    def texts(self) -> dict[str, str]:
        """The files by path."""
        return {file.path: file.text for file in self.files}

    @cached_property
    def module_folders(self) -> dict[str, set[str]]:
        """The folders in which a Python module or package of a name stands."""
        folders: dict[str, set[str]] = {}
        for path in self.paths:
            if path.endswith((".py", ".pyi")):
                module_path = path.rpartition(".")[0]
                for module in (module_path, *(folder for folder in parent_folders(module_path) if folder)):
                    folders.setdefault(basename(module), set()).add(dirname(module))
        return folders

    def has_path_ending(self, reference: str) -> bool:
        """Whether some file could be meant by a path below a folder that only a server knows."""
        return any(f"/{path}".endswith(f"/{reference}") for path in self.paths)


def parent_folders(path: str) -> Iterator[str]:
    """The folders around a path, from the nearest to the root."""
    while path:
        path = dirname(path)
        yield path


def resolve_reference(path: str, reference: str) -> str | None:
    """What a relative reference in the file ``path`` leads to; None outside the project and where builds write."""
    resolved = normpath(join(dirname(path), re.split(r"[?#]", reference, maxsplit=1)[0]))
    if resolved.startswith(("..", "/")) or GENERATED_FOLDERS & set(resolved.split("/")) or ".gen" in resolved:
        return None
    return "" if resolved == "." else resolved
