"""The house, held by reading imports: rooms, levels inside core, frameworks, what does no I/O, and sizes."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
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
LEVELS: tuple[tuple[str, ...], ...] = (
    ("studio", "command_line"),
    ("versions", "uploads", "sharing", "model_library"),
    ("generation",),
    ("prompts",),
    ("review", "trial"),
    ("runs",),
    ("projects", "engines", "files", "runtime"),
    ("catalog", "accounts"),
    ("settings", "state_folder", "subprocesses", "workers", "wire", "text"),
    ("errors",),
)
"""The rooms and files of core, the highest first: each imports its own level and what is below it."""
SIDE_BY_SIDE = {
    ("versions", "uploads", "sharing"),
    ("engines", "projects"),
    ("engines", "accounts"),
    ("files", "projects"),
}
"""Neighbours of one level, or of two, that know nothing of each other."""
FRAMEWORKS = {
    "nicegui": {"ui", "main"},
    "tree_sitter": {"core/review/checking", "core/review/formatting/tokens", "core/review/repairs"},
    "sqlglot": {"core/review/checking"},
    "fastapi": {"api", "main"},
    "fastapi_offline": {"api"},
    "starlette": {"api", "ui"},
    "uvicorn": {"api/server", "main"},
    "sqlalchemy": {"data"},
    "alembic": {"data"},
    "httpx": {"core/engines"},
    "httptools": {"core/engines"},
    "xllamacpp": {"core/engines"},
}
IO_MODULES = {
    "aiohappyeyeballs", "asyncio.subprocess", "concurrent", "data.database", "data.commands", "data.queries", "glob",
    "http", "httpx", "importlib", "logging", "multiprocessing", "os", "shutil", "signal", "socket", "ssl",
    "subprocess", "tempfile", "threading", "uvicorn", "xllamacpp",
}  # fmt: skip
"""Importing one of these makes a module one that does I/O, and so does importing a module of core that does."""
IO_CALLS = {
    "open", "create_task", "to_thread", "open_connection", "Path", "sleep", "urlopen", "read_text", "read_bytes",
    "run_in_executor",
}  # fmt: skip
PURE_ROOMS = ("core/files", "core/runs/log.py", "core/prompts/messages.py", "core/catalog")
"""Rooms and files that say of themselves that they do no I/O; beside them every module whose docstring does."""
MAX_FILE_LINES = 250
MAX_LOOSE_FILES = 9


def sources() -> list[Path]:
    rooms = [path for room in ROOMS if room != "main" for path in (ROOT / room).rglob("*.py")]
    return [ROOT / "main.py", *(path for path in rooms if "migrations" not in path.parts)]


def place_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Every imported name, dotted: ``core.errors.NotFound``."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names) if node.level == 0 and module:
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.ImportFrom():
                pytest.fail(f"{path.name} has a relative import")


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def level_of(name: str) -> int:
    return next(number for number, names in enumerate(LEVELS) if name in names)


@pytest.mark.parametrize("path", sources(), ids=place_of)
def test_imports_point_one_way_and_frameworks_stay_in_their_room(path: Path) -> None:
    room, place = room_of(path), place_of(path)
    for name in imported(path):
        top = name.partition(".")[0]
        if top in ROOMS:
            assert top == room or top in ROOMS[room], f"{place} imports {name}"
        if top in FRAMEWORKS:
            assert any(place.startswith(home) for home in FRAMEWORKS[top]), f"{place} imports {name}"


@pytest.mark.parametrize("path", [path for path in sources() if room_of(path) == "core"], ids=place_of)
def test_inside_core_imports_go_down_only(path: Path) -> None:
    own = path.relative_to(ROOT).parts[1].removesuffix(".py")
    if own == "__init__":
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "core" and len(parts) > 1 and parts[1] != own:
            assert level_of(own) <= level_of(parts[1]), f"{place_of(path)} imports {name}, which is above it"
            assert tuple(sorted((own, parts[1]))) not in SIDE_BY_SIDE, f"{place_of(path)} imports {name} beside it"


@cache
def module_files() -> dict[str, Path]:
    """Modules of core and data by their dotted names."""
    dotted = {place_of(path).removesuffix(".py").replace("/", "."): path for path in sources()}
    return {name.removesuffix(".__init__"): path for name, path in dotted.items()}


@cache
def io_of(path: Path) -> str | None:
    """What in a module, or in one of ours that it imports, does I/O; None where nothing does."""
    for name in imported(path):
        if any(name == io or name.startswith(f"{io}.") for io in IO_MODULES):
            return f"{place_of(path)} imports {name}"
        module = name if name in module_files() else name.rpartition(".")[0]
        found = io_of(module_files()[module]) if module in module_files() else None
        if found:
            return found
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in IO_CALLS:
                return f"{place_of(path)} calls {called}"
    return None


def says_it_is_pure(path: Path) -> bool:
    docstring = ast.get_docstring(tree_of(path)) or ""
    return "No I/O" in docstring or "without I/O" in docstring or "Pure." in docstring


def pure_sources() -> list[Path]:
    return [
        path
        for path in sources()
        if room_of(path) == "core" and (says_it_is_pure(path) or place_of(path).startswith(PURE_ROOMS))
    ]


@pytest.mark.parametrize("path", pure_sources(), ids=place_of)
def test_what_says_that_it_does_no_io_does_none(path: Path) -> None:
    assert io_of(path) is None


def test_the_pure_parts_are_found() -> None:
    names = {place_of(path) for path in pure_sources()}
    assert {"core/wire.py", "core/runs/log.py", "core/files/markdown/parser.py", "core/generation/queue.py"} <= names
    assert io_of(ROOT / "core" / "generation" / "journal.py")


def test_every_framework_named_here_is_no_module_of_python() -> None:
    assert not set(FRAMEWORKS) & sys.stdlib_module_names


def test_core_has_few_loose_files() -> None:
    assert len(list((ROOT / "core").glob("*.py"))) <= MAX_LOOSE_FILES


@pytest.mark.parametrize("path", sources(), ids=place_of)
def test_a_file_is_short(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MAX_FILE_LINES, f"{lines} lines"
