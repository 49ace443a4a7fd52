"""Imports of Python: modules of the project that are not there, packages that nothing declares."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import GENERATED_FOLDERS, ProjectFiles
from core.review.checking.project_files import parent_folders as folders_above
from core.review.checking.python.packages import (
    REQUIRED_COMPANIONS,
    PythonDependencies,
    distribution_of,
    is_declared,
    is_well_known,
)
from core.review.checking.syntax_tree import ParsedSource, ancestors, parse_source, source_of

LOCAL_MODULE_NAMES = frozenset(
    {"auth", "config", "crud", "database", "db", "deps", "dependencies", "extensions", "forms", "helpers", "models"}
    | {"routers", "routes", "schemas", "services", "settings", "utils", "views"}
)
"""Names that people give to files beside their main one, and to no package."""
IMPORT_ERROR_HANDLER = re.compile(r"ImportError|ModuleNotFoundError|except\s*:|except\s+Exception")
GENERATED_MODULE = re.compile(r"_pb2(?:_grpc)?$|^_?version$")
TEST_PATH = re.compile(r"(?:^|/)tests?/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile)\.py$")


@dataclass(frozen=True, slots=True)
class PythonImport:
    """``level`` counts the dots before the module, ``names`` are what is taken from it."""

    level: int
    module: tuple[str, ...]
    names: tuple[str, ...]
    node: Node


def python_import_problems(
    file: SourceFile, project: ProjectFiles, declared: PythonDependencies | None
) -> Iterator[Problem]:
    """Imports of a Python file."""
    source = parse_source("python", file.text) if file.language == "python" else None
    if source is None:
        return
    for imported in _find_imports(source):
        problem = (
            _check_relative(file, imported, project)
            if imported.level
            else _check_absolute(file, imported, project, declared)
        )
        if problem:
            message, kind = problem
            yield Problem(*source.position(imported.node), message, kind)
        for message in _missing_companions(file, imported, declared):
            yield Problem(*source.position(imported.node), message, ProblemKind.DEPENDENCY)


def _find_imports(parsed: ParsedSource) -> Iterator[PythonImport]:
    for node in parsed.query("[(import_statement) (import_from_statement)] @import"):
        if node.has_error or any(
            outer.type == "try_statement" and IMPORT_ERROR_HANDLER.search(source_of(outer)) for outer in ancestors(node)
        ):
            continue
        names = tuple(map(_dotted_name, node.children_by_field_name("name")))
        module_node = node.child_by_field_name("module_name")
        if module_node is None:
            yield from (PythonImport(0, tuple(name.split(".")), (), node) for name in names)
        else:
            module = source_of(module_node).replace(" ", "")
            module_path = module.lstrip(".")
            yield PythonImport(
                len(module) - len(module_path), tuple(module_path.split(".")) if module_path else (), names, node
            )


def _dotted_name(name: Node) -> str:
    inner = name.child_by_field_name("name") if name.type == "aliased_import" else name
    return source_of(inner if inner is not None else name)


def _check_relative(file: SourceFile, imported: PythonImport, project: ProjectFiles) -> tuple[str, ProblemKind] | None:
    base: str = file.path
    for _ in range(imported.level):
        if not base:
            return None
        base = dirname(base)
    missing = _missing_module(base, imported.module, project) or _missing_submodule(base, imported, project)
    return _no_file_problem(missing) if missing else None


def _check_absolute(
    file: SourceFile, imported: PythonImport, project: ProjectFiles, declared: PythonDependencies | None
) -> tuple[str, ProblemKind] | None:
    top_level = imported.module[0]
    if top_level in sys.stdlib_module_names or top_level == "__future__":
        return None
    folders: set[str] = project.module_folders.get(top_level, set())
    is_third_party = is_well_known(top_level) or (declared is not None and is_declared(top_level, declared))
    if folders:
        # A module may be found through a path that nobody sees here; it is missed only where it must be looked for.
        missing = [
            _missing_module(place, imported.module, project) or _missing_submodule(place, imported, project)
            for place in folders
        ]
        is_certain = (
            not is_third_party and None not in missing and not folders.isdisjoint(_import_roots(file.path, project))
        )
        return _no_file_problem(str(missing[0])) if is_certain else None
    if is_third_party and declared is None:
        return None
    if top_level in LOCAL_MODULE_NAMES and not is_third_party:
        return _no_file_problem(f"{dirname(file.path)}/{top_level}.py".lstrip("/"))
    if declared is None or is_declared(top_level, declared) or TEST_PATH.search(file.path):
        return None
    name = distribution_of(top_level)
    import_note = "" if name == top_level else f", which is imported as `{top_level}`"
    return f"{declared.manifest_path} does not name the package `{name}`{import_note}.", ProblemKind.DEPENDENCY


def _missing_companions(file: SourceFile, imported: PythonImport, declared: PythonDependencies | None) -> Iterator[str]:
    """Names that are used and do not work without a package that nothing declares."""
    for name in imported.names if declared else ():
        companion = REQUIRED_COMPANIONS.get((".".join(imported.module), name))
        is_used = len(re.findall(rf"\b{name}\b", file.text)) > 1
        if companion and is_used and declared and companion not in declared.packages:
            yield f"`{name}` needs the package `{companion}`, which {declared.manifest_path} does not name."


def _import_roots(path: str, project: ProjectFiles) -> Iterator[str]:
    """The folders in which a program that holds this file looks for modules."""
    yield dirname(path)
    yield from (folder for folder in folders_above(path) if f"{folder}/__init__.py" not in project.paths)


def _no_file_problem(path: str) -> tuple[str, ProblemKind]:
    return f"There is no file `{path}`.", ProblemKind.IMPORT


def _missing_module(base: str, module: Sequence[str], project: ProjectFiles) -> str | None:
    """The file that should be there for a module below the folder ``base``."""
    for name in module:
        if GENERATED_MODULE.search(name) or name in GENERATED_FOLDERS or _is_defined(base, name, project):
            return None
        base = f"{base}/{name}".lstrip("/")
        if {f"{base}.py", f"{base}.pyi"} & project.paths:
            return None
        if base not in project.folders:
            return f"{base}.py"
    return None


def _missing_submodule(base: str, imported: PythonImport, project: ProjectFiles) -> str | None:
    """The file of a name that is taken from a folder, and that its ``__init__.py`` does not mention."""
    folder = "/".join(filter(None, (base, *imported.module)))
    if folder not in project.folders or f"{folder}.py" in project.paths:
        return None
    return next((missing for name in imported.names if (missing := _missing_module(folder, [name], project))), None)


def _is_defined(folder: str, name: str, project: ProjectFiles) -> bool:
    text = project.texts.get(f"{folder}/__init__.py".lstrip("/"), "")
    return re.search(rf"\b{re.escape(name)}\b|import \*|__getattr__", text) is not None
