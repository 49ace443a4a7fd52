"""Format files, but only where that is sure to be harmless."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.files.source_file import SourceFile
from core.review.checking.problem import CheckResult, ProblemKind
from core.review.checking.syntax import has_real_language, is_within_size_limit, syntax_problems
from core.review.checking.templates import is_template
from core.review.formatting.formatters import FORMATTERS, FormattedTexts, Formatter
from core.review.formatting.language_names import display_name
from core.review.formatting.token_gate import changed_paths
from core.subprocesses import ProgramMissing

UNFORMATTED_LANGUAGES = frozenset({"text", "properties", "dockerfile", "makefile"})
SYNTAX_ERROR_REASON = "It has syntax errors."
TRUNCATED_REASON = "The file is cut off."
TOO_LONG_REASON = "The file is too long."
TEMPLATE_REASON = "It is a template."
TIMEOUT_REASON = "The formatter took too long."
UNREADABLE_REASON = "The formatter could not read it."
TOO_HARD_REASON = "It is too hard to check."
UNSAFE_REASON = "The formatter would have broken it."
CHANGED_REASON = "The formatter would have changed more than its layout."


@dataclass(frozen=True, slots=True)
class FormatResult:
    """``text`` is None where the file stays as it is. ``reason`` is a sentence; None where none is worth telling."""

    text: str | None
    reason: str | None


UNCHANGED = FormatResult(None, None)


async def format_files(files: Sequence[SourceFile], checked: CheckResult) -> dict[str, FormatResult]:
    """The result for each file, by path. Nothing is raised.

    A file with a syntax error is left as it is, and so is a file whose formatted text has one or other tokens.
    ``checked`` is what is known of the files; those without a key among its problems are checked here.
    """
    new = await syntax_problems([file for file in files if file.path not in checked.problems])
    known = CheckResult({**new.problems, **checked.problems}, checked.too_hard | new.too_hard)
    results = {file.path: _skip_result(file, known) for file in files}
    formattable = [file for file in files if results[file.path] is None]
    batches = await asyncio.gather(
        *(_run_formatter(formatter, chosen) for formatter, chosen in _group_by_formatter(formattable))
    )
    results.update({path: result for batch in batches for path, result in batch.items()})
    safe_results = await _drop_broken(files, {path: result or UNCHANGED for path, result in results.items()})
    return {file.path: safe_results[file.path] for file in files}


def _skip_result(file: SourceFile, checked: CheckResult) -> FormatResult | None:
    """The result for a file that no formatter gets; None for the others."""
    if file.original or file.language in UNFORMATTED_LANGUAGES or not file.text.strip() or not has_real_language(file):
        return UNCHANGED  # of an upload, too: a person's own files stay byte for byte as they are
    problems = checked.problems.get(file.path, ())
    reasons = (
        (not file.is_complete, TRUNCATED_REASON),
        (any(problem.kind is ProblemKind.SYNTAX for problem in problems), SYNTAX_ERROR_REASON),
        (not is_within_size_limit(file), TOO_LONG_REASON),
        (file.path in checked.too_hard, TOO_HARD_REASON),
        (is_template(file), TEMPLATE_REASON),
        (file.language not in FORMATTERS, f"No formatter for {display_name(file.language)} is installed."),
    )
    return next((FormatResult(None, reason) for applies, reason in reasons if applies), None)


def _group_by_formatter(files: Sequence[SourceFile]) -> Sequence[tuple[Formatter, list[SourceFile]]]:
    groups: dict[Formatter, list[SourceFile]] = {}
    for file in files:
        groups.setdefault(FORMATTERS[file.language], []).append(file)
    return list(groups.items())


async def _run_formatter(formatter: Formatter, files: Sequence[SourceFile]) -> dict[str, FormatResult]:
    # Numbers for names: paths that a model made may be the same on some file systems.
    sources = {f"{number}{formatter.extension_for(file.language)}": file for number, file in enumerate(files)}
    try:
        formatted: FormattedTexts = await formatter.format_texts({name: file.text for name, file in sources.items()})
    except ProgramMissing:
        return {
            file.path: FormatResult(None, f"No formatter for {display_name(file.language)} is installed.")
            for file in files
        }
    except TimeoutError:
        return {file.path: FormatResult(None, TIMEOUT_REASON) for file in files}
    return {file.path: _to_result(formatted.get(name)) for name, file in sources.items()}


def _to_result(formatted: str | None) -> FormatResult:
    # No source is empty here, so an empty result is a formatter that failed.
    if formatted is None or not formatted.strip():
        return FormatResult(None, UNREADABLE_REASON)
    return FormatResult(formatted, None)


async def _drop_broken(files: Sequence[SourceFile], results: Mapping[str, FormatResult]) -> dict[str, FormatResult]:
    """The results, but for formatted texts with a syntax error, which their sources had not, or with other tokens."""
    formatted = [replace(file, text=result.text) for file in files if (result := results[file.path]).text is not None]
    # A formatter seldom breaks a file, but nobody would look for the mistake there.
    checked = await syntax_problems(formatted)
    broken = {*checked.problems, *checked.too_hard}
    texts = {file.path: file.text for file in formatted if file.path not in broken}
    changed = await changed_paths([file for file in files if file.path in texts], texts)
    return {
        path: FormatResult(None, UNSAFE_REASON)
        if path in broken
        else FormatResult(None, CHANGED_REASON)
        if path in changed
        else result
        for path, result in results.items()
    }
