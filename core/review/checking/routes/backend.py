"""The routes of a back end in FastAPI, Flask or Express, where all of them can be read."""

import re
import sys
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.routes.route import ANY, Route, segments_of
from core.review.checking.syntax_tree import ParsedSource, parse_source, source_of
from core.review.checking.web.known_packages import BUILT_IN_MODULES

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
OTHER_ROUTES = re.compile(
    r"\b(?:add_api_route|add_url_rule|add_route|api_route|MethodView|mount|StaticFiles|static_folder|static_url_path|urlpatterns"
    r"|APIRoute|WSGIMiddleware|root_path|errorhandler|exception_handler|before_request|middleware|url_map|GraphQL\w*"
    r"|createProxyMiddleware|Resource|host|subdomain|all|param)\s*[(=]",
)
"""What makes routes, or answers, in ways that are not read here."""
KNOWN_MODULES = frozenset(
    {"aiosqlite", "alembic", "asyncpg", "bcrypt", "bson", "databases", "dotenv", "email_validator", "fastapi", "flask"}
    | {"flask_cors", "flask_jwt_extended", "flask_login", "flask_migrate", "flask_sqlalchemy", "httpx", "jose", "jwt"}
    | {"marshmallow", "motor", "passlib", "psycopg", "psycopg2", "pydantic", "pydantic_settings", "pymongo", "redis"}
    | {"requests", "sqlalchemy", "sqlmodel", "starlette", "typing_extensions", "uvicorn", "werkzeug"}
)
KNOWN_PACKAGES = BUILT_IN_MODULES | {
    *("express", "cors", "helmet", "morgan", "body-parser", "dotenv", "mongoose", "pg", "mysql2", "sqlite3", "knex"),
    *("better-sqlite3", "uuid", "nanoid", "jsonwebtoken", "bcrypt", "bcryptjs", "zod", "joi", "cookie-parser"),
}
"""Packages that bring no routes of their own."""
PYTHON_ROUTES = "(decorator (call) @call)"
PYTHON_ROUTERS = "(assignment left: (identifier) right: (call function: (identifier))) @router"
PYTHON_PREFIXES = "(call arguments: (argument_list (keyword_argument) @argument))"
EXPRESS_ROUTES = "(call_expression function: (member_expression property: (property_identifier))) @call"
ALWAYS_THERE = (Route("GET", ("docs",)), Route("GET", ("redoc",)), Route("GET", ("openapi.json",)))


class UnreadableRoutes(Exception):
    """There may be routes that cannot be read."""


def read_routes(files: Sequence[SourceFile]) -> tuple[Route, ...] | None:
    """All routes; None where there may be others, or where there are none at all."""
    try:
        routes = [route for file in files for route in _routes_of(file)]
    except UnreadableRoutes:
        return None
    return (*routes, *ALWAYS_THERE) if routes else None


def _routes_of(file: SourceFile) -> Iterator[Route]:
    if file.language not in ("python", "javascript", "typescript"):
        # Of a back end in another language nothing is known; data, pages and styles have no routes.
        if file.language in (
            "go",
            "java",
            "kotlin",
            "php",
            "ruby",
            "rust",
            "csharp",
            "elixir",
            "scala",
            "dart",
            "swift",
        ):
            raise UnreadableRoutes
        return
    source = parse_source(file.language, file.text)
    if source is None or not file.is_complete or source.tree.root_node.has_error or OTHER_ROUTES.search(file.text):
        raise UnreadableRoutes
    if file.language == "python":
        _require_known_imports(source, file.text)
        yield from _python_routes(source)
    else:
        _require_known_packages(file.text)
        yield from _express_routes(source)


def _require_known_imports(source: ParsedSource, text: str) -> None:
    """Raises UnreadableRoutes for an import that may bring routes along."""
    for node in source.query("[(import_statement) (import_from_statement)] @import"):
        module = re.split(r"[\s.,]+", source_of(node))[1]
        is_own = re.match(r"from\s+\.", source_of(node)) or module in sys.stdlib_module_names or module in KNOWN_MODULES
        # A module of the project is read itself; one that only has its name would be among the known.
        if not is_own and re.search(rf"\b{re.escape(module)}\.\w*router|\brouter\b.*\b{re.escape(module)}\b", text):
            raise UnreadableRoutes


def _require_known_packages(text: str) -> None:
    for name in re.findall(r"""(?:\bfrom|\brequire\s*\(|^import)\s*["']([^"'\n]+)["']""", text, re.MULTILINE):
        if not name.startswith((".", "node:")) and name.partition("/")[0] not in KNOWN_PACKAGES:
            raise UnreadableRoutes


def _python_routes(source: ParsedSource) -> Iterator[Route]:
    prefixes = dict(_router_prefixes(source))
    for call in source.query(PYTHON_ROUTES):
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if function is None or arguments is None or function.type != "attribute":
            continue
        router, _, method = source_of(function).rpartition(".")
        if method not in METHODS | {"route", "websocket"}:
            continue
        path = _literal(next(iter(arguments.named_children), None))
        segments = segments_of(f"{prefixes.get(router, '')}/{path}")
        if segments is None:
            raise UnreadableRoutes
        methods = [None] if method == "websocket" else [method.upper()]
        for each in _flask_methods(arguments) if method == "route" else methods:
            yield Route(each, segments)


def _router_prefixes(source: ParsedSource) -> Iterator[tuple[str, str]]:
    """By the name of a router, what all of its paths begin with. Raises UnreadableRoutes for what is no literal."""
    for argument in source.query(PYTHON_PREFIXES):
        name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
        if name is not None and source_of(name) in ("prefix", "url_prefix"):
            _literal(value)
    for assignment in source.query(PYTHON_ROUTERS):
        left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
        found = re.search(r"""\b(?:url_)?prefix\s*=\s*["']([^"']*)["']""", source_of(right)) if right else None
        if left is not None and found:
            yield source_of(left), found[1]


def _flask_methods(arguments: Node) -> list[str | None]:
    listed = re.search(r"\bmethods\s*=\s*(\[[^\]]*\]|\([^)]*\))?", source_of(arguments))
    if listed is None:
        return ["GET"]
    return list(re.findall(r"""["'](\w+)["']""", listed[1].upper())) if listed[1] else [None]


def _express_routes(source: ParsedSource) -> Iterator[Route]:
    for call in source.query(EXPRESS_ROUTES):
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        method = function.child_by_field_name("property") if function else None
        texts = arguments.named_children if arguments else []
        name = source_of(method) if method else ""
        if name not in METHODS | {"route"} or len(texts) < (1 if name == "route" else 2):
            continue  # ``map.get(key)`` has one argument, a route has its handler too
        segments = segments_of(_literal(texts[0]))
        if segments is None:
            raise UnreadableRoutes
        yield Route(None if name == "route" else name.upper(), segments)


def _literal(node: Node | None) -> str:
    """The text of a string. Raises UnreadableRoutes for every other expression."""
    text = source_of(node) if node is not None and node.type == "string" else ""
    if len(text) < 2 or text[0] not in "\"'" or "\\" in text or text[:3] in ('"""', "'''") or ANY in text:
        raise UnreadableRoutes
    return text[1:-1]
