"""Syntax errors of shell scripts, as shfmt finds them."""

import re
from collections.abc import Sequence

from core.files.source_file import SourceFile
from core.review.checking.problem import CheckResult, Problem, column_of
from core.subprocesses import run_program, temporary_folder

SHFMT_ERROR_PATTERN = re.compile(r"^(?P<name>\d+\.sh):(?P<line>\d+):(?P<byte>\d+): (?P<message>[^\n]+)", re.MULTILINE)


async def shell_problems(files: Sequence[SourceFile]) -> CheckResult:
    """The first syntax error of each file. Raises ProgramMissing and TimeoutError."""
    sources = {f"{number}.sh": file for number, file in enumerate(files)}
    async with temporary_folder({name: file.text for name, file in sources.items()}) as folder:
        # With ``-l`` it prints no script, and with ``-i`` it reads no .editorconfig.
        finished = await run_program("shfmt", "-i", "2", "-l", *sources, folder=folder)
    found: dict[str, tuple[Problem, ...]] = {}
    for match in SHFMT_ERROR_PATTERN.finditer(finished.stderr):
        file = sources[match["name"]]
        line = int(match["line"])
        message = match["message"]
        problem = Problem(
            line, column_of(file.text, line, int(match["byte"]) - 1), message[:1].upper() + message[1:] + "."
        )
        found.setdefault(file.path, (problem,))
    return CheckResult(found)
