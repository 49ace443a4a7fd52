"""A project while it is repaired: its files as they are by now, and what is known of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from core.files.source_file import SourceFile
from core.review.checking.project_files import ProjectFiles
from core.review.repairs.adjustment import Adjustment


@dataclass(frozen=True, slots=True)
class Change:
    """The new text of a file, and what was put right by it."""

    path: str
    text: str
    adjustments: tuple[Adjustment, ...]


@dataclass(frozen=True, eq=False)
class Workspace:
    """``stack`` is the id of the version's stack, empty where it is not known. ``undefined`` are names by path that
    nothing in the file defines, ``broken`` are paths of files with a syntax error. ``fixed`` are paths of files that
    stay as they are.
    """

    project: ProjectFiles
    stack: str = ""
    undefined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    adjustments: Mapping[str, tuple[Adjustment, ...]] = field(default_factory=dict)

    @cached_property
    def repairable(self) -> tuple[SourceFile, ...]:
        """The files that may be changed."""
        return tuple(
            file for file in self.project.files if file.path not in self.fixed and file.path not in self.broken
        )

    def after(self, changes: Iterable[Change]) -> "Workspace":
        """The project with these changes made."""
        texts = {change.path: change.text for change in changes}
        if not texts:
            return self
        files = [_with_text(file, texts.get(file.path)) for file in self.project.files]
        return replace(self, project=replace(self.project, files=files))

    def noting(self, changes: Iterable[Change]) -> "Workspace":
        """The project with these changes made and remembered."""
        changes = list(changes)
        noted = dict(self.adjustments)
        for change in changes:
            noted[change.path] = (*noted.get(change.path, ()), *change.adjustments)
        return replace(self.after(changes), adjustments=noted)


Repair = Callable[[Workspace], Iterable[Change]]
"""Finds what can be put right for certain, at most one change of each file. Whatever the files hold, the work is
proportional to their text, and nothing is raised."""


def _with_text(file: SourceFile, text: str | None) -> SourceFile:
    return file if text is None else replace(file, text=text, original=None)
