"""A version whose files a person made: they are stored as they are, and the run's text is only for reading them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.files.source_file import SourceFile
from core.generation.insert_run import insert_run
from core.generation.runs import Runs
from core.runs.log_registry import LogRegistry
from core.runs.state import RunInfo
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """An ended run with its files; ``left_out`` are the paths of an upload that were not taken.

    ``project_changes`` are the columns of its project that change with it.
    """

    run: RunInfo
    text: str
    files: tuple[SourceFile, ...]
    left_out: tuple[str, ...] = ()
    project_changes: Mapping[str, object] | None = None


async def add_version(
    database: Database,
    version: StoredVersion,
    *,
    get_project: Callable[[int, int], Awaitable[Any]],
    log_registry: LogRegistry,
    runs: Runs,
    busy_message: str,
) -> None:
    """Store it as its side's current version, and announce it. Raises NotFound, Conflict, as ``insert_run``."""
    await insert_run(
        database,
        version.run,
        partial(_insert, version=version),
        get_project=get_project,
        busy_message=busy_message,
        conflict_message=busy_message,
    )
    # Only now that it is stored: nobody may find a version that a crash could take back.
    log = log_registry.make_log(version.run, version.text, closed=True)
    log_registry.add(log)
    runs.announce_end(log)


def _insert(connection: Connection, values: Mapping[str, object], *, version: StoredVersion) -> None:
    """Raises RowRejected where the side has a live run, or the project was deleted."""
    run = version.run
    # Asked once more: a run may have started since the caller looked.
    if queries.find_live_run(connection, run.project_id, run.side):
        raise RowRejected
    commands.add_run(connection, {**values, "text": version.text})
    commands.add_original_files(connection, run.id, [_original_columns(file) for file in version.files])
    if version.left_out:
        commands.add_left_out_paths(connection, run.id, version.left_out)
    changes = {**(version.project_changes or {}), "updated_at": run.created_at}
    commands.update_project(connection, run.project_id, changes)
    commands.set_current_run(connection, run.project_id, run.side, run.id)


def _original_columns(file: SourceFile) -> dict[str, object]:
    encoded = file.encoded
    return {"path": file.path, "content": encoded.content, "encoding": encoded.encoding}
