"""What is measured of the files of one answer: are there any, do they parse, does the app start, do its checks pass."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalog.stacks import Side
from core.files.source_file import SourceFile
from core.review.checking.checks import check_syntax
from core.runtime.app_runtime import AppRuntime
from core.runtime.driver import SCRIPTS_FOLDER, driver_files
from core.trial.report import TrialReport
from core.trial.sandbox import Script, run_sandboxed
from core.trial.try_back_end import try_back_end
from tests.evaluation.case import Act, Answers, Ask, Case, contains
from tests.evaluation.pages import use_page

ASK_SCRIPT = Path(__file__).with_name("ask.mjs")
FIRST_FAILURE = 400


@dataclass(frozen=True, slots=True)
class Measured:
    """``starts`` and ``passed`` are None where the app is of a kind that is not run here."""

    files: int
    parses: bool
    starts: bool | None
    passed: int | None
    checks: int

    @property
    def is_whole(self) -> bool:
        """Whether every check passed."""
        return self.checks > 0 and self.passed == self.checks


async def measure(case: Case, files: Sequence[SourceFile], runtime: AppRuntime) -> Measured:
    """Check the files, run the app where that is possible, and use it."""
    syntax = (await check_syntax(files)).problems
    parses = bool(files) and not any(syntax.values())
    starts, passed = await _run(case, files, runtime) if files else (False, 0)
    return Measured(len(files), parses, starts, passed, len(case.checks))


async def _run(case: Case, files: Sequence[SourceFile], runtime: AppRuntime) -> tuple[bool | None, int | None]:
    if case.side is Side.FRONTEND:
        return await use_page(files, [each for each in case.checks if isinstance(each, Act)], case.stack)
    if all(isinstance(each, Ask) for each in case.checks):
        return await ask_back_end([each for each in case.checks if isinstance(each, Ask)], files, runtime)
    report = await try_back_end(runtime, files)
    wanted = [each for each in case.checks if isinstance(each, Answers)]
    return report.starts, sum(_has_answers(report, each) for each in wanted)


def _has_answers(report: TrialReport, wanted: Answers) -> bool:
    routes = [route for route in report.routes if route.method == wanted.method and route.answers]
    return sum(route.status is not None and route.status < FIRST_FAILURE for route in routes) >= wanted.count


async def ask_back_end(asks: Sequence[Ask], files: Sequence[SourceFile], runtime: AppRuntime) -> tuple[bool, int]:
    """Whether a back end starts in the sandbox, and how many of the requests it answers as wanted."""
    assert runtime.files_folder is not None
    assert runtime.manifest is not None
    folder = runtime.files_folder.resolve()
    given = {
        "runtime": folder.as_posix(),
        "python": runtime.manifest.parts["python"],
        "driver": driver_files(),
        "driverModule": (SCRIPTS_FOLDER / "python_app.mjs").as_uri(),
        "files": {file.path: file.text for file in files},
        "asks": [
            {"method": each.method, "path": each.path, "body": each.body, "save": dict(each.save)} for each in asks
        ],
    }
    starts, passed = False, set[int]()

    def take(line: Mapping[str, Any]) -> None:
        nonlocal starts
        match line:
            case {"started": None}:
                starts = True
            case {"answer": {"number": int(number), "status": status, "body": str(body)}}:
                if number < len(asks) and is_right(asks[number], status, body):
                    passed.add(number)

    await run_sandboxed(Script(ASK_SCRIPT, (folder, SCRIPTS_FOLDER), given), take)
    return starts, len(passed)


def is_right(ask: Ask, status: object, body: str) -> bool:
    """Whether an answer has the status and the content that are wanted."""
    if status != ask.status:
        return False
    if ask.has is None:
        return True
    try:
        return contains(json.loads(body), ask.has)
    except ValueError:
        return False
