"""Finds the app in a project's files: which module to import, from which folder, and which object in it is the app."""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any

APP_CLASSES = frozenset({"FastAPI", "Flask", "Starlette", "Quart", "Litestar"})
APP_NAMES = ("app", "application", "api", "server")
FACTORY_NAMES = ("create_app", "make_app", "get_app", "build_app", "create_application", "get_application")
ENTRY_STEMS = ("main", "app", "server", "run", "api", "wsgi", "asgi", "application", "index", "__init__")


@dataclass(frozen=True)
class Entry:
    """``module`` is to be imported with ``folder`` first on the path; both as below the app's folder."""

    path: str
    folder: str
    module: str


class NoApp(Exception):
    """No app was found; the message says what was looked for."""


def find_entry(files: Mapping[str, str]) -> Entry:
    """The module that makes the app. Raises NoApp."""
    trees = {path: tree for path, text in files.items() if path.endswith(".py") and (tree := _parse(text))}
    makers = [path for path, tree in trees.items() if _makes_app(tree)]
    if not makers:
        # A file that does not parse is the reason to tell: importing it says where it is wrong.
        makers = [
            path for path, text in files.items() if path.endswith(".py") and path not in trees and _mentions(text)
        ]
    if not makers:
        raise NoApp("There is no FastAPI() and no Flask() in these files.")
    path = min(makers, key=_entry_rank)
    folder = _import_folder(path, trees)
    inside = PurePosixPath(path).relative_to(folder) if folder else PurePosixPath(path)
    parts = inside.with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
    return Entry(path, folder, module)


def find_app(module: ModuleType) -> Any:
    """The app object in an imported module; a factory is called. Raises NoApp."""
    names = vars(module)
    known = [value for value in names.values() if is_app(value)]
    named = [names[name] for name in APP_NAMES if name in names and is_app(names[name])]
    if named or known:
        return (named or known)[0]
    for name in FACTORY_NAMES:
        factory = names.get(name)
        if inspect.isfunction(factory) and not _required_parameters(factory):
            return factory()
    raise NoApp(f"The module {module.__name__} has no app: no FastAPI or Flask object, and no create_app().")


def is_app(value: object) -> bool:
    """Whether a value is an app of a framework that is known."""
    return any(base.__name__ in APP_CLASSES for base in type(value).__mro__)


def is_asgi(app: object) -> bool:
    """Whether an app speaks ASGI; else it speaks WSGI."""
    names = {base.__name__ for base in type(app).__mro__}
    if names & APP_CLASSES:
        return "Flask" not in names
    call = app if inspect.isfunction(app) else type(app).__call__
    return inspect.iscoroutinefunction(call)


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _mentions(text: str) -> bool:
    return any(f"{name}(" in text for name in APP_CLASSES)


def _makes_app(tree: ast.Module) -> bool:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(_last_name(function) in APP_CLASSES for function in calls)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _entry_rank(path: str) -> tuple[bool, int, int, str]:
    """Order: not a test, the usual name, near to the top."""
    pure = PurePosixPath(path)
    is_test = "tests" in pure.parts or pure.stem.startswith("test_") or pure.stem == "conftest"
    stem_rank = ENTRY_STEMS.index(pure.stem) if pure.stem in ENTRY_STEMS else len(ENTRY_STEMS)
    return is_test, stem_rank, len(pure.parts), path


def _import_folder(path: str, trees: Mapping[str, ast.Module]) -> str:
    """The folder above the module from which most of the project's own imports can be found."""
    parents = PurePosixPath(path).parts[:-1]
    levels = _relative_levels(trees.get(path)) or (1 if path.endswith("__init__.py") else 0)
    folders = ["/".join(parents[:depth]) for depth in range(len(parents) - levels, -1, -1)] or [""]
    imported = [name for tree in trees.values() for name in _absolute_imports(tree)]
    # max takes the first of equals: the folder nearest to the module.
    return max(folders, key=lambda folder: sum(_is_found(name, folder, trees) for name in imported))


def _relative_levels(tree: ast.Module | None) -> int:
    nodes = ast.walk(tree) if tree else ()
    return max((node.level for node in nodes if isinstance(node, ast.ImportFrom)), default=0)


def _absolute_imports(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names


def _is_found(name: str, folder: str, trees: Mapping[str, ast.Module]) -> bool:
    start = "/".join(filter(None, (folder, name.replace(".", "/"))))
    return any(path == f"{start}.py" or path.startswith(f"{start}/") for path in trees)


def _required_parameters(factory: Any) -> int:
    parameters = inspect.signature(factory).parameters.values()
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(it.default is it.empty for it in parameters if it.kind in positional)
