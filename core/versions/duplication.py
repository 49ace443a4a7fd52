"""Copy a project: its requirements, its current versions, and the versions that these build on or were made for."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from core.projects.access import ProjectAccess
from core.projects.changes import ProjectChanges
from core.projects.project import Project
from core.projects.projects import MAX_NAME_LENGTH
from core.runs.state import new_run_id
from core.runs.version_files import OVERLAY_KINDS
from core.sharing.shares import OpenedShare
from data import commands, queries, run_copies
from data.database import Connection, Database
from data.rows import RunRow

COPY_SUFFIX = " (copy)"


class Duplication:
    """Nothing that happens to one of the two is seen in the other."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        changes: ProjectChanges,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._changes = changes
        self._clock = clock

    async def duplicate(self, user_id: int, project_id: int) -> Project:
        """A new project of the same user that begins with what this one is now. Raises NotFound."""
        return await self._copy(await self._access.get(user_id, project_id), user_id)

    async def duplicate_shared(self, user_id: int, opened: OpenedShare) -> Project:
        """The same for who has a link, who gets what the link shows: not what was asked for. Raises NotFound."""
        return await self._copy(await self._access.get(opened.owner_id, opened.share.project_id), user_id)

    async def _copy(self, project: Project, user_id: int) -> Project:
        copy = partial(_copy_project, project=project, user_id=user_id, now=self._clock())
        copy_id = await self._database.write(copy)
        self._changes.publish(user_id, copy_id)
        return await self._access.get(user_id, copy_id)


def _copy_project(connection: Connection, project: Project, user_id: int, now: datetime) -> int:
    is_own = project.user_id == user_id
    values = {
        "user_id": user_id,
        "name": project.name[: MAX_NAME_LENGTH - len(COPY_SUFFIX)].rstrip() + COPY_SUFFIX,
        "prompt": project.prompt if is_own else "",
        "backend_stack": project.backend_stack,
        "frontend_stack": project.frontend_stack,
        "auto_fix": project.auto_fix,
        "created_at": now,
        "updated_at": now,
    }
    copy_id = commands.add_project(connection, values)
    runs = _runs_to_copy(connection, project, is_own=is_own)
    new_ids = {run.id: new_run_id() for run in runs}
    for run in runs:
        replaced: dict[str, Any] = {
            "id": new_ids[run.id],
            "project_id": copy_id,
            "parent_id": new_ids.get(run.parent_id or ""),
            "context_id": new_ids.get(run.context_id or ""),
        }
        if not is_own:
            hidden = ("instructions", "name", "findings", "verdict")
            replaced |= {"user_id": user_id, "prompt": "", **dict.fromkeys(hidden)}
        run_copies.copy_run(connection, run.id, replaced, with_findings=is_own)
    current = {
        "backend_run_id": new_ids.get(project.backend_run_id or ""),
        "frontend_run_id": new_ids.get(project.frontend_run_id or ""),
    }
    commands.update_project(connection, copy_id, current)
    run_copies.copy_picture(connection, project.id, copy_id)
    return copy_id


def _runs_to_copy(connection: Connection, project: Project, *, is_own: bool) -> list[RunRow]:
    """The current versions and all that they build on, or were shown of the other side, the oldest first.

    For somebody else's copy, only what the files of the current ones are made of.
    """
    found: dict[str, RunRow] = {}
    wanted = [project.backend_run_id, project.frontend_run_id]
    while wanted:
        run_id = wanted.pop()
        if run_id and run_id not in found and (run := queries.find_run(connection, project.user_id, run_id)):
            found[run_id] = run
            if is_own or run.kind in OVERLAY_KINDS:
                wanted.append(run.parent_id)
            if is_own:
                wanted.append(run.context_id)
    return sorted(found.values(), key=lambda run: run.created_at)
