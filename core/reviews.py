"""What formatters and checkers make of a version's files: found once, when its run has ended, and stored beside it.

The text of the run is never touched. A version that was to fix another is current only if it has no more problems.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakKeyDictionary

from core.checking import Problem, check, check_alone
from core.files import SourceFile
from core.formatting import format_files
from core.logs import Log
from core.run import RunInfo, RunKind, RunStatus
from core.sources import Sources
from data import models, queries, writing
from data.database import Database
from data.errors import DatabaseUnavailable, RowRejected

_log = logging.getLogger(__name__)

AT_ONCE = 2
"""Reviews, each of which starts several programs: fifty runs may end in the same moment."""


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """A file in both its forms: ``source`` is what the model wrote, ``formatted`` what a formatter made of it.

    ``reason`` says why there is no formatted text, where that needs a word. ``problems`` are those of the form that
    is served, which is the formatted one where there is one.
    """

    source: SourceFile
    formatted: str | None = None
    reason: str | None = None
    problems: tuple[Problem, ...] = ()
    raw_problems: tuple[Problem, ...] = ()

    @property
    def served(self) -> SourceFile:
        """The file in its better form."""
        return self.source if self.formatted is None else replace(self.source, text=self.formatted)

    def as_written(self) -> "ReviewedFile":
        """The same without the formatter's work."""
        return replace(self, formatted=None, problems=self.raw_problems)


Look = Callable[[Sequence[SourceFile]], Awaitable[list[ReviewedFile]]]
"""How files are reviewed; ``review`` is how the product does it."""


class Reviews:
    """Reviews of everyone's versions, each made once however many ask for it."""

    def __init__(self, database: Database, sources: Sources, look: Look) -> None:
        self._database = database
        self._sources = sources
        self._look = look
        self._places = asyncio.Semaphore(AT_ONCE)
        self._made: WeakKeyDictionary[Log, asyncio.Task[list[ReviewedFile]]] = WeakKeyDictionary()

    async def of(self, log: Log) -> list[ReviewedFile]:
        """The files of a version with what was found; of a live run only the syntax of what has come so far."""
        if not log.closed:
            return await self._so_far(log)
        making = self._made.get(log)
        if making is None or (making.done() and (making.cancelled() or making.exception())):
            making = self._made[log] = asyncio.create_task(self._review(log), name=f"review {log.state.id}")
        return await asyncio.shield(making)

    async def close(self) -> None:
        """Stop the reviews under way: whoever opens their version next has them made."""
        for making in self._made.values():
            making.cancel()
        await asyncio.gather(*self._made.values(), return_exceptions=True)

    async def _so_far(self, log: Log) -> list[ReviewedFile]:
        sources = await self._sources.of(log)
        found = await asyncio.gather(*(check_alone(file) for file in sources if file.whole))
        problems = dict(zip((file.path for file in sources if file.whole), found, strict=True))
        return [ReviewedFile(file, None, None, *[problems.get(file.path, ())] * 2) for file in sources]

    async def _review(self, log: Log) -> list[ReviewedFile]:
        sources = await self._sources.of(log)
        if log.state.problems is not None:
            rows = await self._database.read(lambda session: queries.files_of(session, log.state.id))
            return [_of_row(file, rows.get(file.path)) for file in sources]
        async with self._places:
            reviewed = await self._look(sources)
        await self._settle(log, reviewed)
        return reviewed

    async def _settle(self, log: Log, reviewed: Sequence[ReviewedFile]) -> None:
        """Store what was found, and decide whether a fix is an improvement."""
        run = replace(log.state, problems=sum(len(file.problems) for file in reviewed))
        current = False
        if run.kind is RunKind.FIX and run.status is RunStatus.COMPLETE:
            objection = await self._objection(run, reviewed)
            current = objection is None
            run = replace(run, warning=" ".join(filter(None, (run.warning, objection))) or None)
        log.amend(run)
        values = {"problems": run.problems, "warning": run.warning}
        rows = [_row(run.id, file) for file in reviewed]
        store = partial(writing.store_review, run=run, values=values, rows=rows, current=current)
        try:
            await self._database.write(store)
        except (DatabaseUnavailable, RowRejected) as error:  # it is found again by whoever opens the version next
            _log.warning("the review of run %s is not stored: %s", run.id, error)

    async def _objection(self, run: RunInfo, reviewed: Sequence[ReviewedFile]) -> str | None:
        """Why a fix is not better than what it was to fix; None where it is no worse."""
        parent = await self._sources.parent(run)
        before = await self.of(parent) if parent else []
        if [file.served for file in reviewed] == [file.served for file in before]:
            return "The model changed nothing: say in a sentence what to change, and refine."
        had = sum(len(file.problems) for file in before)
        if (run.problems or 0) > had:
            return f"This has {run.problems} problems where the version before has {had}: that one stays."
        return None


async def review(sources: Sequence[SourceFile]) -> list[ReviewedFile]:
    """Check the files, format those that can be, and check what became of them."""
    raw = await check(sources)
    formatted = await format_files(sources, raw)
    served = [replace(file, text=formatted[file.path].text or file.text) for file in sources]
    problems = raw if served == list(sources) else await check(served)
    return [
        ReviewedFile(file, formatted[file.path].text, formatted[file.path].reason, problems[file.path], raw[file.path])
        for file in sources
    ]


def _row(run_id: str, file: ReviewedFile) -> dict[str, object]:
    return {
        "run_id": run_id,
        "path": file.source.path,
        "formatted": file.formatted,
        "reason": file.reason,
        "problems": [[p.line, p.column, p.message, p.kind] for p in file.problems],
        "raw_problems": [[p.line, p.column, p.message, p.kind] for p in file.raw_problems],
    }


def _of_row(file: SourceFile, row: models.RunFile | None) -> ReviewedFile:
    if row is None:
        return ReviewedFile(file)
    return ReviewedFile(file, row.formatted, row.reason, _problems(row.problems), _problems(row.raw_problems))


def _problems(stored: Sequence[Sequence[object]]) -> tuple[Problem, ...]:
    return tuple(Problem(*values) for values in stored)  # type: ignore[arg-type]
