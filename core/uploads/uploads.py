"""Start from an existing code base: what a person brings along becomes a version, and the model goes on from it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from core.catalog import stacks
from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.errors import Conflict, InvalidInput
from core.files.source_file import SourceFile
from core.generation.insert_run import insert_run
from core.generation.runs import Runs
from core.projects.access import ProjectAccess
from core.projects.project import Project
from core.runs.log_registry import LogRegistry
from core.runs.state import RunInfo, RunKind, RunStatus, new_run_id
from core.text import pluralize
from core.uploads.collector import SkippedPath, limit_skipped
from core.uploads.stack_detection import detect_stack
from core.uploads.unpack import UploadedFile, to_run_text, unpack_upload
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected

MAX_SHOWN_NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class UploadResult:
    """The version that an upload became; ``suggested_stack`` is the one that its files fit, None where none does."""

    run: RunInfo
    file_count: int
    skipped: tuple[SkippedPath, ...]
    suggested_stack: str | None


class Uploads:
    """Makes versions of what people bring along."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        logs: LogRegistry,
        runs: Runs,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._logs = logs
        self._runs = runs
        self._clock = clock

    async def require_idle(self, user_id: int, project_id: int, side: Side) -> Project:
        """The project, if this side can take an upload now. Raises NotFound, Conflict."""
        project = await self._access.get(user_id, project_id)
        if live_run := self._runs.live_run(project_id, side):
            raise Conflict(_busy_message(side), run_id=live_run.id)
        return project

    async def add(self, user_id: int, project_id: int, side: Side, uploaded: Sequence[UploadedFile]) -> UploadResult:
        """Make what was sent the side's current version. Raises NotFound, Conflict, InvalidInput, TooLarge.

        The side's stack becomes the one that the files fit, where they fit just one.
        """
        project = await self.require_idle(user_id, project_id, side)
        stack, text, files, skipped = await asyncio.to_thread(_read_upload, project, side, uploaded)
        now = self._clock()
        run = RunInfo(
            id=new_run_id(),
            project_id=project.id,
            user_id=user_id,
            side=side,
            stack=stack or project.stack_id_of(side),
            engine=EngineName.NONE,
            model="",
            kind=RunKind.UPLOAD,
            status=RunStatus.COMPLETE,
            created_at=now,
            prompt=project.prompt,
            instructions=f"uploaded {_describe_upload(uploaded)}: {pluralize(len(files), 'file')}",
            characters=len(text),
            finish_reason="uploaded",
            started_at=now,
            finished_at=now,
        )
        await self._store(run, text)
        log = self._logs.make_log(run, text, closed=True)
        self._logs.add(log)
        self._runs.announce_end(log)
        return UploadResult(run, len(files), tuple(skipped), stack)

    async def _store(self, run: RunInfo, text: str) -> None:
        await insert_run(
            self._database,
            run,
            partial(_insert_upload, run=run, text=text),
            get_project=self._access.get,
            busy_message=_busy_message(run.side),
            conflict_message=_busy_message(run.side),
        )


def _insert_upload(connection: Connection, values: Mapping[str, object], *, run: RunInfo, text: str) -> None:
    """Store an upload: its side's current version from now on, its stack the side's.

    Raises RowRejected where the side has a live run, or the project was deleted.
    """
    if queries.find_live_run(connection, run.project_id, run.side):
        raise RowRejected
    commands.add_run(connection, {**values, "text": text})
    changes = {f"{run.side}_stack": run.stack, "updated_at": run.created_at}
    commands.update_project(connection, run.project_id, changes)
    commands.set_current_run(connection, run.project_id, run.side, run.id)


def _read_upload(
    project: Project, side: Side, uploaded: Sequence[UploadedFile]
) -> tuple[str | None, str, list[SourceFile], list[SkippedPath]]:
    """The stack that the files fit, the run's text, the files in it, and what was left out. Slow where it is much."""
    contents = unpack_upload(uploaded)
    suggested = detect_stack(contents.files, side)
    stack = stacks.find_stack(suggested or project.stack_id_of(side), side)
    text, files, ambiguous = to_run_text(contents.files, stack)
    if not files:
        raise InvalidInput.for_field(
            "file", f"There is no file in this that can be taken. {ambiguous[0].path}: {ambiguous[0].reason}"
        )
    return suggested, text, files, limit_skipped([*ambiguous, *contents.skipped])


def _describe_upload(uploaded: Sequence[UploadedFile]) -> str:
    name = uploaded[0].name.replace("\\", "/").rpartition("/")[2]
    display_name = "".join(char for char in name if char.isprintable())[:MAX_SHOWN_NAME_LENGTH] or "a file"
    return f"{display_name} and {len(uploaded) - 1} more" if len(uploaded) > 1 else display_name


def _busy_message(side: Side) -> str:
    return f"The {side} is being written: stop that first, then upload."
