"""What a back end offers to a front end: its routes and types, read out of its files. No I/O."""

import re
from collections.abc import Iterator, Sequence

from core.files.source_file import SourceFile

ROUTE_PATTERN = re.compile(
    r"^\s*@\w+\.(?:get|post|put|patch|delete|route|websocket)\("  # FastAPI, Flask
    r"|^\s*@(?:Get|Post|Put|Patch|Delete|Request)Mapping\b|^\s*@RequestMapping\b"  # Spring
    r"|\b\w+\.(?:get|post|put|patch|delete)\(\s*[\"'`]/"  # Express
    r"|\.Handle(?:Func)?\(\s*\"",  # Go
)
SIGNATURE_PATTERN = re.compile(r"^\s*(?:async\s+)?def\s|^\s*(?:public|private|protected)\s[^;=]*\(")
TYPE_PATTERN = re.compile(
    r"^class\s+\w+\([^)]*(?:BaseModel|TypedDict|Schema)\b|^@dataclass"  # Python
    r"|^(?:export\s+)?(?:interface|type)\s+\w+|^type\s+\w+\s+struct\b"  # TypeScript, Go
    r"|^public\s+record\s+\w+|^@Entity\b"  # Java
)
MAX_TYPE_LINES = 30
"""Lines of a type that are shown."""
MAX_SUMMARIZED_FILE_LENGTH = 200_000
"""Characters; a longer file is not searched."""
BODY_PATTERN = re.compile(r"^\s*(?:def|async def|public \w+ (?:get|set)|return|@Override)\b")


def summarize_api(files: Sequence[SourceFile], base_url: str, max_length: int) -> str:
    """Routes and types as lines of the files' own code, at most ``max_length`` characters; empty without any."""
    lines = [line for file in files if len(file.text) <= MAX_SUMMARIZED_FILE_LENGTH for line in _summary_lines(file)]
    if not any(ROUTE_PATTERN.search(line) for line in lines):
        return ""
    summary = f"It listens at {base_url}.\n```\n"
    for line in lines:
        if len(summary) + len(line) > max_length:
            break
        summary += f"{line}\n"
    return f"{summary}```"


def _summary_lines(file: SourceFile) -> Iterator[str]:
    lines = file.text.split("\n")
    index = 0
    while index < len(lines):
        if TYPE_PATTERN.search(lines[index]):
            size = _count_type_lines(lines[index : index + MAX_TYPE_LINES])
            yield from (row for row in lines[index : index + size] if row.strip() and not BODY_PATTERN.match(row))
            index += size
            continue
        if ROUTE_PATTERN.search(lines[index]) or (
            SIGNATURE_PATTERN.match(lines[index]) and index and ROUTE_PATTERN.search(lines[index - 1])
        ):
            yield lines[index].rstrip().removesuffix("{").rstrip()
        index += 1


def _count_type_lines(lines: Sequence[str]) -> int:
    """How many lines the type on the first line takes: up to its closing brace, or as long as they are indented."""
    for count, row in enumerate(lines[1:], 1):
        if row.startswith("}"):
            return count + 1
        if row and not row[0].isspace() and not row.startswith(("class ", "public class ", "@")):
            return count
    return len(lines)
