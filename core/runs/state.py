"""What a run is: its statuses and kinds, and the immutable snapshot of it that everyone reads."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.catalog.stacks import Side
from core.engines.protocol import EngineName, Progress, Sampling
from data.models import LIVE_STATUSES
from data.rows import RunRow

RUN_FAILED = "The run failed: generate again."
"""Said of a run that ended without success and names no error."""


class RunStatus(StrEnum):
    """Three live statuses, then exactly one final one."""

    QUEUED = "queued"
    LOADING = "loading"
    RUNNING = "running"
    COMPLETE = "complete"
    TRUNCATED = "truncated"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_live(self) -> bool:
        """Whether the run has not ended."""
        return self.value in LIVE_STATUSES

    @property
    def is_success(self) -> bool:
        """Whether a stream of it ends in ``complete`` rather than ``error``."""
        return self in {RunStatus.COMPLETE, RunStatus.TRUNCATED, RunStatus.STOPPED}


class RunKind(StrEnum):
    """What was asked for; an upload and an edit come from a person, not from a model."""

    GENERATE = "generate"
    CONTINUE = "continue"
    REFINE = "refine"
    FIX = "fix"
    UPLOAD = "upload"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed, or what currently delays it: a code for programs and a sentence for people."""

    code: str
    message: str
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run at one moment. ``characters`` and offsets count code points, ``position`` is the place in the queue from 1.

    ``tokens`` counts pieces while the run is live and is the engine's own count afterwards, where it gives one.
    ``prompt`` is what the project's requirements were when the first version of this one was started.
    ``context_id`` is the run of the other side whose files the model was shown. ``problems`` is None until the files
    of an ended run have been reviewed, ``findings`` until it was run, of which ``verdict`` tells; ``adjusted``
    says what was put right in the files. ``name`` is what a person calls it. ``progress`` says what a run without text
    waits for since ``progress_since``; ``first_text_at`` ends that, ``start_seconds`` has how long each phase lasted.
    """

    id: str
    project_id: int
    user_id: int
    side: Side
    stack: str
    engine: EngineName
    model: str
    kind: RunKind
    status: RunStatus
    created_at: datetime
    prompt: str = ""
    parent_id: str | None = None
    context_id: str | None = None
    name: str | None = None
    instructions: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    position: int | None = None
    progress: Progress | None = None
    progress_since: datetime | None = None
    start_seconds: Mapping[str, float] = field(default_factory=dict)
    characters: int = 0
    tokens: int = 0
    tokens_per_second: float | None = None
    finish_reason: str | None = None
    error: RunError | None = None
    warning: str | None = None
    adjusted: str | None = None
    problems: int | None = None
    findings: int | None = None
    verdict: str | None = None
    started_at: datetime | None = None
    first_text_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether the run has not ended."""
        return self.status.is_live

    @property
    def is_upload(self) -> bool:
        """Whether a person uploaded it."""
        return self.kind is RunKind.UPLOAD

    @property
    def is_by_person(self) -> bool:
        """Whether a person made its files, which are stored apart from its text."""
        return self.kind in (RunKind.UPLOAD, RunKind.EDIT)

    @property
    def is_fix(self) -> bool:
        """Whether it corrects another version, which it replaces only if it is no worse."""
        return self.kind is RunKind.FIX

    def with_progress(self, progress: Progress, now: datetime, status: RunStatus | None = None) -> "RunInfo":
        """The same run with what happens in it now, and maybe another status."""
        if self.progress is not None and self.progress.phase is progress.phase:
            return replace(self, progress=progress, status=status or self.status)
        ended = self._without_progress(now)
        return replace(ended, progress=progress, progress_since=now, status=status or self.status)

    def with_first_text(self, now: datetime) -> "RunInfo":
        """The same run when its first text comes."""
        return replace(self._without_progress(now), status=RunStatus.RUNNING, first_text_at=now)

    def _without_progress(self, now: datetime) -> "RunInfo":
        """The same run after its phase, whose length it keeps."""
        if self.progress is None or self.progress_since is None:
            return replace(self, progress=None)
        phase = self.progress.phase.value
        seconds = self.start_seconds.get(phase, 0) + (now - self.progress_since).total_seconds()
        return replace(self, progress=None, start_seconds={**self.start_seconds, phase: round(seconds, 1)})

    def with_counts(self, characters: int, tokens: int, now: datetime) -> "RunInfo":
        """The same run with new counters and the rate that follows from them."""
        # From the first text on: waiting for the model to load is no part of its speed.
        seconds = (now - self.first_text_at).total_seconds() if self.first_text_at else 0
        rate = round(tokens / seconds, 1) if seconds > 0 else None
        return replace(self, characters=characters, tokens=tokens, tokens_per_second=rate)

    def with_end(
        self, status: RunStatus, finish_reason: str, now: datetime, error: RunError | None = None
    ) -> "RunInfo":
        """The same run, ended."""
        return replace(
            self._without_progress(now),
            status=status,
            finish_reason=finish_reason,
            finished_at=now,
            error=error,
            position=None,
        )


def new_run_id() -> str:
    """A UUID version 7 (RFC 9562, section 5.7) in hex: sorts by time, and is plain ASCII without a colon."""
    # 48 bits of time, 4 of the version, 12 random ones, 2 of the variant, 62 random ones.
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (2**62 - 1)
    return f"{value:032x}"


def run_from_row(row: RunRow) -> RunInfo:
    """The run as a row of the database has it."""
    error = RunError(row.error_code, row.error_message or "", row.retryable) if row.error_code else None
    return RunInfo(
        id=row.id,
        project_id=row.project_id,
        user_id=row.user_id,
        side=Side(row.side),
        stack=row.stack,
        engine=EngineName(row.engine),
        model=row.model,
        kind=RunKind(row.kind),
        status=RunStatus(row.status),
        created_at=row.created_at,
        prompt=row.prompt,
        parent_id=row.parent_id,
        context_id=row.context_id,
        name=row.name,
        instructions=row.instructions,
        sampling=Sampling(**row.options),
        characters=row.characters,
        tokens=row.tokens,
        tokens_per_second=row.tokens_per_second,
        start_seconds=row.start_seconds or {},
        finish_reason=row.finish_reason,
        error=error,
        warning=row.warning,
        adjusted=row.adjusted,
        problems=row.problems,
        findings=row.findings,
        verdict=row.verdict,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def insert_values(run: RunInfo) -> dict[str, object]:
    """The columns of a new run."""
    sampling = run.sampling
    return {
        "id": run.id,
        "project_id": run.project_id,
        "user_id": run.user_id,
        "side": run.side.value,
        "stack": run.stack,
        "engine": run.engine.value,
        "model": run.model,
        "kind": run.kind.value,
        "prompt": run.prompt,
        "parent_id": run.parent_id,
        "context_id": run.context_id,
        "instructions": run.instructions,
        "options": {"temperature": sampling.temperature, "seed": sampling.seed, "max_tokens": sampling.max_tokens},
        "created_at": run.created_at,
        **update_values(run),
    }


def update_values(run: RunInfo) -> dict[str, object]:
    """The columns, without the text, that change while a run is live and when it ends."""
    return {
        "status": run.status.value,
        "finish_reason": run.finish_reason,
        "error_code": run.error.code if run.error else None,
        "error_message": run.error.message if run.error else None,
        "retryable": bool(run.error and run.error.retryable),
        "warning": run.warning,
        "characters": run.characters,
        "tokens": run.tokens,
        "tokens_per_second": run.tokens_per_second,
        "start_seconds": dict(run.start_seconds),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }
