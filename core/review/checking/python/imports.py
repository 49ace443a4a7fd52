"""Imports of Python: modules of the project that are not there, packages that nothing declares."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.problem import Kind, Problem
from core.review.checking.project_files import MADE_LATER, Project
from core.review.checking.project_files import above as folders_above
from core.review.checking.python.packages import COMPANIONS, Declared, distribution_of, is_declared, is_known
from core.review.checking.syntax_tree import Parsed, above, parsed, written

SIBLINGS = frozenset(
    {"auth", "config", "crud", "database", "db", "deps", "dependencies", "extensions", "forms", "helpers", "models"}
    | {"routers", "routes", "schemas", "services", "settings", "utils", "views"}
)
"""Names that people give to files beside their main one, and to no package."""
FORGIVING = re.compile(r"ImportError|ModuleNotFoundError|except\s*:|except\s+Exception")
WRITTEN_BY_TOOLS = re.compile(r"_pb2(?:_grpc)?$|^_?version$")
TEST = re.compile(r"(?:^|/)tests?/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile)\.py$")


@dataclass(frozen=True, slots=True)
class Import:
    """``level`` counts the dots before the module, ``names`` are what is taken from it."""

    level: int
    module: tuple[str, ...]
    names: tuple[str, ...]
    node: Node


def python_import_problems(file: SourceFile, project: Project, declared: Declared | None) -> Iterator[Problem]:
    """Imports of a Python file."""
    known = parsed("python", file.text) if file.language == "python" else None
    if known is None:
        return
    for found in _imports(known):
        problem = _relative(file, found, project) if found.level else _absolute(file, found, project, declared)
        if problem:
            message, kind = problem
            yield Problem(*known.place(found.node), message, kind)
        for message in _alone(file, found, declared):
            yield Problem(*known.place(found.node), message, Kind.DEPENDENCY)


def _imports(known: Parsed) -> Iterator[Import]:
    for node in known.found("[(import_statement) (import_from_statement)] @import"):
        if node.has_error or any(
            outer.type == "try_statement" and FORGIVING.search(written(outer)) for outer in above(node)
        ):
            continue
        names = tuple(map(_dotted, node.children_by_field_name("name")))
        source = node.child_by_field_name("module_name")
        if source is None:
            yield from (Import(0, tuple(name.split(".")), (), node) for name in names)
        else:
            module = written(source).replace(" ", "")
            bare = module.lstrip(".")
            yield Import(len(module) - len(bare), tuple(bare.split(".")) if bare else (), names, node)


def _dotted(name: Node) -> str:
    inner = name.child_by_field_name("name") if name.type == "aliased_import" else name
    return written(inner if inner is not None else name)


def _relative(file: SourceFile, found: Import, project: Project) -> tuple[str, Kind] | None:
    base: str = file.path
    for _ in range(found.level):
        if not base:
            return None
        base = dirname(base)
    missing = _missing(base, found.module, project) or _missing_name(base, found, project)
    return _no_file(missing) if missing else None


def _absolute(file: SourceFile, found: Import, project: Project, declared: Declared | None) -> tuple[str, Kind] | None:
    top = found.module[0]
    if top in sys.stdlib_module_names or top == "__future__":
        return None
    places: set[str] = project.modules.get(top, set())
    foreign = is_known(top) or (declared is not None and is_declared(top, declared))
    if places:
        # A module may be found through a path that nobody sees here; it is missed only where it must be looked for.
        missing = [_missing(place, found.module, project) or _missing_name(place, found, project) for place in places]
        sure = not foreign and None not in missing and not places.isdisjoint(_roots(file.path, project))
        return _no_file(str(missing[0])) if sure else None
    if foreign and declared is None:
        return None
    if top in SIBLINGS and not foreign:
        return _no_file(f"{dirname(file.path)}/{top}.py".lstrip("/"))
    if declared is None or is_declared(top, declared) or TEST.search(file.path):
        return None
    name = distribution_of(top)
    imported = "" if name == top else f", which is imported as `{top}`"
    return f"{declared.where} does not name the package `{name}`{imported}.", Kind.DEPENDENCY


def _alone(file: SourceFile, found: Import, declared: Declared | None) -> Iterator[str]:
    """Names that are used and do not work without a package that nothing declares."""
    for name in found.names if declared else ():
        companion = COMPANIONS.get((".".join(found.module), name))
        used = len(re.findall(rf"\b{name}\b", file.text)) > 1
        if companion and used and declared and companion not in declared.packages:
            yield f"`{name}` needs the package `{companion}`, which {declared.where} does not name."


def _roots(path: str, project: Project) -> Iterator[str]:
    """The folders in which a program that holds this file looks for modules."""
    yield dirname(path)
    yield from (folder for folder in folders_above(path) if f"{folder}/__init__.py" not in project.paths)


def _no_file(path: str) -> tuple[str, Kind]:
    return f"There is no file `{path}`.", Kind.IMPORT


def _missing(base: str, module: Sequence[str], project: Project) -> str | None:
    """The file that should be there for a module below the folder ``base``."""
    for name in module:
        if WRITTEN_BY_TOOLS.search(name) or name in MADE_LATER or _is_defined(base, name, project):
            return None
        base = f"{base}/{name}".lstrip("/")
        if {f"{base}.py", f"{base}.pyi"} & project.paths:
            return None
        if base not in project.folders:
            return f"{base}.py"
    return None


def _missing_name(base: str, found: Import, project: Project) -> str | None:
    """The file of a name that is taken from a folder, and that its ``__init__.py`` does not mention."""
    folder = "/".join(filter(None, (base, *found.module)))
    if folder not in project.folders or f"{folder}.py" in project.paths:
        return None
    return next((missing for name in found.names if (missing := _missing(folder, [name], project))), None)


def _is_defined(folder: str, name: str, project: Project) -> bool:
    text = project.texts.get(f"{folder}/__init__.py".lstrip("/"), "")
    return re.search(rf"\b{re.escape(name)}\b|import \*|__getattr__", text) is not None
