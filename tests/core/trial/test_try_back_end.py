"""Back ends in the real sandbox, and what is made of what it tells."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.files.source_file import SourceFile
from core.runtime.app_runtime import AppRuntime
from core.runtime.manifest import Manifest
from core.trial import sandbox
from core.trial import try_back_end as module
from core.trial.finding import Finding, FindingKind
from core.trial.report import TrialReport
from core.trial.sandbox import SandboxEnd, Script
from core.trial.try_back_end import MAX_ROUTES, try_back_end

SAMPLES = Path(__file__).parents[2] / "samples" / "back_ends"


def python_files(**texts: str) -> list[SourceFile]:
    return [SourceFile(f"{name}.py", "python", text) for name, text in texts.items()]


async def try_lines(
    monkeypatch: pytest.MonkeyPatch,
    lines: Sequence[Mapping[str, Any]],
    end: SandboxEnd = SandboxEnd.DONE,
    files: Sequence[SourceFile] = (),
) -> TrialReport:
    """The report of a sandbox that told these lines."""

    async def run_sandboxed(script: Script, on_line: Callable[[Mapping[str, Any]], None]) -> SandboxEnd:
        assert script.readable == (Path("/runtime"),)
        assert script.given["python"] == {"fastapi": {}}
        for line in lines:
            on_line(line)
        return end

    monkeypatch.setattr(module, "run_sandboxed", run_sandboxed)
    runtime = SimpleNamespace(files_folder=Path("/runtime"), manifest=Manifest("id", {}, {"python": {"fastapi": {}}}))
    clock = iter([1.0, 3.26])
    return await try_back_end(runtime, files, lambda: next(clock))  # type: ignore[arg-type]  # no more is asked of it


async def test_routes_and_their_errors_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    error = {"message": "KeyError: 'x'", "path": "main.py", "line": 7, "traceback": "…"}
    lines: list[dict[str, Any]] = [
        {"log": "hello"},
        {"started": None},
        {"route": {"method": "GET", "path": "/a"}},
        {"route": {"method": "GET", "path": "/a", "status": 200, "milliseconds": 3, "error": None}},
        {"route": {"method": "POST", "path": "/b", "status": 500, "milliseconds": 4, "error": error}},
        {"route": {"method": "GET", "path": "/hangs"}},
        {"route": "forged"},
        {"route": {"method": 1, "path": []}},
        {"route": {"method": "GET", "path": "/odd", "status": "x", "milliseconds": None, "error": {"line": "x"}}},
        {"done": True},
    ]
    report = await try_lines(monkeypatch, lines)
    assert report.verdict == "Starts · 1 of 4 routes answer"
    assert [(it.message, it.place) for it in report.findings] == [
        ("POST /b answers 500: KeyError: 'x'", "main.py:7"),
        ("GET /hangs does not answer.", ""),
        ("GET /odd fails: ", ""),
    ]
    assert report.seconds == 2.3


async def test_what_keeps_an_app_from_starting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    error = {"message": "NameError: x", "path": "main.py", "line": 3, "missing_module": None}
    report = await try_lines(monkeypatch, [{"started": error}])
    assert report.verdict == "Does not start: NameError: x (main.py:3)"


async def test_what_an_app_tells_can_be_stored_and_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    error = {"message": "half \ud800 and \0", "path": "p" * 900, "line": 3}
    report = await try_lines(monkeypatch, [{"started": error}])
    assert report.start_error == Finding(FindingKind.START, "half ? and \ufffd", "p" * 500, 3)
    routes = [{"route": {"method": "GET", "path": f"/{number}", "status": 200}} for number in range(500)]
    assert len((await try_lines(monkeypatch, [{"started": None}, *routes])).routes) == MAX_ROUTES


@pytest.mark.parametrize(("name", "unknown"), [("pandas.core", True), ("models", False)])
async def test_a_package_that_is_not_here_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, name: str, unknown: bool
) -> None:
    line = {"started": {"message": f"ModuleNotFoundError: No module named '{name}'", "missing_module": name}}
    report = await try_lines(monkeypatch, [line], files=python_files(main=f"import {name}"))
    assert bool(report.unknown) is unknown
    assert bool(report.findings) is not unknown
    if unknown:
        assert report.unknown == "It imports pandas, which the sandbox does not have."


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (SandboxEnd.OUT_OF_CPU, "40 seconds of computing time"),
        (SandboxEnd.OUT_OF_MEMORY, "700 MB of memory"),
        (SandboxEnd.TOO_MUCH_OUTPUT, "wrote more than is read"),
    ],
)
async def test_an_app_that_takes_too_much_does_not_start(
    monkeypatch: pytest.MonkeyPatch, end: SandboxEnd, message: str
) -> None:
    report = await try_lines(monkeypatch, [], end)
    assert message in (report.verdict or "")


@pytest.mark.parametrize(
    ("end", "reason"), [(SandboxEnd.OUT_OF_TIME, "too busy"), (SandboxEnd.DONE, "did not come up")]
)
async def test_what_is_not_the_app_s_doing_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, end: SandboxEnd, reason: str
) -> None:
    report = await try_lines(monkeypatch, [], end)
    assert reason in (report.unknown or "")
    assert (report.verdict, report.findings) == (None, ())


def sample(name: str) -> list[SourceFile]:
    files = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["files"]
    return [SourceFile(path, "python", text) for path, text in files.items()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "verdict", "findings"),
    [
        (
            "accounts",
            "Starts · 10 of 11 routes answer",
            [("GET /boom answers 500: ZeroDivisionError: division by zero", "main.py:74")],
        ),
        (
            "../todo_lists/flask",
            "Starts · 4 of 5 routes answer",
            [("POST /todos answers 500: TypeError: unsupp", "app.py:15")],
        ),
        ("async_todos", "Starts · 3 routes answer", []),
        ("flask_todos", "Starts · 7 of 8 routes answer", [("GET /boom answers 500: ValueError: no", "app.py:26")]),
        (
            "escape",
            "Starts · 0 of 4 routes answer",
            [
                ("GET /file answers 500: FileNotFoundError", "main.py:20"),
                ("GET /network answers 500: AbortError: Requires net access", "main.py:25"),
                ("GET /read answers 500: JsException: NotCapable: Requires read access", "main.py:10"),
                ("GET /run answers 500: JsException: NotCapable: Requires run access", "main.py:15"),
            ],
        ),
    ],
)
async def test_a_back_end_is_tried_as_it_is(
    runtime: AppRuntime, monkeypatch: pytest.MonkeyPatch, name: str, verdict: str, findings: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(sandbox, "LOWEST_PRIORITY", 0)  # other tests run beside it
    report = await try_back_end(runtime, sample(name))
    found = sorted((it.message, it.place) for it in report.findings)
    assert report.verdict == verdict, found
    for (message, place), (start, expected_place) in zip(found, findings, strict=True):
        assert message.startswith(start)
        assert place == expected_place
