"""Imports of Python: modules of the project that are not there, packages that no manifest declares."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import GENERATED_FOLDERS, ProjectFiles, once_per_project, parent_folders
from core.review.checking.python.known_packages import REQUIRED_COMPANIONS
from core.review.checking.python.module_names import missing_name
from core.review.checking.python.packages import (
    PythonDependencies,
    declared_dependencies,
    dependencies_of_script,
    distribution_of,
    is_declared,
    is_surely_undeclared,
    is_well_known,
)
from core.review.checking.syntax_tree import ParsedSource, lies_in, parse_source, source_of

LOCAL_MODULE_NAMES = frozenset(
    {"auth", "config", "crud", "database", "db", "deps", "dependencies", "extensions", "forms", "helpers", "models"}
    | {"routers", "routes", "schemas", "services", "settings", "utils", "views"}
)
"""Names that people give to files beside their main one, and never to packages."""
IMPORT_ERROR_HANDLER = re.compile(r"ImportError|ModuleNotFoundError|except\s*:|except\s+Exception")
"""In a ``try`` with such a handler, a module may be missing."""
TYPING_CONDITION = re.compile(r"if\s+(?:\w+\.)?TYPE_CHECKING\b")
GENERATED_MODULE = re.compile(r"_pb2(?:_grpc)?$|^_?version$|^tests?$")
"""What protoc and setuptools-scm generate, and what packages leave out."""
PYTHON_TEST_PATH = re.compile(r"(?:^|/)tests?/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile)\.py$")
"""Files that may use tools which no manifest declares."""
MAX_MODULE_FOLDERS = 50
"""Folders with a module of one name; in a project with more, none of them is surely the one that is meant."""


@dataclass(frozen=True, slots=True)
class PythonImport:
    """``level`` counts the dots before the module, ``names`` are what is taken from it."""

    level: int
    module: tuple[str, ...]
    names: tuple[str, ...]
    node: Node


class PythonImports:
    """Imports of a Python file."""

    def find_problems(self, file: SourceFile, project: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each import of a missing file or undeclared package, and for each missing companion."""
        source = parse_source("python", file.text) if file.language == "python" else None
        if source is None:
            return
        declared = dependencies_of_script(file.text, declared_dependencies(project, dirname(file.path)))
        for imported in find_imports(source):
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


def find_imports(source: ParsedSource) -> Iterator[PythonImport]:
    """The imports that must not fail when the file runs, in the order of the text."""
    handled = [node for node in source.query("(try_statement) @try") if IMPORT_ERROR_HANDLER.search(source_of(node))]
    # What is imported for type checkers alone is not there at run time.
    typing_only = [node for node in source.query("(if_statement) @if") if TYPING_CONDITION.match(source_of(node))]
    may_fail = lies_in([*handled, *typing_only])
    for node in source.query("[(import_statement) (import_from_statement)] @import"):
        if node.has_error or may_fail(node):
            continue
        names = tuple(map(_dotted_name, node.children_by_field_name("name")))
        module_node = node.child_by_field_name("module_name")
        if module_node is None:
            yield from (PythonImport(0, tuple(name.split(".")), (), node) for name in names)
        else:
            dotted = source_of(module_node).replace(" ", "")
            module = tuple(filter(None, dotted.lstrip(".").split(".")))
            yield PythonImport(len(dotted) - len(dotted.lstrip(".")), module, names, node)


def _dotted_name(name: Node) -> str:
    inner = name.child_by_field_name("name") if name.type == "aliased_import" else name
    return source_of(inner if inner is not None else name)


def _check_relative(file: SourceFile, imported: PythonImport, project: ProjectFiles) -> tuple[str, ProblemKind] | None:
    base = file.path
    for _ in range(imported.level):
        # More dots than folders: what is here may be a part of a larger project.
        if not base:
            return None
        base = dirname(base)
    missing = _missing_module(base, imported.module, project) or _missing_submodule(base, imported, project)
    if missing:
        return _no_file_problem(missing)
    return _no_name_problem(missing_name(base, imported.module, imported.names, project))


