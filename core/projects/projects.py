"""Create, list, open, change and delete projects. Each limit has a sentence for the person who meets it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from core.catalog.stacks import DEFAULT_STACK_IDS, Side, find_stack
from core.errors import InvalidInput, NotFound
from core.projects.access import PROJECT_NOT_FOUND, ProjectAccess
from core.projects.changes import ProjectChanges
from core.projects.project import Project, project_from_row
from core.text import check_storable
from data import commands, queries
from data.database import Connection, Database
from data.rows import RunRow

MAX_NAME_LENGTH = 120
"""Characters of the name of a project or a version."""
MAX_PROMPT_LENGTH = 20_000


class ProjectOrder(StrEnum):
    """By which a list of projects is sorted."""

    CREATED = "created"
    CHANGED = "changed"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project in a list, with how many runs it has, the newest of them, and the digest of its picture, if any."""

    project: Project
    run_count: int
    picture_digest: str | None
    last_run: RunRow | None = None


@dataclass(frozen=True, slots=True)
class ProjectUpdate:
    """New values of a project; None leaves what is there."""

    name: str | None = None
    prompt: str | None = None
    backend_stack: str | None = None
    frontend_stack: str | None = None
    auto_fix: bool | None = None


DeleteListener = Callable[[int], Awaitable[None]]
"""Called with the id of the project."""


