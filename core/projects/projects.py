"""Create, list, open, change and delete projects. Limits are those that a person may meet, each with its sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from core.catalog.stacks import DEFAULT_STACK_IDS, Side, find_stack
from core.errors import InvalidInput, NotFound
from core.generation.runs import PROJECT_NOT_FOUND, Runs
from core.text import check_storable
from data import commands, models, queries
from data.database import Database

MAX_NAME_LENGTH = 120
MAX_PROMPT_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it is now; ``*_code`` is the text of the side's current version.

    ``auto_fix`` says whether the problems of a new version are given to the model once, by themselves.
    """

    id: int
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

    def stack_id_of(self, side: Side) -> str:
        """The id of the side's stack."""
        return self.backend_stack if side is Side.BACKEND else self.frontend_stack

    def run_id_of(self, side: Side) -> str | None:
        """The id of the side's current version."""
        return self.backend_run_id if side is Side.BACKEND else self.frontend_run_id


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project in a list, with how many runs it has."""

    project: Project
    run_count: int


@dataclass(frozen=True, slots=True)
class ProjectUpdate:
    """New values of a project; None leaves what is there."""

    name: str | None = None
    prompt: str | None = None
    backend_stack: str | None = None
    frontend_stack: str | None = None
    auto_fix: bool | None = None


class Projects:
    """The projects of everyone, each reached with its user's id only."""

    def __init__(
        self, database: Database, runs: Runs, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._runs = runs
        self._clock = clock

    async def create(self, user_id: int, name: str, prompt: str, stack_choices: ProjectUpdate | None = None) -> Project:
        """A new project; ``stack_choices`` may name its stacks. Raises Invalid."""
        values = _validated_values(ProjectUpdate(name, prompt, *_initial_stacks(stack_choices)))
        now = self._clock()
        row = {**values, "user_id": user_id, "created_at": now, "updated_at": now}
        project_id = await self._database.write(partial(commands.add_project, values=row))
        return _project_from_row(models.Project(id=project_id, **row), {})

    async def search(
        self, user_id: int, query: str = "", limit: int = 100, offset: int = 0, *, with_code: bool = True
    ) -> list[ListedProject]:
        """A user's projects, newest first; without their code where nobody reads it. Raises Invalid."""
        check_storable("q", query)
        rows, texts = await self._database.read_objects(
            lambda session: queries.list_projects(session, user_id, query.strip(), limit, offset, with_texts=with_code)
        )
        return [ListedProject(_project_from_row(row, texts), count) for row, count in rows]

    async def get(self, user_id: int, project_id: int, *, with_code: bool = True) -> Project:
        """One project, without its code where nobody reads it. Raises NotFound."""
        if not with_code:
            return _project_from_row(await self._runs.get_project(user_id, project_id), {})
        found = await self._database.read_objects(lambda s: queries.find_project_with_texts(s, user_id, project_id))
        if found is None:
            raise NotFound(PROJECT_NOT_FOUND)
        return _project_from_row(*found)

    async def update(self, user_id: int, project_id: int, changes: ProjectUpdate) -> Project:
        """Set what is given. Raises NotFound, Invalid."""
        await self._runs.get_project(user_id, project_id)
        values = {**_validated_values(changes), "updated_at": self._clock()}
        await self._database.write(partial(commands.update_project, project_id=project_id, values=values))
        return await self.get(user_id, project_id)

    async def delete(self, user_id: int, project_id: int) -> None:
        """Stop what is being written in it, then delete it with its runs. Raises NotFound."""
        await self._runs.get_project(user_id, project_id)
        await self._runs.stop_project(project_id)
        await self._database.write(partial(commands.delete_project, project_id=project_id))
        await self._runs.forget_project(project_id)


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
        values["name"] = check_project_name(changes.name)
    if changes.prompt is not None:
        values["prompt"] = check_prompt(changes.prompt)
    for side, chosen in ((Side.BACKEND, changes.backend_stack), (Side.FRONTEND, changes.frontend_stack)):
        if chosen is not None:
            values[f"{side}_stack"] = check_stack_id(chosen, side)
    return values


def check_project_name(name: str) -> str:
    """A project's name as it is kept. Raises Invalid."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        raise InvalidInput.for_field("name", f"A project needs a name of 1 to {MAX_NAME_LENGTH} characters.")
    return name


def check_prompt(prompt: str) -> str:
    """The requirements as they are kept: the person's words, unchanged. Raises Invalid."""
    if not prompt.strip():
        raise InvalidInput.for_field("prompt", "Write in a sentence or two what the app should do.")
    if len(prompt) > MAX_PROMPT_LENGTH:
        raise InvalidInput.for_field(
            "prompt", f"The requirements have {len(prompt):,} characters: shorten them to {MAX_PROMPT_LENGTH:,}."
        )
    check_storable("prompt", prompt)
    return prompt


def check_stack_id(stack_id: str, side: Side) -> str:
    """The id of a stack of this side. Raises Invalid for the field that holds it."""
    try:
        return find_stack(stack_id, side).id
    except InvalidInput as error:
        raise InvalidInput.for_field(f"{side}_stack", error.message) from None


def _project_from_row(row: models.Project, texts: dict[str, str]) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        prompt=row.prompt,
        backend_stack=row.backend_stack,
        frontend_stack=row.frontend_stack,
        auto_fix=bool(row.auto_fix),
        backend_run_id=row.backend_run_id,
        frontend_run_id=row.frontend_run_id,
        backend_code=texts.get(row.backend_run_id or ""),
        frontend_code=texts.get(row.frontend_run_id or ""),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
