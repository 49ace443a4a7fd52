"""What the tests of reviews share."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from core.workers.pools import WorkerPool


@pytest.fixture(autouse=True)
def _checks_run_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks run where their coverage is measured; tests/hostile and test_workers have them run where they are."""

    async def run_each(
        _: WorkerPool, function: Callable[..., Any], context: object, items: Sequence[object], **_limits: float
    ) -> list[Any]:
        return await asyncio.to_thread(lambda: [function(context, item) for item in items])

    monkeypatch.setattr(WorkerPool, "run_each", run_each)
