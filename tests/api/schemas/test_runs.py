"""The JSON of runs and their files, and what a request becomes for the core."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from api.schemas.runs import (
    FileOut,
    GenerateRequest,
    RefineRequest,
    RenameRequest,
    RunOut,
    SamplingOptions,
)
from core.engines.protocol import Progress, ProgressPhase, Sampling
from core.generation.run_request import RunRequest
from core.review.checking.problem import Problem, ProblemKind
from core.review.reviewed_file import ReviewedFile
from core.runs.state import RunError, RunStatus
from tests.support.run_infos import make_run
from tests.support.source_files import source_file

HIDDEN = {"user_id", "prompt", "sampling", "progress_since", "first_text_at"}
"""What a run knows and its JSON does not say."""


def refused_fields(schema: Any, body: dict[str, object]) -> list[tuple[object, ...]]:
    with pytest.raises(ValidationError) as refused:
        schema.model_validate(body)
    return [error["loc"] for error in refused.value.errors()]


def test_a_request_without_a_word_leaves_every_choice() -> None:
    assert GenerateRequest().to_run_request() == RunRequest()


def test_a_request_is_what_the_runs_take() -> None:
    body = {
        "model": "m",
        "stack": "flask",
        "instructions": " in green ",
        "context": False,
        "options": {"temperature": 0, "seed": 7, "max_tokens": 100},
    }
    assert GenerateRequest.model_validate(body).to_run_request() == RunRequest(
        "flask", "m", " in green ", Sampling(0, 7, 100), include_context=False
    )


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_blank_instructions_are_none(blank: str | None) -> None:
    assert GenerateRequest(instructions=blank).to_run_request().instructions is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"model": ""}, "model"),
        ({"model": "x" * 201}, "model"),
        ({"stack": ""}, "stack"),
        ({"stack": "x" * 41}, "stack"),
        ({"instructions": "x" * 20_001}, "instructions"),
        ({"model": "x\0"}, "model"),
    ],
)
def test_a_request_has_bounds(body: dict[str, object], field: str) -> None:
    assert refused_fields(GenerateRequest, body) == [(field,)]


@pytest.mark.parametrize("name", ["max_tokens", "num_predict"])
def test_the_length_of_an_answer_has_two_names(name: str) -> None:
    assert SamplingOptions.model_validate({name: 5}).to_sampling() == Sampling(max_tokens=5)


@pytest.mark.parametrize(
    ("name", "least", "most"), [("temperature", 0, 2), ("seed", 0, 2**31 - 1), ("max_tokens", 1, 1_000_000)]
)
def test_options_have_bounds(name: str, least: int, most: int) -> None:
    for good in (least, most):
        SamplingOptions.model_validate({name: good})
    for wrong in (least - 1, most + 1):
        assert len(refused_fields(SamplingOptions, {name: wrong})) == 1


def test_an_unknown_option_is_refused() -> None:
    assert refused_fields(SamplingOptions, {"top_q": 1}) == [("top_q",)]


def test_a_refinement_says_what_to_change_and_a_name_may_be_blank() -> None:
    assert refused_fields(RefineRequest, {"instructions": " "}) == [("instructions",)]
    assert refused_fields(RefineRequest, {}) == [("instructions",)]
    assert RenameRequest(name=" ").name == " "
    assert refused_fields(RenameRequest, {"name": "x" * 201}) == [("name",)]


def test_a_run_tells_what_happens_before_its_text_and_for_how_long() -> None:
    since = datetime.now(UTC) - timedelta(seconds=7)
    run = make_run(progress=Progress(ProgressPhase.READING, 320, 1928), progress_since=since)
    progress = RunOut.from_run(run).model_dump()["progress"]
    assert 7 <= progress.pop("seconds") < 30
    assert progress == {"phase": "reading", "done": 320, "total": 1928}
    assert RunOut.from_run(make_run()).progress is None


def test_a_run_shows_all_but_what_is_the_servers_own() -> None:
    run = make_run(id="r", error=RunError("gone", "The model went away.", retryable=True), status=RunStatus.FAILED)
    shown = RunOut.from_run(run).model_dump(mode="json")
    assert shown.keys() == set(run.__dataclass_fields__) - HIDDEN
    assert shown["error"] == {"code": "gone", "message": "The model went away."}
    assert (shown["side"], shown["engine"], shown["kind"], shown["status"]) == (
        "backend",
        "ollama",
        "generate",
        "failed",
    )
    assert RunOut.from_run(make_run()).error is None


def test_a_file_shows_its_served_form() -> None:
    problem = Problem(2, 5, "There is a bug.", ProblemKind.NAME)
    reviewed = ReviewedFile(source_file("a.py", "x=1\n"), "x = 1\ny = 2\n", None, (problem,), ())
    assert FileOut.from_file(reviewed).model_dump() == {
        "path": "a.py",
        "language": "python",
        "lines": 2,
        "formatted": True,
        "problems": [{"line": 2, "column": 5, "message": "There is a bug."}],
    }
    as_written = FileOut.from_file(replace(reviewed, formatted=None))
    assert (as_written.lines, as_written.formatted) == (1, False)
    assert FileOut.from_file(replace(reviewed, formatted="")).formatted is True
