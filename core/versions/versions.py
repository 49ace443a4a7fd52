"""Every run is a version: its files, its differences from another, the runs based on it. None is overwritten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.catalog import stacks
from core.catalog.stacks import Side
from core.errors import Conflict, NotFound
from core.files import source_file
from core.files.diffs.git_diff import git_diff
from core.files.markdown.events import UnassignedBlock
from core.files.source_file import SourceFile
from core.generation.run_request import RunRequest
from core.generation.runs import Runs
from core.projects.access import ProjectAccess
from core.projects.changes import ProjectChanges
from core.projects.projects import check_name
from core.review.reviewed_file import ReviewedFile
from core.review.reviews import Reviews
from core.runs.log_registry import RUN_NOT_FOUND, Log, LogRegistry
from core.runs.state import RunInfo, RunKind, RunStatus
from core.runs.version_files import VersionFiles
from core.text import check_storable
from core.versions.deletion import delete_version
from core.versions.diff import FileDiff, diff_files
from core.workers.pools import REQUEST_WORKERS
from data import commands
from data.database import Database
from data.errors import RowRejected

CONTINUABLE_STATUSES = frozenset({RunStatus.TRUNCATED, RunStatus.STOPPED, RunStatus.INTERRUPTED, RunStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip, and the name to save it under."""

    name: str
    content: bytes


