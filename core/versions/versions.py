"""Every run is a version: its files, what differs from another, the runs that go on from it. None is overwritten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.blocking import computed
from core.catalog import stacks
from core.catalog.stacks import Side
from core.errors import Conflict, NotFound
from core.files import source_file
from core.files.source_file import SourceFile
from core.generation.runs import Order, Runs
from core.projects.projects import Projects, check_name
from core.review.reviews import ReviewedFile, Reviews
from core.runs.log_registry import NO_RUN, Log, Logs
from core.runs.state import RunInfo, RunKind, RunStatus
from core.runs.version_files import Sources
from core.text import check_storable
from data import commands
from data.database import Database
from data.errors import RowRejected

CUT = frozenset({RunStatus.TRUNCATED, RunStatus.STOPPED, RunStatus.INTERRUPTED, RunStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip, and the name to save it under."""

    name: str
    content: bytes


class Versions:
    """What can be done with runs once they have text. ``formatted`` chooses between both forms of their files."""

    def __init__(
        self, database: Database, *, logs: Logs, sources: Sources, reviews: Reviews, runs: Runs, projects: Projects
    ) -> None:
        self._database = database
        self._logs = logs
        self._sources = sources
        self._runs = runs
        self._projects = projects
        self._reviews = reviews

    async def files(self, user_id: int, run_id: str, *, formatted: bool = True) -> list[ReviewedFile]:
        """The files in a run; a refined version has its parent's files beneath its own. Raises NotFound."""
        return await self.files_of(await self._logs.open(user_id, run_id), formatted=formatted)

    async def files_of(self, log: Log, *, formatted: bool = True) -> list[ReviewedFile]:
        """The same for a reader that has the run's log, although its project may be deleted by now."""
        found = await self._reviews.of(log)
        return found if formatted else [file.as_written() for file in found]

    async def served(self, user_id: int, run_id: str, *, formatted: bool = True) -> list[SourceFile]:
        """The files in a run, without what was found out about them. Raises NotFound."""
        log = await self._logs.open(user_id, run_id)
        if not log.closed:
            return await self._sources.of(log)
        return [file.served for file in await self.files_of(log, formatted=formatted)]

    async def file(self, user_id: int, run_id: str, path: str, *, formatted: bool = True) -> SourceFile:
        """One file of a run. Raises NotFound."""
        for file in await self.served(user_id, run_id, formatted=formatted):
            if file.path == path:
                return file
        raise NotFound("There is no such file in this run.")

    async def diff(self, user_id: int, before: str, after: str, *, formatted: bool = True) -> str:
        """What changed from one version to another, as a unified diff. Raises NotFound."""
        old, new = await self.compare(user_id, before, after, formatted=formatted)
        return await computed(source_file.size_of([*old, *new]), lambda: source_file.diff(old, new))

    async def compare(
        self, user_id: int, before: str, after: str, *, formatted: bool = True
    ) -> tuple[list[SourceFile], list[SourceFile]]:
        """The files of two versions. Raises NotFound."""
        old, new = [await self.served(user_id, run_id, formatted=formatted) for run_id in (before, after)]
        return old, new

    async def download(self, user_id: int, run_id: str, *, formatted: bool = True) -> Archive:
        """A run's files as a zip. Raises NotFound."""
        run = (await self._logs.open(user_id, run_id)).state
        project = await self._projects.get(user_id, run.project_id)
        found = await self.served(user_id, run_id, formatted=formatted)
        return await _packed(f"{project.name}-{run.side}.zip", found)

    async def download_project(self, user_id: int, project_id: int, *, formatted: bool = True) -> Archive:
        """Both sides' current versions in one zip, each in its folder, with how to start them. Raises NotFound."""
        project = await self._projects.get(user_id, project_id)
        found: list[SourceFile] = []
        starts: list[str] = []
        for side in Side:
            if run_id := project.run_of(side):
                run = (await self._logs.open(user_id, run_id)).state
                files = await self.served(user_id, run_id, formatted=formatted)
                found += _below(side, files)
                starts.append(_how_to_start(run, files))
        readme = f"# {project.name}\n\n{project.prompt.strip()}\n\n" + "\n".join(starts)
        found.insert(0, SourceFile("README.md", "markdown", readme))
        return await _packed(f"{project.name}.zip", found)

    async def go_on(self, user_id: int, run_id: str, chosen: Order | None = None) -> RunInfo:
        """A new run that goes on where this one was cut, beginning with its text. Raises NotFound, Conflict.

        ``chosen`` has another model or sampling; without it, those of this run are kept.
        """
        log = await self._logs.open(user_id, run_id)
        if log.state.status not in CUT:
            raise Conflict("Only a run that was cut can be continued: this one is still live or has finished.")
        if log.state.fixes:  # what it is to become depends on what it corrects, which its rest would not know
            raise Conflict("A fix that was cut is not continued: fix the version before once more.")
        order = Order(instructions=log.state.instructions, kind=RunKind.CONTINUE, prefix=log.text)
        return await self._start(log, order, chosen)

    async def refine(self, user_id: int, run_id: str, instructions: str, chosen: Order | None = None) -> RunInfo:
        """A new run that changes this version by the instruction; ``chosen`` as for ``go_on``.

        Raises NotFound, Conflict, Invalid.
        """
        check_storable("instructions", instructions)
        log = await self._ended(user_id, run_id, "refined")
        return await self._start(log, Order(instructions=instructions, kind=RunKind.REFINE), chosen)

    async def restore(self, user_id: int, run_id: str) -> RunInfo:
        """Make this version the side's current one. Raises NotFound, Conflict."""
        log = await self._ended(user_id, run_id, "restored")
        await self._write(partial(commands.make_current, run=log.state))
        return log.state

    async def rename(self, user_id: int, run_id: str, name: str) -> RunInfo:
        """Give a version a name; a blank one takes it away. Raises NotFound, Invalid."""
        log = await self._logs.open(user_id, run_id)
        named = check_name(name) if name.strip() else None
        await self._write(lambda connection: commands.change_run(connection, run_id, {"name": named}))
        log.amend(replace(log.state, name=named))
        return log.state

    async def delete(self, user_id: int, run_id: str) -> None:
        """Delete a version. Raises NotFound; Conflict for one that is live, current, or beneath another."""
        run = (await self._logs.open(user_id, run_id)).state
        if run.live:
            raise Conflict("This is still being written: stop it first.")
        project = await self._projects.get(user_id, run.project_id)
        if project.run_of(run.side) == run_id:
            raise Conflict("This is the current version: make another one current first.")
        # The rest is seen to where it is deleted: another tab may make it current, or build on it, in this moment.
        if not await self._database.write(partial(commands.delete_run, run_id=run_id)):
            raise Conflict("Another version builds on this one, or a front end was made for it: delete that first.")
        self._logs.forget(run_id)

    async def _write(self, work: Callable[..., None]) -> None:
        try:
            await self._database.write(work)
        except RowRejected:
            raise NotFound(NO_RUN) from None

    async def _ended(self, user_id: int, run_id: str, done: str) -> Log:
        log = await self._logs.open(user_id, run_id)
        if log.state.live or not log.length:
            raise Conflict(f"Only a version that has ended and has text can be {done}.")
        return log

    async def _start(self, parent: Log, order: Order, chosen: Order | None) -> RunInfo:
        """Start a run that goes on from ``parent``, with its model where that is still to be had."""
        run = parent.state
        model, sampling = (chosen.model, chosen.sampling) if chosen else (None, run.sampling)
        order = replace(order, parent=run, stack=run.stack, model=model, sampling=sampling)
        return await self._runs.start(run.user_id, run.project_id, run.side, order)


async def _packed(name: str, found: Sequence[SourceFile]) -> Archive:
    return Archive(name, await computed(source_file.size_of(found), lambda: source_file.zip_bytes(found)))


def _below(side: Side, found: Sequence[SourceFile]) -> list[SourceFile]:
    return [replace(file, path=f"{side}/{file.path}") for file in found]


def _how_to_start(run: RunInfo, files: Sequence[SourceFile]) -> str:
    stack = stacks.stack(run.stack, run.side)
    usual = run.kind is not RunKind.UPLOAD or any(file.path == stack.default_path for file in files)
    hint = "" if usual else "What was brought along may start in another way; usual for its stack is:\n\n"
    return f"## {run.side.capitalize()}: {stack.label}\n\n{hint}```sh\ncd {run.side}\n{stack.start}\n```\n"
