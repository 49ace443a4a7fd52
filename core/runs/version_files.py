"""The files of a version: its own, and beneath them those of the version that it changes.

A model's files are found in its text; those of an upload or an edit are stored as they are.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from core.catalog import stacks
from core.catalog.stacks import Side
from core.files import answer
from core.files.answer import ParsedAnswer
from core.files.diffs.apply_edits import apply_edit
from core.files.diffs.changes import FileEdit
from core.files.languages import language_of
from core.files.markdown.events import UnassignedBlock
from core.files.source_file import SourceFile
from core.files.text_encoding import EncodedText
from core.runs.log_registry import Log, LogRegistry
from core.runs.state import RunInfo, RunKind
from data import queries
from data.database import Database
from data.rows import OriginalFileRow

OVERLAY_KINDS = frozenset({RunKind.REFINE, RunKind.FIX})
"""The kinds whose text holds only the files that differ from their parent's."""

MAX_NAMED_REFUSALS = 3
"""Of files whose changes were left out, how many a warning names."""


@dataclass(frozen=True, slots=True)
class VersionContent:
    """The files of a version, the blocks of its own text that belong to none, and why it left changes out."""

    files: list[SourceFile]
    unassigned: tuple[UnassignedBlock, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def refusal(self) -> str | None:
        """The first reasons in one line; None where every change was made."""
        return " ".join(self.refusals[:MAX_NAMED_REFUSALS]) or None


@dataclass(frozen=True, slots=True)
class _Layer:
    """One run of those whose files lie one above the other; ``stored`` is empty where its text holds them."""

    text: str
    stack: str
    side: Side
    stored: tuple[SourceFile, ...]

    @property
    def answer(self) -> ParsedAnswer:
        return ParsedAnswer(self.stored) if self.stored else _parse_answer(self.text, self.stack, self.side)


class VersionFiles:
    """Finds the files of runs."""

    def __init__(self, database: Database, log_registry: LogRegistry) -> None:
        self._database = database
        self._log_registry = log_registry
        self._stored: WeakKeyDictionary[Log, tuple[SourceFile, ...]] = WeakKeyDictionary()

    async def files_of(self, log: Log) -> list[SourceFile]:
        """The files of this version, also for a reader of a log whose project has been deleted meanwhile.

        Raises DatabaseUnavailable.
        """
        return (await self.content_of(log)).files

    async def content_of(self, log: Log) -> VersionContent:
        """All that is in this version. Raises DatabaseUnavailable."""
        layers = [
            _Layer(layer.text, layer.state.stack, layer.state.side, await self._stored_files(layer))
            for layer in await self._layer_logs(log)
        ]
        # In a thread: parsing a long text would hold up the event loop.
        return await asyncio.to_thread(_merge_layers, layers)

    async def find_parent(self, run: RunInfo) -> Log | None:
        """The version that this one goes on from or changes, None where there is none, or none any more."""
        return await self._log_registry.find(run.user_id, run.parent_id)

    async def find_context(self, run: RunInfo) -> Log | None:
        """The version of the other side that the model was shown, None where there is none, or none any more."""
        return await self._log_registry.find(run.user_id, run.context_id)

    async def _layer_logs(self, log: Log) -> Sequence[Log]:
        """The runs whose files lie one above the other in this one, the newest first.

        What a run changes lies beneath it; what a run goes on from is in its own text already.
        """
        layers = [log]
        # Through all parents, because a continuation in between may lie on an upload.
        while parent := await self.find_parent(log.state):
            if log.state.is_by_person:
                break  # all of its files are its own
            if log.state.kind in OVERLAY_KINDS:
                layers.append(parent)
            log = parent
        return layers

    async def _stored_files(self, log: Log) -> tuple[SourceFile, ...]:
        """The files that a person made, cached as long as their log; none for a model's run, or for an upload that was
        made before its files were stored."""
        if not log.state.is_by_person:
            return ()
        if log not in self._stored:
            rows = await self._database.read(lambda c: queries.load_original_files(c, log.state.id))
            self._stored[log] = await asyncio.to_thread(lambda: tuple(map(_from_row, rows)))
        return self._stored[log]


def _from_row(row: OriginalFileRow) -> SourceFile:
    original = EncodedText(row.content, row.encoding)
    return SourceFile(row.path, language_of(row.path), original.text, original=original)


@lru_cache(maxsize=32)
def _parse_answer(text: str, stack: str, side: Side) -> ParsedAnswer:
    """Cached for the latest texts: a page and every reader at a run's end ask for the same files."""
    return answer.parse_answer(text, stacks.find_stack(stack, side).default_path)


def _merge_layers(layers: Sequence[_Layer]) -> VersionContent:
    content = VersionContent([])
    for layer in reversed(layers):
        answer = layer.answer
        files, refusals = _apply_edits(_overlay(content.files, answer.files), answer.edits)
        content = VersionContent(files, answer.unassigned, refusals)
    return content


def _apply_edits(files: Sequence[SourceFile], edits: Sequence[FileEdit]) -> tuple[list[SourceFile], tuple[str, ...]]:
    """The files after the changes that fit, and a sentence for each file that some do not fit."""
    by_path = {file.path: file for file in files}
    refusals: list[str] = []
    for edit in edits:
        file = by_path.get(edit.path)
        result = apply_edit(file.text if file else None, edit)
        refusals += filter(None, [result.refusal])
        if result.text != (file.text if file else ""):
            by_path[edit.path] = SourceFile(edit.path, language_of(edit.path), result.text)
    return list(by_path.values()), tuple(refusals)


def _overlay(lower: Sequence[SourceFile], upper: Sequence[SourceFile]) -> list[SourceFile]:
    """The files of both; where a path is in both, the upper one, unless only the lower one is whole.

    An uploaded file that a model wrote out again without a change keeps its own bytes.
    """
    by_path = {file.path: file for file in lower}
    for file in upper:
        below = by_path.get(file.path)
        if below is None or _replaces(file, below):
            by_path[file.path] = file
    return list(by_path.values())


def _replaces(file: SourceFile, below: SourceFile) -> bool:
    # The upload keeps its encoding and its line ends.
    if below.original and file.text == below.text:
        return False
    return file.is_complete or not below.is_complete
