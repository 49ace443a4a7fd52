"""The program oxfmt: what it makes of files of the web's languages, or why it cannot read them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.subprocesses import folder_of, run, texts_in

EXTENSIONS = {
    "css": ".css",
    "graphql": ".graphql",
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
OPTIONS = ("-c", "none.json", "--disable-nested-config", "--ignore-path", ".no-ignores", "--threads=1")
TROUBLE = re.compile(
    r"^  x (?P<message>[^\n]*)\n(?:(?!  x )[^\n]*\n)*?\s*,-\[(?P<name>[^\]]+):(?P<line>\d+):(?P<byte>\d+)\]",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text cannot be read; ``byte`` counts within the line, from 0."""

    message: str
    line: int
    byte: int


async def rewritten(texts: Mapping[str, str]) -> dict[str, str | Refusal | None]:
    """By name, which must have one of ``EXTENSIONS``: the formatted text, or why there is none, None if nobody knows.

    Raises Missing and TimeoutError.
    """
    async with folder_of(texts) as folder:
        ended = await run("oxfmt", *OPTIONS, *texts, folder=folder)
        found: dict[str, str | Refusal | None] = {**await texts_in(folder, texts)}
    refused = _refusals(ended.errors)
    if ended.code != 0 and not refused:
        return dict.fromkeys(texts)
    return {**found, **{name: refusal for name, refusal in refused.items() if name in texts}}


def _refusals(errors: str) -> dict[str, Refusal]:
    return {
        match["name"].replace("\\", "/").rpartition("/")[2]: Refusal(
            match["message"], int(match["line"]), int(match["byte"]) - 1
        )
        for match in TROUBLE.finditer(errors)
    }
