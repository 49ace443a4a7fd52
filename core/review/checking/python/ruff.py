"""Syntax errors and undefined names of Python, as ruff finds them."""

import json
import re
import sys
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.files.source_file import SourceFile
from core.review.checking.problem import CheckResult, Problem, ProblemKind, lines_of
from core.review.checking.syntax_tree import ParsedSource, parse_source, path_to, source_of
from core.review.each_file import for_each_file
from core.subprocesses import encode_lossy, run_program, temporary_folder

RUFF_OPTIONS = (
    # The newest version of Python, because ruff takes newer syntax than that of its target for an error.
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
"""By module, names that are often used and whose import is often forgotten."""
OTHER_NAMES = re.compile(
    r"\bglobals\s*\(\)|\bexec\s*\(|\bvars\s*\(\)\s*\[|\bbuiltins\b|\b__builtin(?:s)?__\b|\bsys\.(?:version_info|modules)\b|\bPY[23]\b"
    r"|^##\s?(?:bind|parameters)\b|^c\.[A-Z]\w*\.\w+\s*=",
    re.MULTILINE,
)
"""With these a name may come from elsewhere, or is for another version of Python: a script of Zope, a configuration of
Jupyter."""
DEFERRED_NODES = ("type", "string", "type_alias_statement", "type_parameter")
"""Where a name need not exist when the line runs: annotations, in quotes or not."""
LOOPS = ("for_statement", "while_statement")
ASSIGNED_NAMES_QUERY = """
(assignment left: [(identifier) @name (pattern_list (identifier) @name) (tuple_pattern (identifier) @name)])
(for_statement left: [(identifier) @name (pattern_list (identifier) @name) (tuple_pattern (identifier) @name)])
"""
MAX_UNDEFINED_NAMES = 100
"""Undefined names of one file that are looked up in its tree."""


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """What ruff says about a place; ``line`` and ``column`` count characters, from 1."""

    line: int
    column: int
    code: str
    message: str


async def python_problems(files: Sequence[SourceFile], *, check_names: bool) -> CheckResult:
    """The first syntax error of each file; with ``check_names``, the undefined names of files without one.

    Raises ProgramMissing and TimeoutError, and ValueError where ruff's output is cut.
    """
    sources = {f"{number}.py": file for number, file in enumerate(files)}
    rules = "E9,F821" if check_names else "E9"
    async with temporary_folder({name: file.text for name, file in sources.items()}) as folder:
        finished = await run_program("ruff", "check", *RUFF_OPTIONS, "--select", rules, *sources, folder=folder)
    # Only files that ruff speaks of go to a worker; most have nothing wrong with them.
    entries = {sources[name].path: found for name, found in _group_by_file(finished.stdout).items()}
    return CheckResult(*await for_each_file(_to_problems, [file for file in files if file.path in entries], entries))


async def undefined_names(files: Sequence[SourceFile]) -> Mapping[str, tuple[str, ...]]:
    """By path, the names of each file that nothing in it defines, those in annotations too; nothing where names may
    come from elsewhere. Raises what ``python_problems`` raises."""
    sources = {f"{number}.py": file for number, file in enumerate(files) if not OTHER_NAMES.search(file.text)}
    if not sources:
        return {}
    async with temporary_folder({name: file.text for name, file in sources.items()}) as folder:
        finished = await run_program("ruff", "check", *RUFF_OPTIONS, "--select", "F821", *sources, folder=folder)
    return {
        sources[name].path: tuple(_name_in(entry.message) for entry in entries if entry.code == "F821")
        for name, entries in _group_by_file(finished.stdout).items()
    }


def _group_by_file(output: str) -> Mapping[str, list[_Entry]]:
    entries: dict[str, list[_Entry]] = {}
    for item in json.loads(output or "[]"):
        location = item["location"]
        entry = _Entry(location["row"], location["column"], str(item["code"]), item["message"])
        entries.setdefault(item["filename"].replace("\\", "/").rpartition("/")[2], []).append(entry)
    return {name: sorted(found) for name, found in entries.items()}


def _to_problems(entries_by_path: Mapping[str, Sequence[_Entry]], file: SourceFile) -> tuple[Problem, ...]:
    entries = entries_by_path[file.path]
    for entry in entries:
        # The first alone: those after it mostly follow from it.
        if entry.code == "invalid-syntax":
            return (Problem(entry.line, entry.column, _to_sentence(entry.message)),)
    is_known = entries and not OTHER_NAMES.search(file.text)
    source = parse_source("python", file.text) if is_known else None
    if source is None:
        return ()
    assigned = _assigned_names(source)
    return tuple(
        Problem(entry.line, entry.column, _undefined_name_message(entry.message), ProblemKind.NAME)
        for entry in entries[:MAX_UNDEFINED_NAMES]
        if entry.code == "F821" and _is_surely_undefined(source, entry, assigned)
    )


def _undefined_name_message(message: str) -> str:
    name = _name_in(message)
    if name in sys.stdlib_module_names:
        return f"`import {name}` is missing."
    source_module = next((module for module, names in COMMON_IMPORTS.items() if name in names.split()), None)
    return f"`from {source_module} import {name}` is missing." if source_module else f"Nothing is named `{name}`."


def _name_in(message: str) -> str:
    return message.partition("`")[2].rpartition("`")[0]


def _to_sentence(message: str) -> str:
    return message[:1].upper() + message[1:].rstrip(".").replace("newline", "the line's end") + "."


def _assigned_names(source: ParsedSource) -> Mapping[str, Sequence[int]]:
    """Name → the offsets at which it gets a value, in their order."""
    offsets: dict[str, list[int]] = {}
    for node in source.query(ASSIGNED_NAMES_QUERY):
        offsets.setdefault(source_of(node), []).append(node.start_byte)
    return offsets


def _is_surely_undefined(source: ParsedSource, entry: _Entry, assigned: Mapping[str, Sequence[int]]) -> bool:
    """Whether the name is looked up when its line runs, and no earlier round of a loop has given it a value."""
    line = "".join(lines_of(source.text)[entry.line - 1 : entry.line])
    root, point = source.tree.root_node, (entry.line - 1, len(encode_lossy(line[: entry.column - 1])))
    name = root.named_descendant_for_point_range(point, point)
    if name is None:
        return True
    around = list(path_to(root, name))
    loop = next((node for node in around if node.type in LOOPS), None)
    offsets = assigned.get(source_of(name), ())
    if loop is not None and bisect_left(offsets, loop.start_byte) < bisect_left(offsets, loop.end_byte):
        return False
    deferred = [node for node in around if node.type in DEFERRED_NODES]
    # What an f-string holds between braces runs with the line.
    return not deferred or (
        deferred[-1].type == "string" and any(child.type == "interpolation" for child in deferred[-1].children)
    )
