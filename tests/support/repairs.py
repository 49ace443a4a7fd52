"""A small project, repaired by one repair or by all of them."""

from collections.abc import Mapping

from core.files.languages import language_of
from core.files.source_file import SourceFile
from core.review.checking.project_files import ProjectFiles, ReviewContext
from core.review.repairs.workspace import Repair, Workspace
from core.review.review_files import review

PACKAGE = """
from .app import App as App, hidden
from other import Thing
import os
try:
    from .fast import quick
except ImportError:
    quick = None
def __getattr__(name):
    if name == "old":
        return 1
_private = 1
LIMIT: int = 3
"""
"""The source of a package that binds names in every way."""


def files_of(texts: Mapping[str, str]) -> list[SourceFile]:
    """The files with these texts."""
    return [SourceFile(path, language_of(path), text) for path, text in texts.items()]


def repaired(
    repair: Repair,
    texts: Mapping[str, str],
    *,
    stack: str = "",
    undefined: Mapping[str, tuple[str, ...]] | None = None,
    broken: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """The files that one repair changed, by path."""
    project = ProjectFiles(files_of(texts))
    workspace = Workspace(project, stack, undefined or {}, broken)
    return {change.path: change.text for change in repair(workspace)}


async def reviewed_texts(texts: Mapping[str, str], stack: str) -> dict[str, str]:
    """What is served of a project, by path."""
    reviewed = await review(files_of(texts), ReviewContext(stack=stack))
    return {file.source.path: file.served.text for file in reviewed}
