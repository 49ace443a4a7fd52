"""How many lines each version added and took away, counted when somebody looks, and kept: a version never changes."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import NotFound
from core.files.source_file import SourceFile
from core.runs.state import RunInfo, RunKind
from core.versions.diff import diff_files
from core.versions.versions import Versions
from core.workers.pools import REQUEST_WORKERS

MAX_COUNTED_VERSIONS = 30
"""The newest of a side: each is read and compared."""
MAX_KEPT_COUNTS = 2000


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """Lines that a version has and the one before it had not, and the other way round."""

    added: int
    removed: int


class ChangeCounts:
    """Compares a version with the one that it is based on, or else with the one before it on its side."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._counts: OrderedDict[tuple[str, str | None], ChangeCount | None] = OrderedDict()

    async def count(self, user_id: int, runs: Sequence[RunInfo]) -> dict[str, ChangeCount | None]:
        """The counts of these runs of one side, newest first; None for a run without files. Raises Unavailable."""
        counts: dict[str, ChangeCount | None] = {}
        before: RunInfo | None = None
        ended = [run for run in runs if not run.is_live and run.characters]
        newest = {run.id for run in ended[:MAX_COUNTED_VERSIONS]}
        # One more, which is not told: the oldest that is told is compared with it.
        for run in reversed(ended[: MAX_COUNTED_VERSIONS + 1]):
            key = run.id, _base_id(run, before)
            if key not in self._counts:
                try:
                    self._counts[key] = await self._compare(user_id, *key)
                except NotFound:  # one of them was deleted meanwhile
                    continue
            self._counts.move_to_end(key)
            count = self._counts[key]
            if run.id in newest:
                counts[run.id] = count
            if count:  # what has no files is no version to compare with
                before = run
        while len(self._counts) > MAX_KEPT_COUNTS:
            self._counts.popitem(last=False)
        return counts

    async def _compare(self, user_id: int, run_id: str, base_id: str | None) -> ChangeCount | None:
        after = await self._versions.served_files(user_id, run_id)
        before = await self._versions.served_files(user_id, base_id) if base_id else []
        return await REQUEST_WORKERS.run(count_changes, before, after, caller=user_id) if after else None


def _base_id(run: RunInfo, before: RunInfo | None) -> str | None:
    """The version that a run is compared with; ``before`` is the newest older one with files."""
    if run.parent_id and run.kind is not RunKind.CONTINUE:
        return run.parent_id
    return before.id if before else None


def count_changes(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> ChangeCount:
    """Count the lines; in a worker, since long files take long."""
    changes = diff_files(before, after)
    return ChangeCount(sum(each.added_count for each in changes), sum(each.removed_count for each in changes))
