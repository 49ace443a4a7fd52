"""The files of a version, as the model wrote them: its own, and beneath them those of the version that it changes."""

from collections.abc import Sequence
from functools import lru_cache

from core.blocking import computed
from core.catalog import stacks
from core.catalog.stacks import Side
from core.files import source_file
from core.files.source_file import SourceFile
from core.runs.log_registry import Log, Logs
from core.runs.state import RunInfo, RunKind

CHANGING = frozenset({RunKind.REFINE, RunKind.FIX})
"""The kinds whose text holds only the files that differ from their parent's."""


class Sources:
    """Finds the files in runs."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs

    async def of(self, log: Log) -> list[SourceFile]:
        """The files of this version; also for a reader of a log whose project has been deleted meanwhile."""
        layers = [(layer.text, layer.state.stack, layer.state.side) for layer in await self._layers(log)]
        return await computed(sum(len(text) for text, *_ in layers), lambda: _laid(layers))

    async def parent(self, run: RunInfo) -> Log | None:
        """The version that this one goes on from or changes, None where there is none, or none any more."""
        return await self._logs.find(run.user_id, run.parent_id)

    async def context(self, run: RunInfo) -> Log | None:
        """The version of the other side that the model was shown, None where there is none, or none any more."""
        return await self._logs.find(run.user_id, run.context_id)

    async def _layers(self, log: Log) -> Sequence[Log]:
        """The runs whose files lie one above the other in this one, the newest first.

        What a run changes lies beneath it; what a run goes on from is in its own text already.
        """
        layers = [log]
        while parent := await self.parent(log.state):
            if log.state.kind in CHANGING:
                layers.append(parent)
            log = parent
        return layers


@lru_cache(maxsize=32)
def _split(text: str, stack: str, side: Side) -> tuple[SourceFile, ...]:
    """Kept for the latest texts: a page and every reader at a run's end ask for the same files."""
    return tuple(source_file.split(text, stacks.stack(stack, side)))


def _laid(layers: Sequence[tuple[str, str, Side]]) -> list[SourceFile]:
    found: list[SourceFile] = []
    for layer in reversed(layers):
        found = _overlaid(found, _split(*layer))
    return found


def _overlaid(below: Sequence[SourceFile], above: Sequence[SourceFile]) -> list[SourceFile]:
    """The files of both; where a path is in both, the upper one, unless only the lower one is whole."""
    found = {file.path: file for file in below}
    for file in above:
        if file.whole or file.path not in found or not found[file.path].whole:
            found[file.path] = file
    return list(found.values())
