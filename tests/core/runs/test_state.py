"""What a run is: its statuses, its counters, and the columns that it is stored in."""

import time
from dataclasses import asdict, replace
from datetime import timedelta
from uuid import UUID

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import EngineName, Progress, ProgressPhase, Sampling
from core.runs.state import (
    RunError,
    RunInfo,
    RunKind,
    RunStatus,
    insert_values,
    new_run_id,
    run_from_row,
    update_values,
)
from data.rows import RunRow
from tests.support.run_infos import NOW, make_run

FULL_RUN = RunInfo(
    id="r",
    project_id=1,
    user_id=2,
    side=Side.FRONTEND,
    stack="html",
    engine=EngineName.OPENAI,
    model="m",
    kind=RunKind.FIX,
    status=RunStatus.FAILED,
    created_at=NOW,
    prompt="An app.",
    parent_id="parent",
    context_id="context",
    instructions="in green",
    sampling=Sampling(0.5, 7, 100),
    characters=3,
    tokens=2,
    tokens_per_second=1.5,
    start_seconds={"loading": 4.5},
    finish_reason="error",
    error=RunError("gone", "The model went away.", retryable=True),
    warning="The window is small.",
    started_at=NOW,
    finished_at=NOW + timedelta(seconds=9),
)


def row_of(run: RunInfo) -> RunRow:
    """The row that is stored for a run."""
    later = {"name": None, "problems": None, "adjusted": None, "findings": None, "verdict": None}
    return RunRow(**{**later, **insert_values(run)})  # type: ignore[arg-type]


@pytest.mark.parametrize("status", RunStatus)
def test_a_status_is_live_or_an_end_and_a_success_is_an_end(status: RunStatus) -> None:
    assert status.is_live is (status in {RunStatus.QUEUED, RunStatus.LOADING, RunStatus.RUNNING})
    assert status.is_success is (status in {RunStatus.COMPLETE, RunStatus.TRUNCATED, RunStatus.STOPPED})
    assert make_run(status=status).is_live is status.is_live


@pytest.mark.parametrize("kind", RunKind)
def test_a_kind_is_an_upload_or_a_fix_or_neither(kind: RunKind) -> None:
    run = make_run(kind=kind)
    assert (run.is_upload, run.is_fix) == (kind is RunKind.UPLOAD, kind is RunKind.FIX)


def test_the_rate_counts_from_the_first_text() -> None:
    run = make_run(started_at=NOW, first_text_at=NOW + timedelta(seconds=10))
    counted = run.with_counts(40, 10, NOW + timedelta(seconds=13))
    assert (counted.characters, counted.tokens, counted.tokens_per_second) == (40, 10, 3.3)


def test_each_phase_before_the_first_text_is_kept_with_its_length() -> None:
    run = make_run()
    for seconds, phase in enumerate(("waiting", "loading", "loading", "waiting", "reading")):
        run = run.with_progress(Progress(ProgressPhase(phase), seconds), NOW + timedelta(seconds=seconds))
    assert (run.progress, run.progress_since) == (Progress(ProgressPhase.READING, 4), NOW + timedelta(seconds=4))
    assert run.start_seconds == {"waiting": 2.0, "loading": 2.0}
    started = run.with_first_text(NOW + timedelta(seconds=4.56))
    assert (started.status, started.progress) == (RunStatus.RUNNING, None)
    assert started.start_seconds == {"waiting": 2.0, "loading": 2.0, "reading": 0.6}
    failed = run.with_end(RunStatus.FAILED, "error", NOW + timedelta(seconds=5))
    assert (failed.progress, failed.start_seconds["reading"]) == (None, 1.0)


@pytest.mark.parametrize("first_text_at", [None, NOW])
def test_there_is_no_rate_before_any_time_has_passed(first_text_at: object) -> None:
    counted = make_run(first_text_at=first_text_at, tokens_per_second=9.0).with_counts(4, 1, NOW)
    assert (counted.characters, counted.tokens_per_second) == (4, None)


def test_an_end_drops_what_only_a_live_run_has() -> None:
    live = make_run(
        status=RunStatus.QUEUED,
        position=3,
        progress=Progress(ProgressPhase.LOADING),
        error=RunError("storage", "Full."),
    )
    ended = live.with_end(RunStatus.STOPPED, "stopped", NOW)
    assert ended == replace(
        live,
        status=RunStatus.STOPPED,
        finish_reason="stopped",
        finished_at=NOW,
        error=None,
        position=None,
        progress=None,
    )
    error = RunError("gone", "The model went away.")
    assert live.with_end(RunStatus.FAILED, "error", NOW, error).error == error


def test_what_is_stored_comes_back() -> None:
    assert asdict(run_from_row(row_of(FULL_RUN))) == asdict(FULL_RUN)


def test_a_run_without_an_error_comes_back_without_one() -> None:
    run = replace(FULL_RUN, error=None, status=RunStatus.COMPLETE)
    assert run_from_row(row_of(run)) == run
    assert update_values(run)["retryable"] is False


def test_a_name_and_a_count_of_problems_come_from_the_row() -> None:
    found = run_from_row(replace(row_of(FULL_RUN), name="the good one", problems=4))
    assert (found.name, found.problems) == ("the good one", 4)


def test_an_update_leaves_what_a_run_was_started_with() -> None:
    fixed = {"id", "project_id", "user_id", "side", "stack", "engine", "model", "kind", "prompt", "parent_id"}
    fixed |= {"context_id", "instructions", "options", "created_at"}
    assert insert_values(FULL_RUN).keys() - update_values(FULL_RUN).keys() == fixed


def test_an_id_is_a_uuid_of_version_7_that_holds_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_123_456_789)
    first, second = (UUID(hex=new_run_id()) for _ in range(2))
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert first.int >> 80 == 1_700_000_000_123
    assert first != second


def test_ids_sort_by_their_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(1_000_000_000, 1_020_000_000, 1_000_000))
    monkeypatch.setattr(time, "time_ns", lambda: next(times))
    ids = [new_run_id() for _ in range(20)]
    assert ids == sorted(ids)
    assert {len(run_id) for run_id in ids} == {32}