class Projects:
    """The projects of everyone, each reached with its user's id only.

    The listeners ``before_delete`` and ``after_delete`` are awaited around a deletion, so that live runs are stopped;
    ``deleted_listeners`` are then told which project it was.
    """

    def __init__(
        self,
        database: Database,
        access: ProjectAccess,
        changes: ProjectChanges,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._changes = changes
        self._clock = clock
        self.before_delete: list[DeleteListener] = []
        self.after_delete: list[DeleteListener] = []
        self.deleted_listeners: list[Callable[[Project], Awaitable[None]]] = []

    async def create(self, user_id: int, name: str, prompt: str, stack_choices: ProjectUpdate | None = None) -> Project:
        """A new project; ``stack_choices`` may name its stacks. Raises InvalidInput."""
        values = _validated_values(ProjectUpdate(name, prompt, *_initial_stacks(stack_choices)))
        now = self._clock()
        row = {**values, "user_id": user_id, "created_at": now, "updated_at": now}
        project_id = await self._database.write(partial(commands.add_project, values=row))
        self._changes.publish(user_id, project_id)
        return await self.get(user_id, project_id)

    async def search(
        self, user_id: int, text: str = "", limit: int = 100, offset: int = 0, *, with_code: bool = False
    ) -> list[ListedProject]:
        """A user's projects, newest first; with the code of their current versions on request. Raises InvalidInput."""
        check_storable("q", text)
        rows, texts = await self._database.read(
            lambda connection: queries.list_projects(
                connection, user_id, text.strip(), limit, offset, with_texts=with_code
            )
        )
        return [ListedProject(project_from_row(row, texts), run_count, digest) for row, run_count, digest in rows]

    async def count(self, user_id: int) -> int:
        """How many projects a user has."""
        return await self._database.read(partial(queries.count_projects, user_id=user_id))

    async def count_archived(self, user_id: int, text: str) -> int:
        """How many of those that a search finds are in the archive. Raises InvalidInput."""
        check_storable("q", text)
        return await self._database.read(partial(queries.count_archived_projects, user_id=user_id, search=text.strip()))

    async def list_with_runs(
        self, user_id: int, text: str, order: ProjectOrder, limit: int, *, archived: bool = False
    ) -> list[ListedProject]:
        """Those in the archive or out of it, without code, each with its newest run. Raises InvalidInput."""
        check_storable("q", text)
        return await self._database.read(
            partial(_list_with_runs, user_id=user_id, text=text.strip(), order=order, limit=limit, archived=archived)
        )

    async def get(self, user_id: int, project_id: int, *, with_code: bool = False) -> Project:
        """One project; with the code of its current versions on request. Raises NotFound."""
        if not with_code:
            return await self._access.get(user_id, project_id)
        found = await self._database.read(
            lambda connection: queries.find_project_with_texts(connection, user_id, project_id)
        )
        if found is None:
            raise NotFound(PROJECT_NOT_FOUND)
        return project_from_row(*found)

    async def update(self, user_id: int, project_id: int, changes: ProjectUpdate) -> Project:
        """Set what is given. Raises NotFound, InvalidInput."""
        # First, so that a stranger learns nothing from which values are refused.
        await self._access.get(user_id, project_id)
        values = {**_validated_values(changes), "updated_at": self._clock()}
        await self._database.write(partial(commands.update_project, project_id=project_id, values=values))
        self._changes.publish(user_id, project_id)
        return await self.get(user_id, project_id)

    async def set_archived(self, user_id: int, project_id: int, *, archived: bool) -> None:
        """Put a project out of sight, or back; all that is in it stays as it is. Raises NotFound."""
        await self._access.get(user_id, project_id)
        values = {"archived": archived}
        await self._database.write(partial(commands.update_project, project_id=project_id, values=values))
        self._changes.publish(user_id, project_id)

    async def delete(self, user_id: int, project_id: int) -> None:
        """Delete a project with its runs. Raises NotFound."""
        project = await self._access.get(user_id, project_id)
        for listener in self.before_delete:
            await listener(project_id)
        await self._database.write(partial(commands.delete_project, project_id=project_id))
        # Again: a run may have started between the stop and the deletion.
        for listener in self.after_delete:
            await listener(project_id)
        self._changes.publish(user_id, project_id)
        for tell in self.deleted_listeners:
            await tell(project)

    async def delete_all(self, user_id: int) -> None:
        """Delete every project of a user."""
        while listed := await self.search(user_id):  # a search returns a hundred at most
            for each in listed:
                with suppress(NotFound):  # deleted meanwhile, as from another page
                    await self.delete(user_id, each.project.id)


def _list_with_runs(
    connection: Connection, user_id: int, text: str, order: ProjectOrder, limit: int, *, archived: bool
) -> list[ListedProject]:
    rows, _ = queries.list_projects(
        connection, user_id, text, limit, 0, with_texts=False, order=order, archived=archived
    )
    runs = queries.latest_runs(connection, [row.id for row, _, _ in rows])
    return [ListedProject(project_from_row(row), count, digest, runs.get(row.id)) for row, count, digest in rows]


def _initial_stacks(changes: ProjectUpdate | None) -> tuple[str, str]:
    chosen = changes or ProjectUpdate()
    return (
        DEFAULT_STACK_IDS[Side.BACKEND] if chosen.backend_stack is None else chosen.backend_stack,
        DEFAULT_STACK_IDS[Side.FRONTEND] if chosen.frontend_stack is None else chosen.frontend_stack,
    )


def _validated_values(changes: ProjectUpdate) -> dict[str, str | bool]:
    values: dict[str, str | bool] = {}
    if changes.auto_fix is not None:
        values["auto_fix"] = changes.auto_fix
    if changes.name is not None:
        values["name"] = check_name(changes.name, "A project")
    if changes.prompt is not None:
        values["prompt"] = check_prompt(changes.prompt)
    for side, chosen in ((Side.BACKEND, changes.backend_stack), (Side.FRONTEND, changes.frontend_stack)):
        if chosen is not None:
            values[f"{side}_stack"] = check_stack_id(chosen, side)
    return values


def check_name(name: str, of: str) -> str:
    """The name with its white space folded; ``of`` says of what, as in "A project". Raises InvalidInput."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        raise InvalidInput.for_field("name", f"{of} needs a name of 1 to {MAX_NAME_LENGTH} characters.")
    return name


def check_prompt(prompt: str) -> str:
    """The requirements, unchanged. Raises InvalidInput."""
    if not prompt.strip():
        raise InvalidInput.for_field("prompt", "Write in a sentence or two what the app should do.")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise InvalidInput.for_field(
            "prompt", f"The requirements have {len(prompt):,} characters: shorten them to {MAX_PROMPT_LENGTH:,}."
        )
    check_storable("prompt", prompt)
    return prompt


def check_stack_id(stack_id: str, side: Side) -> str:
    """The id of a stack of this side. Raises InvalidInput for the field that holds it."""
    try:
        return find_stack(stack_id, side).id
    except InvalidInput as error:
        # The catalogue names the field ``stack``; a project has one for each side.
        raise InvalidInput.for_field(f"{side}_stack", error.message) from None
