"""What a query finds: one frozen dataclass for each table that is read, its fields the table's columns in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class UserRow:
    """A row of ``users``."""

    id: int
    name: str
    name_key: str
    email: str | None
    password_hash: str
    role: str
    created_at: datetime
    disabled: bool
    sessions_from: datetime | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A row of ``sessions``."""

    id: str
    user_id: int
    client: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A row of ``api_keys``."""

    id: int
    user_id: int
    name: str
    hint: str
    hash: str
    can_write: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A row of ``audit_events``."""

    id: int
    at: datetime
    username: str
    action: str
    target: str
    address: str


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A row of ``shares``."""

    id: int
    project_id: int
    token: str
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A row of ``projects``."""

    id: int
    user_id: int
    name: str
    prompt: str
    backend_stack: str
    frontend_stack: str
    auto_fix: bool
    backend_run_id: str | None
    frontend_run_id: str | None
    created_at: datetime
    updated_at: datetime
    archived: bool

    @property
    def current_run_ids(self) -> list[str]:
        """The runs that are the current versions of its sides."""
        return [run_id for run_id in (self.backend_run_id, self.frontend_run_id) if run_id]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A row of ``runs``; ``text`` is None where the query did not ask for it."""

    id: str
    project_id: int
    user_id: int
    side: str
    stack: str
    engine: str
    model: str
    kind: str
    name: str | None
    prompt: str
    parent_id: str | None
    context_id: str | None
    instructions: str | None
    options: dict[str, Any]
    status: str
    finish_reason: str | None
    error_code: str | None
    error_message: str | None
    retryable: bool
    warning: str | None
    adjusted: str | None
    problems: int | None
    findings: int | None
    verdict: str | None
    characters: int
    tokens: int
    tokens_per_second: float | None
    start_seconds: dict[str, float] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class RunFileRow:
    """A row of ``run_files``; each problem is ``[line, column, message, kind]``, each adjustment ``[kind, what]``."""

    run_id: str
    path: str
    formatted: str | None
    reason: str | None
    problems: list[Any]
    raw_problems: list[Any]
    adjusted: str | None
    adjustments: list[Any] | None


@dataclass(frozen=True, slots=True)
class RunFindingsRow:
    """A row of ``run_findings``."""

    run_id: str
    source: str
    findings: list[dict[str, Any]]
    report: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class OriginalFileRow:
    """A row of ``original_files``."""

    run_id: str
    path: str
    position: int
    content: bytes
    encoding: str
