"""The files of a version, as the model wrote them: its own, and beneath them those of the version that it changes."""

from collections.abc import Sequence
from functools import lru_cache

from core.blocking import offload_if_large
from core.catalog import stacks
from core.catalog.stacks import Side
from core.files import source_file
from core.files.source_file import SourceFile
from core.runs.log_registry import Log, LogRegistry
from core.runs.state import RunInfo, RunKind

OVERLAY_KINDS = frozenset({RunKind.REFINE, RunKind.FIX})
"""The kinds whose text holds only the files that differ from their parent's."""


class VersionFiles:
    """Finds the files in runs."""

    def __init__(self, logs: LogRegistry) -> None:
        self._logs = logs

    async def files_of(self, log: Log) -> list[SourceFile]:
        """The files of this version; also for a reader of a log whose project has been deleted meanwhile."""
        layers = [(layer.text, layer.state.stack, layer.state.side) for layer in await self._layer_logs(log)]
        return await offload_if_large(sum(len(text) for text, *_ in layers), lambda: _merge_layers(layers))

    async def find_parent(self, run: RunInfo) -> Log | None:
        """The version that this one goes on from or changes, None where there is none, or none any more."""
        return await self._logs.find(run.user_id, run.parent_id)

    async def find_context(self, run: RunInfo) -> Log | None:
        """The version of the other side that the model was shown, None where there is none, or none any more."""
        return await self._logs.find(run.user_id, run.context_id)

    async def _layer_logs(self, log: Log) -> Sequence[Log]:
        """The runs whose files lie one above the other in this one, the newest first.

        What a run changes lies beneath it; what a run goes on from is in its own text already.
        """
        layers = [log]
        while parent := await self.find_parent(log.state):
            if log.state.kind in OVERLAY_KINDS:
                layers.append(parent)
            log = parent
        return layers


@lru_cache(maxsize=32)
def _split_files(text: str, stack: str, side: Side) -> tuple[SourceFile, ...]:
    """Kept for the latest texts: a page and every reader at a run's end ask for the same files."""
    return tuple(source_file.parse_files(text, stacks.find_stack(stack, side)))


def _merge_layers(layers: Sequence[tuple[str, str, Side]]) -> list[SourceFile]:
    merged: list[SourceFile] = []
    for layer in reversed(layers):
        merged = _overlay(merged, _split_files(*layer))
    return merged


def _overlay(lower: Sequence[SourceFile], upper: Sequence[SourceFile]) -> list[SourceFile]:
    """The files of both; where a path is in both, the upper one, unless only the lower one is whole."""
    by_path = {file.path: file for file in lower}
    for file in upper:
        if file.is_complete or file.path not in by_path or not by_path[file.path].is_complete:
            by_path[file.path] = file
    return list(by_path.values())
