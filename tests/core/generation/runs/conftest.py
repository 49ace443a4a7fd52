"""What the tests of starting and stopping runs share."""

from typing import Any

import pytest

from core.generation import runs
from core.generation.insert_run import insert_run
from tests.support.engines.scripted_engine import Gate


@pytest.fixture
def insert_gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Reached when a run has its row; its start goes on from there once the gate is open."""
    gate = Gate()

    async def insert_and_wait(*values: Any, **options: Any) -> None:
        await insert_run(*values, **options)
        await gate.wait()

    monkeypatch.setattr(runs, "insert_run", insert_and_wait)
    return gate
