"""Start from an existing code base: an upload becomes a version, and the model goes on from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.errors import Conflict
from core.generation.runs import Runs
from core.generation.stored_version import StoredVersion, add_version
from core.projects.access import ProjectAccess
from core.projects.project import Project
from core.runs.log_registry import LogRegistry
from core.runs.state import RunInfo, RunKind, RunStatus, new_run_id
from core.text import pluralize
from core.uploads.collector import SkippedPath
from core.uploads.unpack import UploadedFile
from core.uploads.unpacked_version import unpack_version
from core.workers.pools import REQUEST_WORKERS
from data.database import Database

MAX_SHOWN_FILE_NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class UploadResult:
    """The version that an upload became. ``suggested_stack`` is the one stack that its files fit, if there is one."""

    run: RunInfo
    file_count: int
    skipped: tuple[SkippedPath, ...]
    suggested_stack: str | None


class Uploads:
    """Makes versions of what people upload."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        log_registry: LogRegistry,
        runs: Runs,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._log_registry = log_registry
        self._runs = runs
        self._clock = clock

    async def require_idle(self, user_id: int, project_id: int, side: Side) -> Project:
        """The project, if this side can take an upload now. Raises NotFound, or Conflict where it has a live run."""
        project = await self._access.get(user_id, project_id)
        if live_run := self._runs.live_run(project_id, side):
            raise Conflict(_busy_message(side), run_id=live_run.id)
        return project

    async def add(self, user_id: int, project_id: int, side: Side, uploaded: Sequence[UploadedFile]) -> UploadResult:
        """Make an upload the side's current version, and the stack that it fits the side's stack.

        Raises NotFound, Conflict, InvalidInput, TooLarge.
        """
        project = await self.require_idle(user_id, project_id, side)
        # In a worker: a zip may be made so that it takes long to read.
        upload = await REQUEST_WORKERS.run(unpack_version, uploaded, side, caller=user_id)
        now = self._clock()
        run = RunInfo(
            id=new_run_id(),
            project_id=project.id,
            user_id=user_id,
            side=side,
            stack=upload.suggested_stack or project.stack_id_of(side),
            engine=EngineName.NONE,
            model="",
            kind=RunKind.UPLOAD,
            status=RunStatus.COMPLETE,
            created_at=now,
            prompt=project.prompt,
            instructions=f"uploaded {_describe_upload(uploaded)}: {pluralize(len(upload.files), 'file')}",
            characters=len(upload.text),
            finish_reason="uploaded",
            started_at=now,
            finished_at=now,
        )
        stored = StoredVersion(run, upload.text, upload.files, upload.left_out, {f"{side}_stack": run.stack})
        await add_version(
            self._database,
            stored,
            get_project=self._access.get,
            log_registry=self._log_registry,
            runs=self._runs,
            busy_message=_busy_message(side),
        )
        return UploadResult(run, len(upload.files), upload.skipped, upload.suggested_stack)


def _describe_upload(uploaded: Sequence[UploadedFile]) -> str:
    # Some clients send a whole path for a name.
    name = uploaded[0].name.replace("\\", "/").rpartition("/")[2]
    display_name = "".join(char for char in name if char.isprintable())[:MAX_SHOWN_FILE_NAME_LENGTH] or "a file"
    return f"{display_name} and {len(uploaded) - 1} more" if len(uploaded) > 1 else display_name


def _busy_message(side: Side) -> str:
    return f"The {side} is being written: stop that first, then upload."
