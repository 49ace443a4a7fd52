"""Imports point one way, frameworks stay in their room, and what is pure does no I/O."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "main": {"ui", "api", "core"},
    "ui": {"core"},
    "api": {"core"},
    "core": {"data"},
    "data": set(),
}
FRAMEWORKS = {
    "nicegui": {"ui", "main"},
    "tree_sitter": {"core/review/checking"},
    "sqlglot": {"core/review/checking"},
    "fastapi": {"api", "main"},
    "fastapi_offline": {"api"},
    "starlette": {"api"},
    "uvicorn": {"api/server", "main"},
    "sqlalchemy": {"data"},
    "alembic": {"data"},
    "httpx": {"core/engines"},
    "httptools": {"core/engines"},
    "xllamacpp": {"core/engines"},
}
PURE = ("wire", "text", "files.markdown.parser", "files.markdown.code_block", "files.markdown.prose",
        "files.markdown.path_hints", "files.paths", "files.languages", "generation.repetition", "runs.log",
        "catalog.stacks", "prompts.messages", "files.source_file", "accounts.security", "errors", "generation.queue",
        "versions.preview", "prompts.api_summary", "catalog.examples", "catalog.scaffolds")  # fmt: skip
"""Modules of core without I/O; what they import of core is without it, too."""
WITHOUT_IO = {
    "__future__", "asyncio", "base64", "bcrypt", "bisect", "collections", "contextlib", "dataclasses",
    "datetime", "difflib", "enum", "functools", "hashlib", "heapq", "html", "io", "itertools",
    "json", "jwt", "math", "pathlib", "posixpath", "re", "string", "typing",
    "unicodedata", "urllib", "uuid", "zipfile",
}  # fmt: skip
"""asyncio for its events and futures alone, io and zipfile in memory alone, pathlib for PurePath alone."""
PURE_PARTS = {"data.errors", "core.engines.protocol"}
IO_NAMES = {"open", "create_task", "to_thread", "open_connection", "Path", "sleep", "FileIO", "urlopen"}


def sources() -> list[Path]:
    rooms = [path for room in ROOMS if room != "main" for path in (ROOT / room).rglob("*.py")]
    return [ROOT / "main.py", *(path for path in rooms if "migrations" not in path.parts)]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names) if node.level == 0 and module:
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.ImportFrom():
                pytest.fail(f"{path.name} has a relative import")


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way_and_frameworks_stay_in_their_room(path: Path) -> None:
    room, place = room_of(path), path.relative_to(ROOT).as_posix()
    for name in imported(path):
        top = name.partition(".")[0]
        if top in ROOMS:
            assert top == room or top in ROOMS[room], f"{place} imports {name}"
        if top in FRAMEWORKS:
            assert any(place.startswith(home) for home in FRAMEWORKS[top]), f"{place} imports {name}"


@pytest.mark.parametrize("module", PURE)
def test_what_is_pure_does_no_io(module: str) -> None:
    path = ROOT / "core" / f"{module.replace('.', '/')}.py"
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top == "core" and any(rest.startswith(pure) for pure in PURE):
            continue
        if any(name.startswith(part) for part in PURE_PARTS):
            continue
        assert top in WITHOUT_IO, f"{module} imports {name}"
        assert rest.rpartition(".")[2] not in IO_NAMES, f"{module} imports {name}"
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not called & IO_NAMES, f"{module} calls {called & IO_NAMES}"


def test_every_framework_named_here_is_no_module_of_python() -> None:
    assert not set(FRAMEWORKS) & sys.stdlib_module_names


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_at_most_250_lines(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 250, f"{lines} lines"
