"""How a run ends for whoever reads its stream, by SSE and WebSocket alike."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from api.schemas.runs import FileOut, RunOut
from core.blocking import computed
from core.review.reviews import ReviewedFile
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.studio import Studio

_ends: WeakKeyDictionary[RunLog[RunInfo], asyncio.Task[dict[str, Any]]] = WeakKeyDictionary()


async def ending(studio: Studio, log: RunLog[RunInfo]) -> tuple[str, dict[str, Any]]:
    """How a closed log ends for its readers: the event's name, ``complete`` or ``error``, and its data.

    However many read it to the end, it is made once.
    """
    run = log.state
    if not run.status.good:
        return "error", error_of(run)
    making = _ends.get(log)
    if making is None:
        making = _ends[log] = asyncio.create_task(_end_of(studio, log), name=f"end of {run.id}")
        making.add_done_callback(lambda done: _forget(log) if done.cancelled() or done.exception() else None)
    return "complete", await asyncio.shield(making)


async def _end_of(studio: Studio, log: RunLog[RunInfo]) -> dict[str, Any]:
    text = log.text
    found = await studio.versions.files_of(log)  # which may add to the run's state
    return await computed(len(text), lambda: end_of(log.state, hashlib.sha256(text.encode()).hexdigest(), found))


def _forget(log: RunLog[RunInfo]) -> None:
    _ends.pop(log, None)


def end_of(run: RunInfo, sha256: str, found: Sequence[ReviewedFile]) -> dict[str, Any]:
    """What a stream's ``complete`` says."""
    files = [FileOut.of(file).model_dump() for file in found]
    return {**RunOut.of(run).model_dump(mode="json"), "sha256": sha256, "files": files}


def error_of(run: RunInfo) -> dict[str, Any]:
    """What a stream's ``error`` says."""
    error = run.error
    return {
        "code": error.code if error else "internal",
        "message": error.message if error else "The run failed: generate again.",
        "retryable": bool(error and error.retryable),
        "run_id": run.id,
    }
