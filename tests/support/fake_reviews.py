"""How files are reviewed in a test that is of something else: not at all, since the tools take their time."""

from collections.abc import Sequence

from core.files.source_file import SourceFile
from core.review.checking.checks import Kind, Problem
from core.review.reviews import ReviewedFile


async def nobody_looks(files: Sequence[SourceFile]) -> list[ReviewedFile]:
    """Leave every file as it is, without a problem."""
    return [ReviewedFile(file) for file in files]


async def bugs_are_problems(files: Sequence[SourceFile]) -> list[ReviewedFile]:
    """Each line with BUG in it is a problem; formatting makes SHOUTING quiet, where there is no bug."""
    return [_looked_at(file) for file in files]


def _looked_at(file: SourceFile) -> ReviewedFile:
    lines = enumerate(file.text.split("\n"), 1)
    found = tuple(Problem(number, 1, "There is a bug.", Kind.NAME) for number, line in lines if "BUG" in line)
    return ReviewedFile(file, None if found else file.text.lower(), "It has bugs." if found else None, found, found)
