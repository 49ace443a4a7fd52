"""A project as core and its callers see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.catalog.stacks import Side
from data.rows import ProjectRow


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it is now; ``*_code`` is the text of the side's current version, None where it was not asked for.

    ``auto_fix`` says whether the problems of a new version are given to the model once, by themselves.
    """

    id: int
    user_id: int
    name: str
    prompt: str
    backend_stack: str
    frontend_stack: str
    auto_fix: bool
    backend_run_id: str | None
    frontend_run_id: str | None
    backend_code: str | None
    frontend_code: str | None
    created_at: datetime
    updated_at: datetime
    archived: bool = False

    def stack_id_of(self, side: Side) -> str:
        """The id of the side's stack."""
        return self.backend_stack if side is Side.BACKEND else self.frontend_stack

    def run_id_of(self, side: Side) -> str | None:
        """The id of the side's current version."""
        return self.backend_run_id if side is Side.BACKEND else self.frontend_run_id


def project_from_row(row: ProjectRow, texts: Mapping[str, str] | None = None) -> Project:
    """The project that a row holds; ``texts`` are those of its current versions by run."""
    texts = texts or {}
    return Project(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        prompt=row.prompt,
        backend_stack=row.backend_stack,
        frontend_stack=row.frontend_stack,
        auto_fix=row.auto_fix,
        backend_run_id=row.backend_run_id,
        frontend_run_id=row.frontend_run_id,
        backend_code=texts.get(row.backend_run_id or ""),
        frontend_code=texts.get(row.frontend_run_id or ""),
        created_at=row.created_at,
        updated_at=row.updated_at,
        archived=row.archived,
    )
