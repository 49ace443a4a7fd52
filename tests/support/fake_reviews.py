"""How files are reviewed in a test that is of something else: not at all, since the tools take their time."""

from collections.abc import Sequence

from core.files.source_file import SourceFile
from core.review.checking.checks import NO_CONTEXT
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ReviewContext
from core.review.reviewed_file import ReviewedFile


async def skip_review(files: Sequence[SourceFile], _: ReviewContext = NO_CONTEXT) -> list[ReviewedFile]:
    """Leave every file as it is, without a problem."""
    return [ReviewedFile(file) for file in files]


async def flag_bug_lines(files: Sequence[SourceFile], _: ReviewContext = NO_CONTEXT) -> list[ReviewedFile]:
    """Each line with BUG in it is a problem; formatting makes SHOUTING quiet, where there is no bug."""
    return [_review_file(file) for file in files]


def _review_file(file: SourceFile) -> ReviewedFile:
    lines = enumerate(file.text.split("\n"), 1)
    problems = tuple(Problem(number, 1, "There is a bug.", ProblemKind.NAME) for number, line in lines if "BUG" in line)
    return ReviewedFile(
        file, None if problems else file.text.lower(), "It has bugs." if problems else None, problems, problems
    )