def _check_absolute(
    file: SourceFile, imported: PythonImport, project: ProjectFiles, declared: PythonDependencies | None
) -> tuple[str, ProblemKind] | None:
    top_level = imported.module[0]
    if top_level in sys.stdlib_module_names or top_level == "__future__":
        return None
    folders = project.module_folders.get(top_level, set())
    is_third_party = is_well_known(top_level) or (declared is not None and is_declared(top_level, declared))
    if folders:
        return None if is_third_party else _check_own_module(file, imported, project, folders)
    if is_third_party and declared is None:
        return None
    if top_level in LOCAL_MODULE_NAMES and not is_third_party and not project.leaves_out():
        return _no_file_problem(f"{dirname(file.path)}/{top_level}.py".lstrip("/"))
    if declared is None or not is_surely_undeclared(top_level, declared) or PYTHON_TEST_PATH.search(file.path):
        return None
    name = distribution_of(top_level)
    import_note = "" if name == top_level else f", which is imported as `{top_level}`"
    return f"{declared.manifest_path} does not name the package `{name}`{import_note}.", ProblemKind.DEPENDENCY


def _check_own_module(
    file: SourceFile, imported: PythonImport, project: ProjectFiles, folders: set[str]
) -> tuple[str, ProblemKind] | None:
    """``folders`` are those in which a module or package of the import's name stands."""
    # sys.path may hold folders unknown here: a module is missing only if Python must look for it in these.
    if len(folders) > MAX_MODULE_FOLDERS or folders.isdisjoint(_import_roots(file.path, project)):
        return None
    # A folder of packages alone is a namespace, to which other distributions add theirs (PEP 420).
    top_level = {f"{folder}/{imported.module[0]}".lstrip("/") for folder in folders}
    if any(project.module_places.isdisjoint([place]) and f"{place}.py" not in project.paths for place in top_level):
        return None
    missing = [
        _missing_module(place, imported.module, project) or _missing_submodule(place, imported, project)
        for place in folders
    ]
    if None not in missing:
        return _no_file_problem(str(missing[0]))
    nameless = [missing_name(place, imported.module, imported.names, project) for place in folders]
    return _no_name_problem(None if None in nameless else nameless[0])


def _missing_companions(file: SourceFile, imported: PythonImport, declared: PythonDependencies | None) -> Iterator[str]:
    """Sentences about names that are used and do not work without a distribution that no manifest declares."""
    for name in imported.names if declared else ():
        companion = REQUIRED_COMPANIONS.get((".".join(imported.module), name))
        if not companion or declared is None or companion in declared.distributions:
            continue
        # Once is the import itself.
        if len(re.findall(rf"\b{name}\b", file.text)) > 1:
            yield f"`{name}` needs the package `{companion}`, which {declared.manifest_path} does not name."


def _import_roots(path: str, project: ProjectFiles) -> Iterator[str]:
    """The folders in which Python may look for the modules that a file imports."""
    # Not from inside a package: imports begin at the folder that holds it.
    yield from (folder for folder in parent_folders(path) if f"{folder}/__init__.py" not in project.paths)


def _no_file_problem(path: str) -> tuple[str, ProblemKind]:
    return f"There is no file `{path}`.", ProblemKind.IMPORT


def _no_name_problem(message: str | None) -> tuple[str, ProblemKind] | None:
    return (message, ProblemKind.IMPORT) if message else None


def _missing_module(base: str, module: Sequence[str], project: ProjectFiles) -> str | None:
    """The file that should be there for a module below the folder ``base``; None where one is."""
    for name in module:
        if GENERATED_MODULE.search(name) or name in GENERATED_FOLDERS or _is_defined(base, name, project):
            return None
        base = f"{base}/{name}".lstrip("/")
        # The file is enough: what a module holds may be made at run time.
        if {f"{base}.py", f"{base}.pyi"} & project.paths:
            return None
        if project.is_in_unknown_folder(base):
            return None
        if base not in project.folders:
            return f"{base}.py"
    return None


def _missing_submodule(base: str, imported: PythonImport, project: ProjectFiles) -> str | None:
    """The file of a name that is imported from a folder and that its ``__init__.py`` does not mention."""
    folder = "/".join(filter(None, (base, *imported.module)))
    if folder not in project.folders or f"{folder}.py" in project.paths:
        return None
    # Names like __doc__ every module has.
    names = (name for name in imported.names if not name.startswith("__"))
    return next((missing for name in names if (missing := _missing_module(folder, [name], project))), None)


def _is_defined(folder: str, name: str, project: ProjectFiles) -> bool:
    words = _words_of_package(project, folder)
    return name in words or "__getattr__" in words or "*" in words


@once_per_project
def _words_of_package(project: ProjectFiles, folder: str) -> frozenset[str]:
    """The words in the ``__init__.py`` of a folder; ``*`` among them where it imports all names of a module."""
    path = f"{folder}/__init__.py".lstrip("/")
    text = project.texts.get(path, "import *" if path in project.paths else "")
    words = re.findall(r"\w+", text)
    return frozenset([*words, "*"] if "import *" in text else words)
