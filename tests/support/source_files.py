"""Files to look at: by path and text, or as a model really wrote them."""

import json
from pathlib import Path

from core.files.languages import language_of
from core.files.source_file import SourceFile
from core.review.checking.checks import check, check_syntax
from core.review.checking.problem import Problem

SAMPLES_DIR = Path(__file__).parent.parent / "samples"


def source_file(path: str, text: str, *, complete: bool = True) -> SourceFile:
    return SourceFile(path, language_of(path), text, complete)


def source_files(**texts: str) -> list[SourceFile]:
    """By path, with ``__`` for a slash and ``_`` for the last dot."""
    return [source_file(".".join(name.replace("__", "/").rsplit("_", 1)), text) for name, text in texts.items()]


async def check_single(file: SourceFile) -> tuple[Problem, ...]:
    """What is wrong with one file, for while the others are still being written."""
    return (await check_syntax([file])).problems[file.path]


async def problems_in(*files: tuple[str, str]) -> list[tuple[str, Problem]]:
    """The problems of a project, given by path and text, each with its path."""
    found = (await check([source_file(path, text) for path, text in files])).problems
    return [(path, problem) for path, problems in found.items() for problem in problems]


async def found_in(*files: tuple[str, str]) -> list[str]:
    """The same as ``path:line sentence``."""
    return [f"{path}:{problem.line} {problem.message}" for path, problem in await problems_in(*files)]


def sample_answers() -> dict[str, list[SourceFile]]:
    """What a model wrote, by the name of the sample."""
    found = {path.stem: json.loads(path.read_text("utf-8"))["files"] for path in sorted(SAMPLES_DIR.glob("*.json"))}
    return {name: [source_file(path, text) for path, text in files.items()] for name, files in found.items()}
