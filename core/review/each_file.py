"""A piece of work for each file of a version, in a worker process and within bounds."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from core.files.source_file import SourceFile
from core.workers.pools import REVIEW_WORKERS

C = TypeVar("C")
T = TypeVar("T")

MAX_FILE_CPU_SECONDS = 2.0
"""For one file and one piece of work; a file of 500 KB takes a tenth of it."""
MAX_VERSION_CPU_SECONDS = 10.0
"""For all files and one piece of work."""


async def for_each_file(
    work: Callable[[C, SourceFile], T], files: Sequence[SourceFile], context: C
) -> tuple[dict[str, T], frozenset[str]]:
    """The results by path, and the paths of the files whose work was stopped: they would be stopped again.

    ``work`` must be importable; it gets ``context``, such as the whole project, and a file.
    """
    results = await REVIEW_WORKERS.run_each(
        work, context, files, cpu_seconds_each=MAX_FILE_CPU_SECONDS, cpu_seconds=MAX_VERSION_CPU_SECONDS
    )
    by_path = {file.path: result for file, result in zip(files, results, strict=True) if result is not None}
    return by_path, frozenset(file.path for file in files if file.path not in by_path)
