"""Imports of JavaScript and TypeScript: files that are not there, packages that nothing declares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import splitext

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import HOLDERS, parts
from core.review.checking.problem import Kind, Problem
from core.review.checking.project_files import Project, target
from core.review.checking.syntax_tree import Parsed, above, parsed, written
from core.review.checking.web.node_packages import Declared, is_declared

SCRIPTS = frozenset({"javascript", "jsx", "tsx", "typescript"})
QUERY = """
(import_statement source: (string) @source)
(export_statement source: (string) @source)
(import_require_clause source: (string) @source)
(call_expression function: (import) arguments: (arguments . (string) @source))
(call_expression function: (identifier) @_name arguments: (arguments . (string) @source) (#eq? @_name "require"))
"""
COMPONENT_FILES = r"""
(decorator (call_expression arguments: (arguments (object (pair
  key: (property_identifier) @_key value: [(string) @source (array (string) @source)]
  (#match? @_key "^(templateUrl|styleUrls?)$"))))))
"""
"""Angular's."""
SUFFIXES = ("", ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json", ".vue", ".svelte")
WRITTEN_AS = {".js": (".ts", ".tsx", ".d.ts", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""TypeScript is imported by the name of the JavaScript that it becomes."""
TEST = re.compile(r"(?:^|/)(?:tests?|__tests__|e2e|cypress)/|\.(?:test|spec|cy|stories|d)\.")
"""Files whose packages are tools, or types alone."""


@dataclass(frozen=True, slots=True)
class Import:
    """``types`` says that nothing is left of it when the program runs, ``sure`` that it is reached without a try."""

    name: str
    node: Node
    types: bool
    sure: bool


def web_import_problems(file: SourceFile, project: Project, declared: Declared | None) -> Iterator[Problem]:
    """Imports of a script, or of the scripts in a file of HTML, Vue or Svelte."""
    if file.language in HOLDERS:
        packages = None if file.language == "html" else declared
        for part in parts(file):
            yield from web_import_problems(SourceFile(file.path, part.language, part.text), project, packages)
        return
    known = parsed(file.language, file.text) if file.language in SCRIPTS else None
    if known is None:
        return
    for found in _imports(known):
        if found.name.startswith(".") and not _is_there(file.path, found.name, project):
            yield Problem(*known.place(found.node), f"There is no file `{found.name}`.", Kind.IMPORT)
        elif declared is not None and _is_package(found, file.path) and not is_declared(found.name, declared):
            message = f"package.json does not name the package `{package_of(found.name)}`."
            yield Problem(*known.place(found.node), message, Kind.DEPENDENCY)


def package_of(name: str) -> str:
    """The package in an import: ``@a/b/c`` is in ``@a/b``."""
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def _imports(known: Parsed) -> Iterator[Import]:
    for node in known.found(QUERY):
        around = list(above(node))
        types = any(child.type == "type" for child in around[0].children)
        yield Import(written(node)[1:-1], node, types, all(outer.type != "try_statement" for outer in around))
    for node in known.found(COMPONENT_FILES):
        name = written(node)[1:-1]
        yield Import(name if name.startswith((".", "/")) else f"./{name}", node, types=False, sure=True)


def _is_there(path: str, name: str, project: Project) -> bool:
    place = target(path, name)
    if place is None:
        return True
    stem, suffix = splitext(place)
    candidates = [f"{place}{ending}" for ending in SUFFIXES if place]
    candidates += [f"{place}/index{ending}".lstrip("/") for ending in SUFFIXES]
    candidates += [f"{stem}{ending}" for ending in WRITTEN_AS.get(suffix, ())]
    return not project.paths.isdisjoint(candidates)


def _is_package(found: Import, path: str) -> bool:
    return found.sure and not found.types and not found.name.startswith((".", "/")) and not TEST.search(path)
