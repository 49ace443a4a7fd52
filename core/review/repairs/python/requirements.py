"""The packages that a requirements.txt lacks, and what it names that is a part of Python."""

import sys
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname

from packaging.utils import canonicalize_name

from core.files.source_file import SourceFile
from core.review.checking.project_files import ProjectFiles
from core.review.checking.python.imports import PYTHON_TEST_PATH, PythonImport
from core.review.checking.python.known_packages import REQUIRED_COMPANIONS
from core.review.checking.python.manifests import parse_requirement
from core.review.checking.python.packages import (
    UNSUPPORTED_MANIFESTS,
    PythonDependencies,
    declared_dependencies,
    distribution_of,
    is_surely_undeclared,
)
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.index.python_exports import python_exports
from core.review.repairs.python.names import imports_of
from core.review.repairs.text_edits import with_last_line_ended
from core.review.repairs.workspace import Change, Workspace

REQUIREMENTS = "requirements.txt"


def declare_packages(workspace: Workspace) -> Iterator[Change]:
    """Name in requirements.txt what is imported, and drop from it what comes with Python."""
    files = [file for file in workspace.project.files if _is_code(file)]
    manifests = {file.path: file for file in workspace.repairable if basename(file.path) == REQUIREMENTS}
    if any(basename(path) in (*UNSUPPORTED_MANIFESTS, "pyproject.toml") for path in workspace.project.paths):
        return
    by_folder = {dirname(file.path): declared_dependencies(workspace.project, dirname(file.path)) for file in files}
    for manifest in manifests.values():
        own = [it for it in files if (found := by_folder[dirname(it.path)]) and found.manifest_path == manifest.path]
        yield from _complete(manifest, own, workspace)


def _complete(manifest: SourceFile, files: Iterable[SourceFile], workspace: Workspace) -> Iterator[Change]:
    kept, dropped = _without_standard_library(manifest.text)
    declared = declared_dependencies(workspace.project, dirname(manifest.path))
    missing: list[str] = []
    if declared and declared.manifest_path == manifest.path:
        missing = sorted(_undeclared(files, declared, workspace.project))
    if missing or dropped:
        text = with_last_line_ended(kept) + "".join(f"{name}\n" for name in missing)
        removed = (Adjustment(AdjustmentKind.REQUIREMENT, name) for name in dropped)
        added = (Adjustment(AdjustmentKind.DEPENDENCY, name) for name in missing)
        yield Change(manifest.path, text, (*removed, *added))


def _without_standard_library(text: str) -> tuple[str, list[str]]:
    kept, dropped = [], []
    for line in text.split("\n"):
        requirement = parse_requirement(line)
        name = requirement.name.replace("-", "_") if requirement else ""
        if name in sys.stdlib_module_names:
            dropped.append(name)
        else:
            kept.append(line)
    return "\n".join(kept), dropped


def _undeclared(files: Iterable[SourceFile], declared: PythonDependencies, project: ProjectFiles) -> set[str]:
    imports = list(_third_party(files, project))
    packages = {each.module[0] for each in imports if is_surely_undeclared(each.module[0], declared)}
    companions = {name for each in imports for name in _companions(each)} - declared.distributions
    return {*map(_package_of, packages), *companions}


def _third_party(files: Iterable[SourceFile], project: ProjectFiles) -> Iterator[PythonImport]:
    for each in (each for file in files for each in imports_of(file)):
        if each.module[0] not in sys.stdlib_module_names and each.module[0] not in project.module_folders:
            yield each


def _companions(each: PythonImport) -> Iterator[str]:
    module = ".".join(each.module)
    yield from (REQUIRED_COMPANIONS[module, name] for name in each.names if (module, name) in REQUIRED_COMPANIONS)


def _package_of(top_level: str) -> str:
    known = python_exports().distributions.get(top_level)
    return known.name if known else canonicalize_name(distribution_of(top_level))


def _is_code(file: SourceFile) -> bool:
    return file.language == "python" and not PYTHON_TEST_PATH.search(file.path)
