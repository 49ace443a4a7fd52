"""Python as ruff reads it: what no Python runs, and names that nothing defines."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.syntax_tree import ParsedSource, parse_source
from core.subprocesses import run_program, temporary_folder

OPTIONS = (
    *("--isolated", "--no-cache", "--quiet", "--exit-zero", "--output-format", "json", "--target-version", "py314"),
    *("--config", 'builtins = ["__path__", "get_ipython", "basestring", "unicode", "reveal_type"]'),
)
COMMON_IMPORTS = {
    "collections": "Counter defaultdict deque namedtuple OrderedDict",
    "dataclasses": "asdict dataclass field",
    "datetime": "date timedelta timezone",
    "decimal": "Decimal",
    "enum": "Enum IntEnum StrEnum",
    "fastapi": "APIRouter Depends FastAPI HTTPException Query Request",
    "fastapi.middleware.cors": "CORSMiddleware",
    "flask": "Flask abort jsonify request",
    "flask_cors": "CORS",
    "functools": "lru_cache partial wraps",
    "pathlib": "Path",
    "pydantic": "BaseModel EmailStr Field field_validator",
    "typing": "Any Dict List Literal Optional Union",
    "uuid": "UUID uuid4",
}
"""Where names come from that are often used and forgotten among the imports."""
DEFERRED_NODES = ("type", "string", "type_alias_statement", "type_parameter")
"""Where a name need not exist when the line runs: annotations, in quotes or not."""


async def python_problems(files: Sequence[SourceFile], *, check_names: bool) -> dict[str, tuple[Problem, ...]]:
    """The first syntax error of each file; with ``check_names``, the undefined names of files without one."""
    sources = {f"{number}.py": file for number, file in enumerate(files)}
    rules = "E9,F821" if check_names else "E9"
    async with temporary_folder({name: file.text for name, file in sources.items()}) as folder:
        finished = await run_program("ruff", "check", *OPTIONS, "--select", rules, *sources, folder=folder)
    entries = _group_by_file(finished.stdout)
    problems_by_path = {file.path: _to_problems(file, entries.get(name, [])) for name, file in sources.items()}
    return {path: problems for path, problems in problems_by_path.items() if problems}


def _group_by_file(output: str) -> Mapping[str, list[dict[str, Any]]]:
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads(output or "[]"):
        entries.setdefault(entry["filename"].replace("\\", "/").rpartition("/")[2], []).append(entry)
    return entries


def _to_problems(file: SourceFile, entries: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    entries_by_place = sorted(
        (entry["location"]["row"], entry["location"]["column"], str(entry["code"]), entry["message"])
        for entry in entries
    )
    for line, column, code, message in entries_by_place:
        if code == "invalid-syntax":
            return (Problem(line, column, _to_sentence(message)),)
    source = parse_source("python", file.text) if entries_by_place else None
    if source is None:
        return ()
    return tuple(
        Problem(line, column, _undefined_name_message(message), ProblemKind.NAME)
        for line, column, code, message in entries_by_place
        if code == "F821" and _is_evaluated(source, line, column)
    )


def _undefined_name_message(message: str) -> str:
    name = message.partition("`")[2].rpartition("`")[0]
    if name in sys.stdlib_module_names:
        return f"`import {name}` is missing."
    source_module = next((module for module, names in COMMON_IMPORTS.items() if name in names.split()), None)
    return f"`from {source_module} import {name}` is missing." if source_module else f"Nothing is named `{name}`."


def _to_sentence(message: str) -> str:
    return message[:1].upper() + message[1:].rstrip(".").replace("newline", "the line's end") + "."


def _is_evaluated(source: ParsedSource, line: int, column: int) -> bool:
    start = len(source.text.split("\n")[line - 1][: column - 1].encode("utf-8", "replace"))
    node = source.tree.root_node.named_descendant_for_point_range((line - 1, start), (line - 1, start))
    while node is not None:
        if node.type in DEFERRED_NODES:
            # What an f-string holds runs with the line.
            return node.type == "string" and any(child.type == "interpolation" for child in node.children)
        node = node.parent
    return True
