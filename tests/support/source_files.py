"""Files to look at: by path and text, or as a model really wrote them."""

import json
from pathlib import Path

from core.files.languages import language_of
from core.files.source_file import SourceFile
from core.review.checking.checks import Problem, check_each

SAMPLES = Path(__file__).parent.parent / "samples"


def source(path: str, text: str, *, whole: bool = True) -> SourceFile:
    return SourceFile(path, language_of(path), text, whole)


def sources(**texts: str) -> list[SourceFile]:
    """By path, with ``__`` for a slash and ``_`` for the last dot."""
    return [source(".".join(name.replace("__", "/").rsplit("_", 1)), text) for name, text in texts.items()]


async def check_alone(file: SourceFile) -> tuple[Problem, ...]:
    """What is wrong with one file, for while the others are still being written."""
    return (await check_each([file]))[file.path]


def answers() -> dict[str, list[SourceFile]]:
    """What a model wrote, by the name of the sample."""
    found = {path.stem: json.loads(path.read_text("utf-8"))["files"] for path in sorted(SAMPLES.glob("*.json"))}
    return {name: [source(path, text) for path, text in files.items()] for name, files in found.items()}
