"""Imports of JavaScript and TypeScript: files that are not there, packages that nothing declares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import splitext

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import MARKUP_LANGUAGES, embedded_code
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles, resolve_reference
from core.review.checking.syntax_tree import ParsedSource, ancestors, parse_source, source_of
from core.review.checking.web.node_packages import NodeDependencies, is_declared

SCRIPT_LANGUAGES = frozenset({"javascript", "jsx", "tsx", "typescript"})
IMPORT_QUERY = """
(import_statement source: (string) @source)
(export_statement source: (string) @source)
(import_require_clause source: (string) @source)
(call_expression function: (import) arguments: (arguments . (string) @source))
(call_expression function: (identifier) @_name arguments: (arguments . (string) @source) (#eq? @_name "require"))
"""
ANGULAR_FILES_QUERY = r"""
(decorator (call_expression arguments: (arguments (object (pair
  key: (property_identifier) @_key value: [(string) @source (array (string) @source)]
  (#match? @_key "^(templateUrl|styleUrls?)$"))))))
"""
"""Angular's."""
RESOLVED_SUFFIXES = (
    "",
    ".ts",
    ".tsx",
    ".d.ts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    ".cts",
    ".json",
    ".vue",
    ".svelte",
)
TYPESCRIPT_SUFFIXES = {".js": (".ts", ".tsx", ".d.ts", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""TypeScript is imported by the name of the JavaScript that it becomes."""
TEST_PATH = re.compile(r"(?:^|/)(?:tests?|__tests__|e2e|cypress)/|\.(?:test|spec|cy|stories|d)\.")
"""Files whose packages are tools, or types alone."""


@dataclass(frozen=True, slots=True)
class ScriptImport:
    """``is_type_only``: nothing is left of it when the program runs; ``is_unconditional``: it is not inside a try."""

    name: str
    node: Node
    is_type_only: bool
    is_unconditional: bool


def web_import_problems(
    file: SourceFile, project: ProjectFiles, declared: NodeDependencies | None
) -> Iterator[Problem]:
    """Imports of a script, or of the scripts in a file of HTML, Vue or Svelte."""
    if file.language in MARKUP_LANGUAGES:
        packages = None if file.language == "html" else declared
        for part in embedded_code(file):
            yield from web_import_problems(SourceFile(file.path, part.language, part.text), project, packages)
        return
    source = parse_source(file.language, file.text) if file.language in SCRIPT_LANGUAGES else None
    if source is None:
        return
    for imported in _find_imports(source):
        if imported.name.startswith(".") and not _resolves(file.path, imported.name, project):
            yield Problem(*source.position(imported.node), f"There is no file `{imported.name}`.", ProblemKind.IMPORT)
        elif (
            declared is not None and _must_be_declared(imported, file.path) and not is_declared(imported.name, declared)
        ):
            message = f"package.json does not name the package `{package_of(imported.name)}`."
            yield Problem(*source.position(imported.node), message, ProblemKind.DEPENDENCY)


def package_of(name: str) -> str:
    """The package in an import: ``@a/b/c`` is in ``@a/b``."""
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def _find_imports(source: ParsedSource) -> Iterator[ScriptImport]:
    for node in source.query(IMPORT_QUERY):
        enclosing = list(ancestors(node))
        is_type_only = any(child.type == "type" for child in enclosing[0].children)
        yield ScriptImport(
            source_of(node)[1:-1], node, is_type_only, all(outer.type != "try_statement" for outer in enclosing)
        )
    for node in source.query(ANGULAR_FILES_QUERY):
        name = source_of(node)[1:-1]
        yield ScriptImport(
            name if name.startswith((".", "/")) else f"./{name}", node, is_type_only=False, is_unconditional=True
        )


def _resolves(path: str, name: str, project: ProjectFiles) -> bool:
    target_path = resolve_reference(path, name)
    if target_path is None:
        return True
    stem, suffix = splitext(target_path)
    candidates = [f"{target_path}{ending}" for ending in RESOLVED_SUFFIXES if target_path]
    candidates += [f"{target_path}/index{ending}".lstrip("/") for ending in RESOLVED_SUFFIXES]
    candidates += [f"{stem}{ending}" for ending in TYPESCRIPT_SUFFIXES.get(suffix, ())]
    return not project.paths.isdisjoint(candidates)


def _must_be_declared(imported: ScriptImport, path: str) -> bool:
    return (
        imported.is_unconditional
        and not imported.is_type_only
        and not imported.name.startswith((".", "/"))
        and not TEST_PATH.search(path)
    )
