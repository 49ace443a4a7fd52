"""Tries one back end in the sandbox: does it import, does it start, do its own routes answer."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.files.source_file import SourceFile
from core.runtime.app_runtime import AppRuntime
from core.runtime.driver import SCRIPTS_FOLDER, driver_files
from core.trial.eligibility import is_missing_here
from core.trial.finding import Finding, FindingKind
from core.trial.report import RouteAnswer, TrialReport
from core.trial.sandbox import MAX_CPU_SECONDS, MAX_MEMORY_BYTES, SandboxEnd, Script, run_sandboxed
from core.trial.sandbox_values import finding_from_sandbox, storable

TRIAL_SCRIPT = SCRIPTS_FOLDER / "trial.mjs"

MAX_ROUTES = 200
"""Of a report: an app may have told of more than were asked."""

Clock = Callable[[], float]


async def try_back_end(runtime: AppRuntime, files: Sequence[SourceFile], clock: Clock = time.monotonic) -> TrialReport:
    """Start these files and ask their routes. Raises ProgramMissing; the runtime has to be ready."""
    assert runtime.files_folder is not None and runtime.manifest is not None  # noqa: S101, PT018  it is ready
    folder = runtime.files_folder.resolve()
    given = {
        "runtime": folder.as_posix(),
        "python": runtime.manifest.parts["python"],
        "driver": driver_files(),
        "files": {file.path: file.text for file in files},
    }
    lines = _Lines()
    started_at = clock()
    end = await run_sandboxed(Script(TRIAL_SCRIPT, (folder,), given), lines.take)
    return lines.report(end, files, round(clock() - started_at, 1))


class _Lines:
    """What the script told; an app may forge a line, which changes no more than its own report."""

    def __init__(self) -> None:
        self._has_started: bool | None = None
        self._start_error: Mapping[str, Any] = {}
        self._routes: dict[tuple[str, str], RouteAnswer] = {}
        self._is_done = False

    def take(self, line: Mapping[str, Any]) -> None:
        """Note a line."""
        match line:
            case {"started": None}:
                self._has_started = True
            case {"started": dict(error)}:
                self._has_started, self._start_error = False, error
            case {"route": {"method": str(method), "path": str(path)}} if len(self._routes) < MAX_ROUTES:
                self._routes[method, path] = _route_answer(method, path, line["route"])
            case {"done": True}:
                self._is_done = True

    def report(self, end: SandboxEnd, files: Sequence[SourceFile], seconds: float) -> TrialReport:
        """What can be said when the script has ended."""
        if self._has_started is None:
            return _report_without_start(end, seconds)
        if not self._has_started:
            missing = self._start_error.get("missing_module")
            if isinstance(missing, str) and is_missing_here(missing, files):
                name = missing.partition(".")[0]
                return TrialReport(unknown=f"It imports {name}, which the sandbox does not have.", seconds=seconds)
            return TrialReport(start_error=finding_from_sandbox(self._start_error, FindingKind.START), seconds=seconds)
        return TrialReport(starts=True, routes=tuple(self._routes.values()), seconds=seconds)


def _report_without_start(end: SandboxEnd, seconds: float) -> TrialReport:
    match end:
        case SandboxEnd.OUT_OF_CPU:
            message = f"It has not started after {MAX_CPU_SECONDS} seconds of computing time."
        case SandboxEnd.OUT_OF_MEMORY:
            message = f"It took more than {MAX_MEMORY_BYTES >> 20} MB of memory to start."
        case SandboxEnd.TOO_MUCH_OUTPUT:
            message = "It wrote more than is read of it, before it started."
        case SandboxEnd.OUT_OF_TIME:
            return TrialReport(unknown="The machine was too busy to try it: try again later.", seconds=seconds)
        case SandboxEnd.DONE:
            # Not the app's doing: Python itself did not come up.
            return TrialReport(unknown="The sandbox did not come up: `main.py runtime` verifies it.", seconds=seconds)
    return TrialReport(start_error=Finding(FindingKind.START, message), seconds=seconds)


def _route_answer(method: str, path: str, fields: Mapping[str, Any]) -> RouteAnswer:
    status, milliseconds, error = fields.get("status"), fields.get("milliseconds"), fields.get("error")
    return RouteAnswer(
        storable(method, 10),
        storable(path, 300),
        status if isinstance(status, int) else None,
        milliseconds if isinstance(milliseconds, int) else 0,
        finding_from_sandbox(error, FindingKind.REQUEST) if isinstance(error, dict) else None,
    )
