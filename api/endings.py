"""How a run ends for whoever reads its stream, by SSE and WebSocket alike."""

import hashlib
from collections.abc import Sequence
from typing import Any

from api.shapes import FileOut, RunOut
from core.files import SourceFile
from core.run import RunInfo
from core.runlog import RunLog
from core.studio import Studio


async def ending(studio: Studio, log: RunLog[RunInfo]) -> tuple[str, dict[str, Any]]:
    """How a closed log ends for its readers: the event's name, ``complete`` or ``error``, and its data."""
    run = log.state
    if not run.status.good:
        return "error", error_of(run)
    found = await studio.versions.files_of(log)
    return "complete", end_of(run, hashlib.sha256(log.text.encode()).hexdigest(), found)


def end_of(run: RunInfo, sha256: str, found: Sequence[SourceFile]) -> dict[str, Any]:
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