class Versions:
    """What can be done with runs that have text; ``formatted`` chooses files repaired and formatted, or as written."""

    def __init__(
        self,
        database: Database,
        *,
        log_registry: LogRegistry,
        version_files: VersionFiles,
        reviews: Reviews,
        runs: Runs,
        access: ProjectAccess,
        changes: ProjectChanges,
    ) -> None:
        self._database = database
        self._log_registry = log_registry
        self._version_files = version_files
        self._runs = runs
        self._access = access
        self._changes = changes
        self._reviews = reviews

    async def reviewed_files(self, user_id: int, run_id: str, *, formatted: bool = True) -> list[ReviewedFile]:
        """The files in a run; a refined version has its parent's files beneath its own. Raises NotFound."""
        return await self.reviewed_files_of(await self._log_registry.open(user_id, run_id), formatted=formatted)

    async def reviewed_files_of(self, log: Log, *, formatted: bool = True) -> list[ReviewedFile]:
        """The same for a reader that holds the run's log, which works even after its project was deleted."""
        reviewed = await self._reviews.reviewed_files(log)
        return reviewed if formatted else [file.as_written() for file in reviewed]

    async def unassigned_blocks(self, log: Log) -> tuple[UnassignedBlock, ...]:
        """The blocks of a run's text that belong to no file."""
        return (await self._version_files.content_of(log)).unassigned

    async def served_files(self, user_id: int, run_id: str, *, formatted: bool = True) -> list[SourceFile]:
        """The files in a run without their reviews. Raises NotFound."""
        log = await self._log_registry.open(user_id, run_id)
        # The files of a live run change all the time: a review would be of others.
        if not log.closed:
            return await self._version_files.files_of(log)
        return [file.served for file in await self.reviewed_files_of(log, formatted=formatted)]

    async def file(self, user_id: int, run_id: str, path: str, *, formatted: bool = True) -> SourceFile:
        """One file of a run. Raises NotFound."""
        for file in await self.served_files(user_id, run_id, formatted=formatted):
            if file.path == path:
                return file
        raise NotFound("There is no such file in this run.")

    async def diff(self, user_id: int, old_run_id: str, new_run_id: str, *, formatted: bool = True) -> str:
        """What changed from one version to another, as a unified diff. Raises NotFound."""
        old, new = await self._served_pair(user_id, old_run_id, new_run_id, formatted=formatted)
        return await REQUEST_WORKERS.run(git_diff, old, new, caller=user_id)

    async def compare(self, user_id: int, old_run_id: str, new_run_id: str) -> list[FileDiff]:
        """The files that differ between two versions, line by line. Raises NotFound, WorkStopped."""
        old, new = await self._served_pair(user_id, old_run_id, new_run_id, formatted=True)
        return await REQUEST_WORKERS.run(diff_files, old, new, caller=user_id)

    async def app_files(self, user_id: int, run_id: str) -> dict[str, str]:
        """The files of this run that are there as a whole, for a browser that runs them: path → text.
        Raises NotFound."""
        is_live = (await self._log_registry.open(user_id, run_id)).state.is_live
        served = await self.served_files(user_id, run_id)
        # A file that is still being written would show half a page, and an error of its script.
        return {file.path: file.text for file in served if file.is_complete or not is_live}

    async def _served_pair(
        self, user_id: int, old_run_id: str, new_run_id: str, *, formatted: bool
    ) -> tuple[list[SourceFile], list[SourceFile]]:
        old, new = [
            await self.served_files(user_id, run_id, formatted=formatted) for run_id in (old_run_id, new_run_id)
        ]
        return old, new

    async def download(self, user_id: int, run_id: str, *, formatted: bool = True) -> Archive:
        """A run's files as a zip. Raises NotFound."""
        run = (await self._log_registry.open(user_id, run_id)).state
        project = await self._access.get(user_id, run.project_id)
        served = await self.served_files(user_id, run_id, formatted=formatted)
        return await _zip_archive(user_id, f"{project.name}-{run.side}.zip", served)

    async def download_project(self, user_id: int, project_id: int, *, formatted: bool = True) -> Archive:
        """Both sides' current versions in one zip, each in its folder, with how to start them. Raises NotFound."""
        project = await self._access.get(user_id, project_id)
        archive_files: list[SourceFile] = []
        start_sections: list[str] = []
        for side in Side:
            if run_id := project.run_id_of(side):
                run = (await self._log_registry.open(user_id, run_id)).state
                side_files = await self.served_files(user_id, run_id, formatted=formatted)
                archive_files += _prefix_paths(side, side_files)
                start_sections.append(_start_section(run, side_files))
        readme = f"# {project.name}\n\n{project.prompt.strip()}\n\n" + "\n".join(start_sections)
        archive_files.insert(0, SourceFile("README.md", "markdown", readme))
        return await _zip_archive(user_id, f"{project.name}.zip", archive_files)

    async def continue_run(self, user_id: int, run_id: str, overrides: RunRequest | None = None) -> RunInfo:
        """A new run that goes on where this one was cut, beginning with its text. Raises NotFound, Conflict.

        ``overrides`` has another model or sampling; without it, those of this run are kept.
        """
        log = await self._log_registry.open(user_id, run_id)
        if log.state.status not in CONTINUABLE_STATUSES:
            raise Conflict("Only a run that was cut can be continued: this one is still live or has finished.")
        if log.state.is_fix:  # its review compares it with what it corrects, which a continuation has no link to
            raise Conflict("A fix that was cut is not continued: fix the version before once more.")
        request = RunRequest(instructions=log.state.instructions, kind=RunKind.CONTINUE, prefix=log.text)
        return await self._start(log, request, overrides)

    async def refine(
        self, user_id: int, run_id: str, instructions: str, overrides: RunRequest | None = None
    ) -> RunInfo:
        """A new run that changes this version by the instruction; ``overrides`` as for ``continue_run``.

        Raises NotFound, Conflict, InvalidInput.
        """
        check_storable("instructions", instructions)
        log = await self._open_ended(user_id, run_id, "refined")
        return await self._start(log, RunRequest(instructions=instructions, kind=RunKind.REFINE), overrides)

    async def restore(self, user_id: int, run_id: str) -> RunInfo:
        """Make this version the side's current one. Raises NotFound, Conflict."""
        log = await self._open_ended(user_id, run_id, "restored")
        run = log.state
        set_current = partial(commands.set_current_run, project_id=run.project_id, side=run.side, run_id=run.id)
        await self._write_or_not_found(set_current)
        self._publish_change(run)
        return run

    async def rename(self, user_id: int, run_id: str, name: str) -> RunInfo:
        """Give a version a name; a blank one takes it away. Raises NotFound, InvalidInput."""
        log = await self._log_registry.open(user_id, run_id)
        new_name = check_name(name, "A version") if name.strip() else None
        await self._write_or_not_found(lambda connection: commands.update_run(connection, run_id, {"name": new_name}))
        # Quietly: pages learn of it by the change that is published, as of every name.
        log.set_quietly(replace(log.state, name=new_name))
        self._publish_change(log.state)
        return log.state

    async def delete(self, user_id: int, run_id: str) -> None:
        """Delete a version; if it is current, the one before it becomes current.

        Raises NotFound; Conflict for one that is live, or that another builds on.
        """
        run = (await self._log_registry.open(user_id, run_id)).state
        if run.is_live:
            raise Conflict("This is still being written: stop it first.")
        if not await self._database.write(partial(delete_version, run=run)):
            raise Conflict("Another version builds on this one, or a front end was made for it: delete that first.")
        self._log_registry.remove(run_id)
        self._publish_change(run)

    def _publish_change(self, run: RunInfo) -> None:
        self._changes.publish(run.user_id, run.project_id)

    async def _write_or_not_found(self, work: Callable[..., None]) -> None:
        try:
            await self._database.write(work)
        except RowRejected:
            # The run or its project has been deleted since it was opened.
            raise NotFound(RUN_NOT_FOUND) from None

    async def _open_ended(self, user_id: int, run_id: str, action: str) -> Log:
        log = await self._log_registry.open(user_id, run_id)
        if log.state.is_live or not log.length:
            raise Conflict(f"Only a version that has ended and has text can be {action}.")
        return log

    async def _start(self, parent: Log, request: RunRequest, overrides: RunRequest | None) -> RunInfo:
        """Start a run based on ``parent``, with the same model where that is still available."""
        run = parent.state
        model, sampling = (overrides.model, overrides.sampling) if overrides else (None, run.sampling)
        request = replace(request, parent=run, stack=run.stack, model=model, sampling=sampling)
        return await self._runs.start(run.user_id, run.project_id, run.side, request)


async def _zip_archive(user_id: int, name: str, source_files: Sequence[SourceFile]) -> Archive:
    return Archive(name, await REQUEST_WORKERS.run(source_file.zip_bytes, source_files, caller=user_id))


def _prefix_paths(side: Side, source_files: Sequence[SourceFile]) -> list[SourceFile]:
    return [replace(file, path=f"{side}/{file.path}") for file in source_files]


def _start_section(run: RunInfo, source_files: Sequence[SourceFile]) -> str:
    stack = stacks.find_stack(run.stack, run.side)
    starts_as_usual = run.kind is not RunKind.UPLOAD or any(file.path == stack.default_path for file in source_files)
    hint = "" if starts_as_usual else "What was brought along may start in another way; usual for its stack is:\n\n"
    return f"## {run.side.capitalize()}: {stack.label}\n\n{hint}```sh\ncd {run.side}\n{stack.start}\n```\n"
