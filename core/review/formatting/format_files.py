"""Files as their language's people lay them out; where that is not sure to be harmless, they stay as they are."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import is_template
from core.review.checking.problem import Kind, Problem
from core.review.checking.syntax import is_in_its_language, is_short, syntax_problems
from core.review.formatting.formatters import FORMATTERS, Formatter, Texts
from core.review.formatting.language_names import name_of
from core.subprocesses import Missing

NOTHING_TO_DO = frozenset({"text", "properties", "dockerfile", "makefile"})
BROKEN = "It has syntax errors."
CUT = "The file is cut off."
LONG = "The file is too long."
TEMPLATE = "It is a template."
SLOW = "The formatter took too long."
REFUSED = "The formatter could not read it."
UNSURE = "The formatter would have broken it."


@dataclass(frozen=True, slots=True)
class Formatted:
    """``text`` is the file laid out; None where it stays as it is, with the ``reason`` if one is owed."""

    text: str | None
    reason: str | None


KEPT = Formatted(None, None)


async def format_files(files: Sequence[SourceFile], problems: Mapping[str, Sequence[Problem]]) -> dict[str, Formatted]:
    """The result for each file, by path. Nothing is raised.

    Only files without syntax errors are touched, in ``problems`` or, where that lacks the path, by a look of its own;
    and no result is taken that has one.
    """
    unknown = await syntax_problems([file for file in files if file.path not in problems])
    results = {file.path: _refusal(file, problems.get(file.path, unknown.get(file.path, ()))) for file in files}
    open_files = [file for file in files if results[file.path] is None]
    answers = await asyncio.gather(*(_by(formatter, chosen) for formatter, chosen in _chosen(open_files)))
    results.update({path: result for answer in answers for path, result in answer.items()})
    checked = await _gated(files, {path: result or KEPT for path, result in results.items()})
    return {file.path: checked[file.path] for file in files}


def _refusal(file: SourceFile, problems: Sequence[Problem]) -> Formatted | None:
    """Why a file is not given to a formatter; None where it is."""
    if file.language in NOTHING_TO_DO or not file.text.strip() or not is_in_its_language(file):
        return KEPT
    reasons = (
        (not file.whole, CUT),
        (any(problem.kind is Kind.SYNTAX for problem in problems), BROKEN),
        (not is_short(file), LONG),
        (is_template(file), TEMPLATE),
        (file.language not in FORMATTERS, f"No formatter for {name_of(file.language)} is installed."),
    )
    return next((Formatted(None, reason) for true, reason in reasons if true), None)


def _chosen(files: Sequence[SourceFile]) -> Sequence[tuple[Formatter, list[SourceFile]]]:
    chosen: dict[Formatter, list[SourceFile]] = {}
    for file in files:
        chosen.setdefault(FORMATTERS[file.language], []).append(file)
    return list(chosen.items())


async def _by(formatter: Formatter, files: Sequence[SourceFile]) -> dict[str, Formatted]:
    sources = {f"{number}{formatter.ending(file.language)}": file for number, file in enumerate(files)}
    try:
        made: Texts = await formatter.work({name: file.text for name, file in sources.items()})
    except Missing:
        return {
            file.path: Formatted(None, f"No formatter for {name_of(file.language)} is installed.") for file in files
        }
    except TimeoutError:
        return {file.path: Formatted(None, SLOW) for file in files}
    return {file.path: _result(made.get(name)) for name, file in sources.items()}


def _result(made: str | None) -> Formatted:
    if made is None or not made.strip():
        return Formatted(None, REFUSED)
    return Formatted(made, None)


async def _gated(files: Sequence[SourceFile], results: Mapping[str, Formatted]) -> dict[str, Formatted]:
    """The results without those that have a syntax error, which their originals had not."""
    made = [replace(file, text=result.text) for file in files if (result := results[file.path]).text is not None]
    broken = await syntax_problems(made)
    return {path: Formatted(None, UNSURE) if path in broken else result for path, result in results.items()}
