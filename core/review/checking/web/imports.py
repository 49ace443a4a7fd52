"""Imports of JavaScript and TypeScript: files that are not there, packages that no manifest declares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, splitext

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles
from core.review.checking.syntax_tree import ParsedSource, lies_in, parse_source, source_of
from core.review.checking.web.embedded_code import MARKUP_LANGUAGES, embedded_code
from core.review.checking.web.node_packages import NodeDependencies, declared_dependencies, is_declared, package_of

SCRIPT_LANGUAGES = frozenset({"javascript", "jsx", "tsx", "typescript"})
IMPORT_QUERY = """
(import_statement source: (string) @source)
(export_statement source: (string) @source)
(import_require_clause source: (string) @source)
(call_expression function: (import) arguments: (arguments . (string) @source))
(call_expression function: (identifier) @_name arguments: (arguments . (string) @source) (#eq? @_name "require"))
"""
TYPE_IMPORT_QUERY = """
(import_statement "type" source: (string) @source)
(export_statement "type" source: (string) @source)
"""
ANGULAR_FILES_QUERY = r"""
(decorator (call_expression arguments: (arguments (object (pair
  key: (property_identifier) @_key value: [(string) @source (array (string) @source)]
  (#match? @_key "^(templateUrl|styleUrls?)$"))))))
"""
"""The template and the style sheets that a component of Angular names."""
SCRIPT_SUFFIXES = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
RESOLVED_SUFFIXES = ("", *SCRIPT_SUFFIXES, ".json", ".vue", ".svelte")
"""What Node and the bundlers try after a path."""
TYPESCRIPT_SUFFIXES = {".js": (".ts", ".tsx", ".d.ts", ".jsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""TypeScript is imported by the name of the JavaScript that it becomes."""
WEB_TEST_PATH = re.compile(
    r"(?:^|/)(?:tests?|__tests__|e2e|cypress|bench(?:marks?)?|examples?|demos?|docs?|scripts|tools|fixtures)/"
    r"|[._-](?:tests?|spec|cy|stories|d)\."
)
"""Files whose packages are tools, or types alone."""
ASSEMBLED_FOLDER = re.compile(
    r"(?:^|/)(?:templates?|skeletons?|scaffolds?|boilerplates?|[\w-]*blueprints?|schematics|generators?|__fixtures__|fixtures"
    r"|testdata|bundles?|built)/|[.-](?=[\w-]*\d)[\w-]{8,20}\.[cm]?js$"
)
"""Files that are put together with others, or were by a bundler, or are wrong on purpose."""
BUNDLE = re.compile(
    r"\bfunction\b[^()]{0,100}\([^()]{0,200}\brequire\b|\b__webpack_require__\b|\(\s*\w*\s*,?\s*require\s*,"
)
"""A file that brings its own ``require``: what it asks for is in it."""


@dataclass(frozen=True, slots=True)
class ScriptImport:
    """``is_type_only``: nothing is left of it at run time; ``is_unconditional``: it is not inside a ``try``."""

    name: str
    node: Node
    is_type_only: bool
    is_unconditional: bool


class WebImports:
    """Imports of a script, or of the scripts in a file of HTML, Vue or Svelte."""

    def find_problems(self, file: SourceFile, project: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each import of a file that is not there or of a package that package.json lacks."""
        if file.language not in MARKUP_LANGUAGES:
            yield from _script_problems(file, project, declared_dependencies(project, dirname(file.path)))
            return
        # A page has no packages: an import map, or nothing, says what a bare name means.
        declared = None if file.language == "html" else declared_dependencies(project, dirname(file.path))
        for part in embedded_code(file):
            yield from _script_problems(SourceFile(file.path, part.language, part.text), project, declared)


def _script_problems(file: SourceFile, project: ProjectFiles, declared: NodeDependencies | None) -> Iterator[Problem]:
    is_foreign = ASSEMBLED_FOLDER.search(file.path) or BUNDLE.search(file.text)
    is_script = file.language in SCRIPT_LANGUAGES and not is_foreign
    source = parse_source(file.language, file.text) if is_script else None
    if source is None:
        return
    for imported in find_imports(source):
        if imported.name.startswith(".") and not _exists(imported.name, file.path, project):
            yield Problem(*source.position(imported.node), f"There is no file `{imported.name}`.", ProblemKind.IMPORT)
        elif declared and must_be_declared(imported, file.path) and not is_declared(imported.name, declared):
            message = f"package.json does not name the package `{package_of(imported.name)}`."
            yield Problem(*source.position(imported.node), message, ProblemKind.DEPENDENCY)


def find_imports(source: ParsedSource) -> Iterator[ScriptImport]:
    """The imports of a script, in the order of the text but for what Angular names."""
    # What is imported in a ``try`` may be missing: the app is ready for that.
    is_conditional = lies_in(source.query("(try_statement) @try"))
    is_type_only = lies_in(source.query(TYPE_IMPORT_QUERY))
    for node in source.query(IMPORT_QUERY):
        yield ScriptImport(source_of(node)[1:-1], node, is_type_only(node), is_unconditional=not is_conditional(node))
    for node in source.query(ANGULAR_FILES_QUERY):
        name = source_of(node)[1:-1]
        # To Angular, a bare name is a file beside the component.
        path = name if name.startswith((".", "/")) else f"./{name}"
        yield ScriptImport(path, node, is_type_only=False, is_unconditional=True)


def _exists(name: str, path: str, project: ProjectFiles) -> bool:
    target = project.resolve(name, path)
    if target is None:
        return True
    stem, suffix = splitext(target)
    candidates = [f"{target}{ending}" for ending in RESOLVED_SUFFIXES if target]
    candidates += [f"{target}/index{ending}".lstrip("/") for ending in RESOLVED_SUFFIXES]
    # A package.json says which file of its folder is meant.
    candidates.append(f"{target}/package.json".lstrip("/"))
    candidates += [f"{stem}{ending}" for ending in TYPESCRIPT_SUFFIXES.get(suffix, ())]
    return not project.paths.isdisjoint(candidates)


def must_be_declared(imported: ScriptImport, path: str) -> bool:
    """Whether an import has to be among the dependencies of a package.json."""
    is_path = imported.name.startswith((".", "/"))
    return imported.is_unconditional and not (imported.is_type_only or is_path or WEB_TEST_PATH.search(path))
