"""Calls of a front end to routes that its back end does not have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles, once_per_project
from core.review.checking.routes.backend import METHODS, read_routes
from core.review.checking.routes.route import ANY, Route, find_routes
from core.review.checking.syntax_tree import ParsedSource, parse_source, source_of
from core.review.checking.web.embedded_code import MARKUP_LANGUAGES, embedded_code
from core.review.checking.web.imports import SCRIPT_LANGUAGES, WEB_TEST_PATH

OWN_SERVER = re.compile(
    r"(?:^|/)(?:pages|app|server|functions)/api/|(?:^|/)\+server\.|(?:^|/)mocks?/|mockServiceWorker"
)
"""Files by which a front end answers some calls itself."""
CALLS_QUERY = "(call_expression function: [(identifier) (member_expression)]) @call"
CLIENT = re.compile(r"\b(\w+)\s*=\s*axios\.create\b")
LOCAL_URL = re.compile(r"^https?://(?:localhost|127\.0\.0\.1)(?::\d+)?(?=/)")
SUBSTITUTION = re.compile(r"\$\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class _Call:
    """``method`` is None where it is not known; ``path`` is as in the text."""

    method: str | None
    path: str
    segments: tuple[str, ...]
    node: Node


class RouteCalls:
    """Calls by ``fetch`` and ``axios`` whose paths are literal, where all routes of the back end are known."""

    def find_problems(self, file: SourceFile, project: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each call of a path, or of a method of one, that the back end does not have."""
        if file.language not in SCRIPT_LANGUAGES | MARKUP_LANGUAGES or WEB_TEST_PATH.search(file.path):
            return
        routes = _backend_routes(project)
        if routes is None:
            return
        for language, text in _scripts_of(file):
            source = parse_source(language, text)
            for call in _find_calls(source) if source and not source.tree.root_node.has_error else ():
                message = _complaint(call, routes)
                if message and source:
                    line, column = source.position(call.node)
                    yield Problem(line, column, message, ProblemKind.IMPORT)


@once_per_project
def _backend_routes(project: ProjectFiles) -> tuple[Route, ...] | None:
    if not project.backend or project.left_out or any(OWN_SERVER.search(path) for path in project.paths):
        return None
    return read_routes(project.backend)


def _scripts_of(file: SourceFile) -> Iterator[tuple[str, str]]:
    if file.language in SCRIPT_LANGUAGES:
        yield file.language, file.text
    else:
        yield from ((part.language, part.text) for part in embedded_code(file) if part.language in SCRIPT_LANGUAGES)


def _complaint(call: _Call, routes: tuple[Route, ...]) -> str | None:
    candidates = find_routes(call.segments, routes)
    if not candidates:
        return f"The back end has no route `{call.path}`."
    methods = {route.method for route in candidates}
    if call.method is None or methods & {call.method, None}:
        return None
    return f"The back end does not take {call.method} at `{call.path}`."


def _find_calls(source: ParsedSource) -> Iterator[_Call]:
    clients = {"axios", *CLIENT.findall(source.text)}
    for node in source.query(CALLS_QUERY):
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        values = arguments.named_children if arguments else []
        if function is None or not values:
            continue
        name, _, member = source_of(function)[:100].partition(".")
        if (name, member) in (("fetch", ""), ("window", "fetch")):
            method = _fetch_method(values[1:])
        elif name in clients and member in METHODS:
            method = member.upper()
        else:
            continue
        path = _path_of(values[0])
        if path is not None:
            yield _Call(method, path, _segments(path), node)


def _fetch_method(options: list[Node]) -> str | None:
    if not options:
        return "GET"
    if options[0].type != "object" or any(child.type != "pair" for child in options[0].named_children):
        return None
    for pair in options[0].named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None and source_of(key).strip("\"'") == "method":
            return source_of(value)[1:-1].upper() if value.type == "string" else None
    return "GET"


def _path_of(node: Node) -> str | None:
    """The path of a literal, or of a template with whole segments in its places; None for all else, and for files."""
    if node.type not in ("string", "template_string"):
        return None
    text = LOCAL_URL.sub("", source_of(node)[1:-1]).partition("?")[0].partition("#")[0]
    # What a template begins with is the address of the server.
    plain = SUBSTITUTION.sub(ANY, text)
    path = plain.removeprefix(ANY) if plain.startswith(f"{ANY}/") else plain
    segments = _segments(path)
    is_literal = path.startswith("/") and not path.startswith("//") and segments and segments[-1] != ANY * 2
    if not is_literal or "." in segments[-1] or any(ANY in part and part != ANY for part in segments):
        return None
    # Where nothing but places is left, any route may be meant.
    return text[text.index("/") :] if any(part != ANY for part in segments) and "$" not in plain else None


def _segments(path: str) -> tuple[str, ...]:
    return tuple(ANY if "$" in part else part for part in path.split("/") if part)
