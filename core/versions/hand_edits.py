"""A person changes files of a version by hand: the result is a version of its own, with all of its files stored."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from core.engines.protocol import EngineName
from core.errors import Conflict
from core.generation.runs import Runs
from core.generation.stored_version import StoredVersion, add_version
from core.projects.access import ProjectAccess
from core.projects.projects import check_name
from core.review.reviews import Reviews
from core.runs.log_registry import LogRegistry
from core.runs.state import RunInfo, RunKind, RunStatus, new_run_id
from core.text import pluralize
from core.versions.file_changes import FileChanges, apply_changes
from core.workers.pools import REQUEST_WORKERS
from data.database import Database

MAX_NAMED_PATHS = 3
"""Of the files that were changed, how many the version's description names."""


class HandEdits:
    """Makes versions of what people change."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        log_registry: LogRegistry,
        reviews: Reviews,
        runs: Runs,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._log_registry = log_registry
        self._reviews = reviews
        self._runs = runs
        self._clock = clock

    async def add(
        self,
        user_id: int,
        run_id: str,
        changes: FileChanges,
        name: str | None = None,
        *,
        new_paths: Collection[str] = (),
    ) -> RunInfo:
        """A new current version with the files of this one, these changed, added or removed.

        The files of ``new_paths`` are meant to be new: they replace none.

        Raises NotFound, also for a file that is to be removed and is not there; Conflict where the side is being
        written, a path collides with another, or nothing changes; InvalidInput for a path that cannot be; TooLarge.
        """
        new_name = check_name(name, "A version") if name and name.strip() else None
        log = await self._log_registry.open(user_id, run_id)
        base = log.state
        if live_run := self._runs.live_run(base.project_id, base.side):
            raise Conflict(_busy_message(base), run_id=live_run.id)
        # As they are served: what was put right and laid out is kept, and what nobody has changed stays the same.
        files = [file.served for file in await self._reviews.reviewed_files(log)]
        # In a worker: the files may be many, and their paths are a person's.
        edited = await REQUEST_WORKERS.run(apply_changes, files, dict(changes), new_paths, caller=user_id)
        run = replace(_edited_run(base, changes, edited.text, self._clock()), name=new_name)
        version = StoredVersion(run, edited.text, edited.files)
        await add_version(
            self._database,
            version,
            get_project=self._access.get,
            log_registry=self._log_registry,
            runs=self._runs,
            busy_message=_busy_message(base),
        )
        return run


def _edited_run(base: RunInfo, changes: FileChanges, text: str, now: datetime) -> RunInfo:
    return RunInfo(
        id=new_run_id(),
        project_id=base.project_id,
        user_id=base.user_id,
        side=base.side,
        stack=base.stack,
        engine=EngineName.NONE,
        model="",
        kind=RunKind.EDIT,
        status=RunStatus.COMPLETE,
        created_at=now,
        prompt=base.prompt,
        parent_id=base.id,
        context_id=base.context_id,
        instructions=f"edited {_describe_paths(list(changes))}",
        characters=len(text),
        finish_reason="edited",
        started_at=now,
        finished_at=now,
    )


def _describe_paths(paths: Sequence[str]) -> str:
    if len(paths) > MAX_NAMED_PATHS:
        return pluralize(len(paths), "file")
    return ", ".join("".join(char for char in path if char.isprintable())[:100] for path in paths)


def _busy_message(base: RunInfo) -> str:
    return f"The {base.side} is being written: wait until it has ended, or stop it, then save."
