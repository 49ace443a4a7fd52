"""What can be tried on the server."""

from datetime import UTC, datetime

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.files.source_file import SourceFile
from core.runs.state import RunInfo, RunKind, RunStatus
from core.trial.eligibility import is_missing_here, not_runnable_reason

PYTHON = [SourceFile("main.py", "python", "x = 1")]


def run_of(side: Side, stack: str) -> RunInfo:
    return RunInfo(
        "r", 1, 1, side, stack, EngineName.OLLAMA, "m", RunKind.GENERATE, RunStatus.COMPLETE, datetime.now(UTC)
    )


@pytest.mark.parametrize("stack", ["fastapi", "flask"])
def test_back_ends_in_python_can_be_tried(stack: str) -> None:
    assert not_runnable_reason(run_of(Side.BACKEND, stack), PYTHON) is None


@pytest.mark.parametrize(
    ("side", "stack", "files", "reason"),
    [
        (Side.FRONTEND, "react", PYTHON, "A front end is tried in a browser"),
        (Side.BACKEND, "spring", [], "Java · Spring Boot runs outside of Livewright"),
        (Side.BACKEND, "go", [], "start it with go run"),
        (Side.BACKEND, "fastapi", [SourceFile("main.js", "javascript", "")], "no Python file"),
    ],
)
def test_others_say_why_not(side: Side, stack: str, files: list[SourceFile], reason: str) -> None:
    assert reason in (not_runnable_reason(run_of(side, stack), files) or "")


def test_a_python_app_that_was_uploaded_under_another_stack_is_tried() -> None:
    assert not_runnable_reason(run_of(Side.BACKEND, "express"), PYTHON) is None


@pytest.mark.parametrize("module", ["numpy", "psycopg2.extras", "tkinter", "my_package.part", "Weather"])
def test_a_package_that_the_sandbox_lacks_is_no_mistake_of_the_app(module: str) -> None:
    files = [
        SourceFile("requirements.txt", "text", "fastapi==1.0\nMy-Package[extra]>=2 # why\n-r other.txt\n"),
        SourceFile("pyproject.toml", "toml", '[project]\ndependencies = ["weather>=1.0"]\n'),
    ]
    assert is_missing_here(module, files)


def test_a_module_of_the_app_that_is_not_there_is_its_mistake() -> None:
    assert not is_missing_here("models", PYTHON)
