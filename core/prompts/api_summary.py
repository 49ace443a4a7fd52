"""What a back end offers to a front end, read out of its files: routes and types, without what is behind them. Pure."""

import re
from collections.abc import Iterator, Sequence

from core.files.source_file import SourceFile

ROUTE = re.compile(
    r"^\s*@\w+\.(?:get|post|put|patch|delete|route|websocket)\("  # FastAPI, Flask
    r"|^\s*@(?:Get|Post|Put|Patch|Delete|Request)Mapping\b|^\s*@RequestMapping\b"  # Spring
    r"|\b\w+\.(?:get|post|put|patch|delete)\(\s*[\"'`]/"  # Express
    r"|\.Handle(?:Func)?\(\s*\"",  # Go
)
SIGNATURE = re.compile(r"^\s*(?:async\s+)?def\s|^\s*(?:public|private|protected)\s[^;=]*\(")
TYPE = re.compile(
    r"^class\s+\w+\([^)]*(?:BaseModel|TypedDict|Schema)\b|^@dataclass"  # Python
    r"|^(?:export\s+)?(?:interface|type)\s+\w+|^type\s+\w+\s+struct\b"  # TypeScript, Go
    r"|^public\s+record\s+\w+|^@Entity\b"  # Java
)
LONGEST_TYPE = 30
"""Lines of a type that are shown."""
LONGEST_FILE = 200_000
"""Characters; what a longer one offers is not looked for."""
LOGIC = re.compile(r"^\s*(?:def|async def|public \w+ (?:get|set)|return|@Override)\b")


def described(files: Sequence[SourceFile], address: str, longest: int) -> str:
    """Routes and types as lines of the files' own code, at most ``longest`` characters; empty where there are none."""
    lines = [line for file in files if len(file.text) <= LONGEST_FILE for line in _lines(file)]
    if not any(ROUTE.search(line) for line in lines):
        return ""
    shown = f"It listens at {address}.\n```\n"
    for line in lines:
        if len(shown) + len(line) > longest:
            break
        shown += f"{line}\n"
    return f"{shown}```"


def _lines(file: SourceFile) -> Iterator[str]:
    rows = file.text.split("\n")
    at = 0
    while at < len(rows):
        if TYPE.search(rows[at]):
            size = _size_of_type(rows[at : at + LONGEST_TYPE])
            yield from (row for row in rows[at : at + size] if row.strip() and not LOGIC.match(row))
            at += size
            continue
        if ROUTE.search(rows[at]) or (SIGNATURE.match(rows[at]) and at and ROUTE.search(rows[at - 1])):
            yield rows[at].rstrip().removesuffix("{").rstrip()
        at += 1


def _size_of_type(rows: Sequence[str]) -> int:
    """How many lines a type takes that begins at the first: to its closing brace, or as far as it is indented."""
    for count, row in enumerate(rows[1:], 1):
        if row.startswith("}"):
            return count + 1
        if row and not row[0].isspace() and not row.startswith(("class ", "public class ", "@")):
            return count
    return len(rows)
