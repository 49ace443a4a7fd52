"""What a review goes by besides the files: those that an upload left out, the back end, and the stack."""

from functools import partial

from core.catalog.stacks import Side
from core.review.checking.project_files import ReviewContext
from core.runs.log_registry import Log
from core.runs.version_files import VersionFiles
from data import queries
from data.database import Database


async def load_review_context(database: Database, version_files: VersionFiles, log: Log) -> ReviewContext:
    """The context of a version. Raises DatabaseUnavailable."""
    backend = await version_files.find_context(log.state) if log.state.side is Side.FRONTEND else None
    # A back end that is still being written may get any route.
    files = await version_files.files_of(backend) if backend and backend.closed else []
    return ReviewContext(await _left_out_paths(database, version_files, log), tuple(files), log.state.stack)


async def _left_out_paths(database: Database, version_files: VersionFiles, log: Log) -> frozenset[str]:
    """What the uploads that a version goes back to left out: it is there, though nobody here has it."""
    paths: set[str] = set()
    version: Log | None = log
    while version:
        load = partial(queries.load_left_out_paths, run_id=version.state.id)
        paths.update(await database.read(load) if version.state.is_upload else ())
        version = await version_files.find_parent(version.state)
    return frozenset(paths)
