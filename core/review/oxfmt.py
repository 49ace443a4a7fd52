"""The formatter oxfmt, which also says why it cannot read a file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.subprocesses import read_texts, run_program, temporary_folder

OXFMT_EXTENSIONS = {
    "css": ".css",
    "graphql": ".graphql",
    # Many a .js file holds JSX, which oxfmt reads by this name alone.
    "javascript": ".jsx",
    "json": ".json",
    "jsx": ".jsx",
    "less": ".less",
    "markdown": ".md",
    "scss": ".scss",
    "toml": ".toml",
    "tsx": ".tsx",
    "typescript": ".ts",
    "yaml": ".yaml",
}
# No settings from anywhere, and one thread: several reviews share the processors.
OXFMT_OPTIONS = ("-c", "oxfmt.json", "--disable-nested-config", "--ignore-path", ".no-ignores", "--threads=1")
OXFMT_ERROR_PATTERN = re.compile(
    r"^  x (?P<message>[^\n]*)\n(?:(?!  x )[^\n]*\n)*?[ \t]*+,-\[(?P<name>[^\]\n]+):(?P<line>\d+):(?P<byte>\d+)\]",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """The first syntax error of a text; ``line`` counts from 1, ``byte_offset`` within the line from 0."""

    message: str
    line: int
    byte_offset: int


async def run_oxfmt(texts: Mapping[str, str]) -> dict[str, str | ParseFailure | None]:
    """By file name, with one of ``OXFMT_EXTENSIONS``: the formatted text, why there is none, or None for no reason.

    Raises ProgramMissing and TimeoutError.
    """
    async with temporary_folder(texts) as folder:
        finished = await run_program("oxfmt", *OXFMT_OPTIONS, *texts, folder=folder)
        formatted: dict[str, str | ParseFailure | None] = {**await read_texts(folder, texts)}
    failures = _parse_failures(finished.stderr)
    # It failed without naming a file, so none of them is known to be whole.
    if finished.exit_code != 0 and not failures:
        return dict.fromkeys(texts)
    return {**formatted, **{name: failure for name, failure in failures.items() if name in texts}}


def _parse_failures(stderr: str) -> dict[str, ParseFailure]:
    return {
        match["name"].replace("\\", "/").rpartition("/")[2]: ParseFailure(
            match["message"], int(match["line"]), int(match["byte"]) - 1
        )
        for match in OXFMT_ERROR_PATTERN.finditer(stderr)
    }
