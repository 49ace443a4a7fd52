"""What formatters and checkers make of a version's files: found once, when its run has ended, and stored beside it.

The text of the run is never touched. A version that was to fix another is current only if it has no more problems.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakKeyDictionary

from core.files.source_file import SourceFile
from core.review.checking.checks import Kind, Problem, check, check_each
from core.review.formatting.format_files import format_files
from core.runs.log_registry import Log
from core.runs.state import RunStatus
from core.runs.version_files import Sources
from data import commands, models, queries
from data.database import Database
from data.errors import DatabaseUnavailable, RowRejected

_log = logging.getLogger(__name__)

AT_ONCE = 2
"""Reviews, each of which starts several programs: fifty runs may end in the same moment."""
LONGEST_REVIEW = 20.0
"""Seconds; the readers of a run wait for it."""


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


Checked = tuple[tuple[SourceFile, ...], dict[str, tuple[Problem, ...]]]
"""The finished files of a live run that were checked last, and what was found."""
Look = Callable[[Sequence[SourceFile]], Awaitable[list[ReviewedFile]]]
"""How files are reviewed; ``review`` is how the product does it."""


class Reviews:
    """Reviews of everyone's versions, each made once however many ask for it."""

    def __init__(self, database: Database, sources: Sources, look: Look) -> None:
        self._database = database
        self._sources = sources
        self._look = look
        self._places = asyncio.Semaphore(AT_ONCE)
        self._checked: WeakKeyDictionary[Log, Checked] = WeakKeyDictionary()
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
        whole = tuple(file for file in sources if file.whole)
        if self._checked.get(log, ((), {}))[0] != whole:
            async with self._places:
                self._checked[log] = whole, await check_each(whole)
        _, problems = self._checked[log]
        return [ReviewedFile(file, None, None, *[problems.get(file.path, ())] * 2) for file in sources]

    async def _review(self, log: Log) -> list[ReviewedFile]:
        sources = await self._sources.of(log)
        if log.state.problems is not None:
            rows = await self._database.read(lambda session: queries.files_of(session, log.state.id))
            return [_of_row(file, rows.get(file.path)) for file in sources]
        try:
            async with self._places, asyncio.timeout(LONGEST_REVIEW):
                reviewed = await self._look(sources)
        except Exception:  # noqa: BLE001 - a run ends for its readers whatever becomes of its review
            # Nothing is stored of it, since nothing is known: a fix must not pass for one without problems.
            _log.exception("the files of run %s are served as they are", log.state.id)
            return [ReviewedFile(file) for file in sources]
        await self._settle(log, reviewed)
        return reviewed

    async def _settle(self, log: Log, reviewed: Sequence[ReviewedFile]) -> None:
        """Store what was found, and decide whether a fix is an improvement."""
        problems = sum(len(file.problems) for file in reviewed)
        instead_of = objection = None
        if log.state.fixes and log.state.status is RunStatus.COMPLETE:
            fixed = await self._sources.parent(log.state)
            objection = await self._objection(fixed, problems, reviewed)
            instead_of = fixed.state.id if fixed and not objection else None
        warning = " ".join(filter(None, (log.state.warning, objection))) or None
        log.amend(replace(log.state, problems=problems, warning=warning))
        rows = [_row(log.state.id, file) for file in reviewed]
        values = {"problems": problems, "warning": warning}
        store = partial(commands.store_review, run=log.state, values=values, rows=rows, instead_of=instead_of)
        try:
            await self._database.write(store)
        except (DatabaseUnavailable, RowRejected) as error:  # it is found again by whoever opens the version next
            _log.warning("the review of run %s is not stored: %s", log.state.id, error)

    async def _objection(self, fixed: Log | None, problems: int, reviewed: Sequence[ReviewedFile]) -> str | None:
        """Why a fix is not better than what it was to fix; None where it is no worse."""
        before = await self.of(fixed) if fixed else []
        if [file.served for file in reviewed] == [file.served for file in before]:
            return "The model changed nothing: say in a sentence what to change, and refine."
        had = sum(len(file.problems) for file in before)
        if problems > had:
            return f"This has {problems} problems where the version before has {had}: that one stays."
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


def _problems(stored: Sequence[tuple[int, int, str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(line, column, message, Kind(kind)) for line, column, message, kind in stored)
