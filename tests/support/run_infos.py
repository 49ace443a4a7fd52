"""Runs for tests of what is made of a run: each has every value, and a test names those that matter."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.runs.state import RunInfo, RunKind, RunStatus

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COMPLETE_RUN = RunInfo(
    id="r",
    project_id=1,
    user_id=1,
    side=Side.BACKEND,
    stack="fastapi",
    engine=EngineName.OLLAMA,
    model="m",
    kind=RunKind.GENERATE,
    status=RunStatus.COMPLETE,
    created_at=NOW,
    started_at=NOW,
    finished_at=NOW,
    characters=1204,
)


def make_run(**changes: Any) -> RunInfo:
    """A run that has just completed, but for ``changes``."""
    return replace(COMPLETE_RUN, **changes)
