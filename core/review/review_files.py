"""One review: the files are checked, repaired, formatted, and what is served is checked again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.files.source_file import SourceFile
from core.review.checking.checks import NO_CONTEXT, check
from core.review.checking.problem import CheckResult, Problem, ProblemKind
from core.review.checking.project_files import ReviewContext
from core.review.formatting.format_files import FormatResult, format_files
from core.review.repairs.repair import RepairedFile, repair_files
from core.review.reviewed_file import ReviewedFile

GRAVE_KINDS = frozenset({ProblemKind.SYNTAX, ProblemKind.NAME})
"""Problems that keep an app from starting: a repair must not bring one."""


async def review(sources: Sequence[SourceFile], context: ReviewContext = NO_CONTEXT) -> list[ReviewedFile]:
    """Check the files, put right what can be for certain, format what can be formatted, and check the result."""
    raw = await check(sources, context=context)
    repaired = await repair_files(sources, raw, context)
    reviewed = await _finish(sources, raw, repaired, context)
    if any(_has_more_grave_problems(file) for file in reviewed):
        return await _finish(sources, raw, {}, context)
    return reviewed


async def _finish(
    sources: Sequence[SourceFile], raw: CheckResult, repaired: Mapping[str, RepairedFile], context: ReviewContext
) -> list[ReviewedFile]:
    """Format and check the files after their repairs."""
    adjusted = [repaired[file.path].file if file.path in repaired else file for file in sources]
    # What is known of a file that was repaired is not true of its new text.
    known = {path: problems for path, problems in raw.problems.items() if path not in repaired}
    formatted = await format_files(adjusted, CheckResult(known, raw.too_hard))
    served = [replace(file, text=formatted[file.path].text or file.text) for file in adjusted]
    final = raw if served == list(sources) else await _check_again(served, raw, context)
    return [_reviewed(file, repaired.get(file.path), formatted[file.path], (raw, final)) for file in sources]


def _reviewed(
    source: SourceFile,
    repaired: RepairedFile | None,
    formatted: FormatResult,
    found: tuple[CheckResult, CheckResult],
) -> ReviewedFile:
    """``found`` is what is known of the files as they were written, and as they are served."""
    path, (raw, final) = source.path, found
    return ReviewedFile(
        source=source,
        formatted=formatted.text,
        unformatted_reason=formatted.reason,
        problems=final.problems[path],
        raw_problems=raw.problems[path],
        is_too_hard=path in raw.too_hard | final.too_hard,
        repaired=repaired.file.text if repaired else None,
        adjustments=repaired.adjustments if repaired else (),
    )


async def _check_again(served: Sequence[SourceFile], raw: CheckResult, context: ReviewContext) -> CheckResult:
    """Check the formatted files, but for those that were too hard before: they are served as they were."""
    checked = await check(served, skipped=raw.too_hard, context=context)
    unchanged = {path: raw.problems[path] for path in raw.too_hard}
    return CheckResult({**checked.problems, **unchanged}, raw.too_hard | checked.too_hard)


def _has_more_grave_problems(file: ReviewedFile) -> bool:
    return bool(file.adjustments) and _count_grave(file.problems) > _count_grave(file.raw_problems)


def _count_grave(problems: Sequence[Problem]) -> int:
    return sum(problem.kind in GRAVE_KINDS for problem in problems)
