"""A user at the core: accounts, projects and runs without HTTP."""

from dataclasses import dataclass

from core.accounts.identity import User
from core.catalog.stacks import Side
from core.generation.run_request import RunRequest
from core.projects.project import Project
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.studio import Studio
from data import queries
from data.rows import RunRow

Log = RunLog[RunInfo]


@dataclass(frozen=True)
class StudioUser:
    """A user with an account of an installation."""

    studio: Studio
    user: User

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    async def create_project(self, name: str = "Todo") -> Project:
        """A new project."""
        return await self.studio.projects.create(self.id, name, "A todo list.")

    async def start_run(self, project: Project, side: Side = Side.BACKEND, order: RunRequest | None = None) -> Log:
        """The log of a new run."""
        run = await self.studio.runs.start(self.id, project.id, side, order or RunRequest())
        return await self.log(run)

    async def log(self, run: RunInfo) -> Log:
        """The log of a run."""
        return await self.studio.runs.open_log(self.id, run.id)

    async def finished_run(self, project: Project, side: Side = Side.BACKEND, order: RunRequest | None = None) -> Log:
        """The log of a new run that has ended."""
        return await wait_for_end(await self.start_run(project, side, order))

    async def reloaded(self, project: Project) -> Project:
        """The project, read again."""
        return await self.studio.projects.get(self.id, project.id, with_code=True)


async def register_user(studio: Studio, name: str = "ada") -> StudioUser:
    """A new account."""
    return StudioUser(studio, (await studio.accounts.register(name, "correct horse")).user)


async def wait_for_end(log: Log) -> Log:
    """Wait for a run's end."""
    while not log.closed:
        await log.wait_for_change()
    return log


async def wait_for_length(log: Log, length: int) -> None:
    """Wait until there is so much text."""
    while log.length < length:
        await log.wait_for_change()


async def read_run_row(studio: Studio, run: RunInfo) -> RunRow:
    """The run as the database has it."""
    found = await studio.database.read(lambda c: queries.find_run(c, run.user_id, run.id, with_text=True))
    assert found
    return found
