"""The files of a project as the checks see them: what a file may refer to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from posixpath import basename, dirname
from typing import TypeVar, TypeVarTuple
from weakref import WeakKeyDictionary

from core.files.references import resolve_reference
from core.files.source_file import SourceFile

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

GENERATED_FOLDERS = frozenset(
    {".next", ".nuxt", ".output", ".svelte-kit", "__generated__", "build", "dist", "gen", "generated", "node_modules"}
    | {"out", "target", "uploads", "vendor", "+types", "$types"}
)
"""Folders that a build or the running app fills, so that no file in them is missing."""


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """What a review goes by besides the files: what they may refer to, as in ``ProjectFiles``, and what they are for.

    ``stack`` is the id of the version's stack, empty where it is not known.
    """

    left_out: frozenset[str] = frozenset()
    backend: tuple[SourceFile, ...] = ()
    stack: str = ""


# Hashed by identity: results are cached by project, and hashing all of its texts takes longer than some checks.
@dataclass(frozen=True, eq=False)
class ProjectFiles:
    """All files of a project. ``left_out`` are paths of those that are there and not known; folders end in ``/``.

    ``backend`` are the files of the back end that a front end speaks to, where they are known.
    """

    files: Sequence[SourceFile]
    left_out: frozenset[str] = frozenset()
    backend: tuple[SourceFile, ...] = ()

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the files, those that were left out among them."""
        return frozenset([*self.texts, *(path for path in self.left_out if not path.endswith("/"))])

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, at any depth; the root is empty."""
        around = {folder for path in self.paths | self._unknown_folders for folder in parent_folders(path)}
        return frozenset(around | self._unknown_folders)

    @cached_property
    def _unknown_folders(self) -> frozenset[str]:
        return frozenset(path.rstrip("/") for path in self.left_out if path.endswith("/"))

    @cached_property
    def texts(self) -> dict[str, str]:
        """The files' texts by path."""
        return {file.path: file.text for file in self.files}

    @cached_property
    def module_folders(self) -> dict[str, set[str]]:
        """By the name of a Python module or package, the folders in which one stands."""
        folders: dict[str, set[str]] = {}
        for path in self.paths:
            if path.endswith((".py", ".pyi")):
                module_path = path.rpartition(".")[0]
                for module in (module_path, *(folder for folder in parent_folders(module_path) if folder)):
                    folders.setdefault(basename(module), set()).add(dirname(module))
        return folders

    @cached_property
    def module_places(self) -> frozenset[str]:
        """The folders in which Python files stand, not counting the folders below."""
        return frozenset(dirname(path) for path in self.paths if path.endswith((".py", ".pyi")))

    def is_in_unknown_folder(self, path: str) -> bool:
        """Whether a path is, or lies in, a folder of which it is not known what it holds."""
        return not self._unknown_folders.isdisjoint([path, *parent_folders(path)])

    def leaves_out(self, *endings: str) -> bool:
        """Whether some file with one of these endings is not known, or a whole folder."""
        return any(path.endswith((*endings, "/")) for path in self.left_out)

    def has_path_ending(self, ending: str) -> bool:
        """Whether the path of some file ends in these folders and this name."""
        return ending in self._path_endings

    def resolve(self, reference: str, path: str) -> str | None:
        """``resolve_reference`` for what can be missing; None also outside of the project and where builds write."""
        resolved = resolve_reference(reference, path)
        # Generators of routes name what they write routeTree.gen.ts.
        if resolved is None or resolved.startswith("..") or ".gen" in resolved:
            return None
        if GENERATED_FOLDERS & set(resolved.split("/")) or self.is_in_unknown_folder(resolved):
            return None
        return resolved

    @cached_property
    def _path_endings(self) -> frozenset[str]:
        # All endings at once: a page may have thousands of references.
        return frozenset(
            "/".join(parts[start:]) for parts in (path.split("/") for path in self.paths) for start in range(len(parts))
        )


def once_per_project(
    compute: Callable[[ProjectFiles, *Arguments], T],
) -> Callable[[ProjectFiles, *Arguments], T]:
    """Decorator: each result is cached as long as its project lives. The arguments must be hashable."""
    results: WeakKeyDictionary[ProjectFiles, dict[tuple[*Arguments], T]] = WeakKeyDictionary()

    @wraps(compute)
    def remembered(project: ProjectFiles, *arguments: *Arguments) -> T:
        known = results.setdefault(project, {})
        if arguments not in known:
            known[arguments] = compute(project, *arguments)
        return known[arguments]

    return remembered


def parent_folders(path: str) -> Iterator[str]:
    """The folders around a path, from the nearest to the root, which is empty."""
    while path:
        path = dirname(path)
        yield path
