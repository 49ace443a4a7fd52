"""Start once more what a run was asked to do: one that failed, or was stopped before its first word."""

from dataclasses import replace

from core.generation.run_request import RunRequest
from core.generation.runs import Runs
from core.runs.state import RunInfo, RunKind
from core.versions.fixes import Fixes
from core.versions.versions import Versions


class Retries:
    """Knows how each kind of run is started."""

    def __init__(self, *, runs: Runs, versions: Versions, fixes: Fixes) -> None:
        self._runs = runs
        self._versions = versions
        self._fixes = fixes

    async def start(self, user_id: int, run_id: str, overrides: RunRequest | None = None) -> RunInfo:
        """A new run of the same kind, based on the same version; ``overrides`` may name another model or sampling.

        Raises NotFound, Conflict, InvalidInput, QueueFull, Unavailable.
        """
        run = (await self._runs.open_log(user_id, run_id)).state
        match run.kind, run.parent_id:
            case RunKind.REFINE, str(parent_id):
                return await self._versions.refine(user_id, parent_id, run.instructions or "", overrides)
            case RunKind.CONTINUE, str(parent_id):
                return await self._versions.continue_run(user_id, parent_id, overrides)
            case RunKind.FIX, str(parent_id):
                return await self._fixes.start(user_id, parent_id, overrides=overrides)
            case _:
                request = replace(overrides or RunRequest(), instructions=run.instructions, stack=run.stack)
                return await self._runs.start(user_id, run.project_id, run.side, request)
