"""Start from an existing code base: what a person brings along becomes a version, and the model goes on from it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from core.catalog import stacks
from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.errors import Conflict, Invalid
from core.files.source_file import SourceFile
from core.generation.insert_run import enter
from core.generation.runs import Runs
from core.runs.log import RunLog
from core.runs.log_registry import Logs
from core.runs.state import RunInfo, RunKind, RunStatus, new_run_id
from core.text import count
from core.uploads.collector import Skipped, named
from core.uploads.stack_detection import recognised
from core.uploads.unpack import Sent, unpacked, written
from data import commands, models
from data.database import Database

NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Brought:
    """The version that an upload became; ``suggested_stack`` is the one that its files fit, None where none does."""

    run: RunInfo
    files: int
    skipped: tuple[Skipped, ...]
    suggested_stack: str | None


class Uploads:
    """Makes versions of what people bring along."""

    def __init__(
        self,
        database: Database,
        *,
        logs: Logs,
        runs: Runs,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._logs = logs
        self._runs = runs
        self._clock = clock

    async def ready(self, user_id: int, project_id: int, side: Side) -> models.Project:
        """The project, if this side can take an upload now. Raises NotFound, Conflict."""
        project = await self._runs.project(user_id, project_id)
        if live := self._runs.live(project_id, side):
            raise Conflict(_busy(side), run_id=live.id)
        return project

    async def add(self, user_id: int, project_id: int, side: Side, sent: Sequence[Sent]) -> Brought:
        """Make what was sent the side's current version. Raises NotFound, Conflict, Invalid, TooLarge.

        The side's stack becomes the one that the files fit, where they fit just one.
        """
        project = await self.ready(user_id, project_id, side)
        stack, text, files, skipped = await asyncio.to_thread(_read, project, side, sent)
        now = self._clock()
        run = RunInfo(
            id=new_run_id(),
            project_id=project.id,
            user_id=user_id,
            side=side,
            stack=stack or getattr(project, f"{side}_stack"),
            engine=EngineName.NONE,
            model="",
            kind=RunKind.UPLOAD,
            status=RunStatus.COMPLETE,
            created_at=now,
            prompt=project.prompt,
            instructions=f"uploaded {_called(sent)}: {count(len(files), 'file')}",
            characters=len(text),
            finish_reason="uploaded",
            started_at=now,
            finished_at=now,
        )
        await self._store(run, text)
        log = RunLog(run, text, closed=True)
        self._logs.add(log)
        self._runs.ended(log)
        return Brought(run, len(files), tuple(skipped), stack)

    async def _store(self, run: RunInfo, text: str) -> None:
        await enter(
            self._database,
            run,
            partial(commands.add_upload, run=run, text=text),
            project=self._runs.project,
            busy=_busy(run.side),
            otherwise=_busy(run.side),
        )


def _read(
    project: models.Project, side: Side, sent: Sequence[Sent]
) -> tuple[str | None, str, list[SourceFile], list[Skipped]]:
    """The stack that the files fit, the run's text, the files in it, and what was left out. Slow where it is much."""
    upload = unpacked(sent)
    suggested = recognised(upload.files, side)
    stack = stacks.stack(suggested or getattr(project, f"{side}_stack"), side)
    text, files, lost = written(upload.files, stack)
    if not files:
        raise Invalid.of("file", f"There is no file in this that can be taken. {lost[0].path}: {lost[0].reason}")
    return suggested, text, files, named([*lost, *upload.skipped])


def _called(sent: Sequence[Sent]) -> str:
    name = sent[0].name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign for sign in name if sign.isprintable())[:NAME_LENGTH] or "a file"
    return f"{shown} and {len(sent) - 1} more" if len(sent) > 1 else shown


def _busy(side: Side) -> str:
    return f"The {side} is being written: stop that first, then upload."
