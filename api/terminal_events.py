"""How a run ends for whoever reads its stream, by SSE and WebSocket alike."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from api.schemas.runs import FileOut, RunOut
from core.review.reviewed_file import ReviewedFile
from core.runs.log import RunLog
from core.runs.state import RUN_FAILED, RunInfo
from core.studio import Studio

_complete_tasks: WeakKeyDictionary[RunLog[RunInfo], asyncio.Task[dict[str, Any]]] = WeakKeyDictionary()


async def terminal_event(studio: Studio, log: RunLog[RunInfo]) -> tuple[str, dict[str, Any]]:
    """How a closed log ends for its readers: the event's name, ``complete`` or ``error``, and its data.

    However many read it to the end, it is made once.
    """
    run = log.state
    if not run.status.is_success:
        return "error", error_data(run)
    task = _complete_tasks.get(log)
    if task is None:
        task = _complete_tasks[log] = asyncio.create_task(_build_complete_data(studio, log), name=f"end of {run.id}")
        # A failure is not kept: the next reader tries again.
        task.add_done_callback(lambda done: _drop_task(log) if done.cancelled() or done.exception() else None)
    # Shielded: a reader that leaves must not take it from the others.
    return "complete", await asyncio.shield(task)


async def _build_complete_data(studio: Studio, log: RunLog[RunInfo]) -> dict[str, Any]:
    text = log.text
    reviewed = await studio.versions.reviewed_files_of(log)  # which may add to the run's state
    return await asyncio.to_thread(
        lambda: complete_data(log.state, hashlib.sha256(text.encode()).hexdigest(), reviewed)
    )


def _drop_task(log: RunLog[RunInfo]) -> None:
    _complete_tasks.pop(log, None)


def complete_data(run: RunInfo, sha256: str, reviewed: Sequence[ReviewedFile]) -> dict[str, Any]:
    """What a stream's ``complete`` says."""
    files = [FileOut.from_file(file).model_dump() for file in reviewed]
    return {**RunOut.from_run(run).model_dump(mode="json"), "sha256": sha256, "files": files}


def error_data(run: RunInfo) -> dict[str, Any]:
    """What a stream's ``error`` says."""
    error = run.error
    return {
        "code": error.code if error else "internal",
        "message": error.message if error else RUN_FAILED,
        "retryable": bool(error and error.retryable),
        "run_id": run.id,
    }
