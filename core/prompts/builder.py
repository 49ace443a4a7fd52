"""What a run is told: the words of ``prompts``, with as many files beside them as the model's window has room for."""

from collections.abc import Callable, Sequence

from core.catalog import stacks
from core.catalog.stacks import Stack
from core.engines.token_estimate import estimated, estimated_tokens
from core.files.source_file import SourceFile
from core.prompts import api_summary, messages
from core.prompts.messages import Brief, Messages
from core.review.checking.checks import Kind
from core.review.reviews import ReviewedFile, Reviews
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunKind
from core.runs.version_files import Sources

ANSWER_TOKENS = 6144
"""Kept free for the answer, or half of a window that is smaller than twice that."""
INTERFACE_LENGTH = 4000
"""Characters of a back end's routes and types that a front end is told."""

REMEDIES = {
    Kind.SYNTAX: "",
    Kind.CUT: " Write the file to its end.",
    Kind.OMISSION: " Write what was left out.",
    Kind.NAME: " Add that line at the top, or define the name.",
    Kind.IMPORT: " Write that file too, or do without it.",
    Kind.DEPENDENCY: " Correct that there, or do without it.",
    Kind.ELEMENT: " Give an element of the page that id, or do without it.",
}
"""What to do about a problem, for a model that draws no conclusions."""


class Briefs:
    """Tells the model of a run what it is to do; the same run is told the same again when it is continued."""

    def __init__(self, sources: Sources, reviews: Reviews) -> None:
        self._sources = sources
        self._reviews = reviews

    async def of(self, log: Log, window: int | None) -> Brief:
        """The brief of a new run; ``window`` is the room for prompt and answer in tokens, None where nobody tells."""
        text, asked = log.text, log
        while asked.state.kind is RunKind.CONTINUE and (parent := await self._sources.parent(asked.state)):
            asked = parent
        brief = await self._asked(asked.state, _room(window))
        return Brief(messages.continue_from(brief.messages, text), brief.left_out)

    async def _asked(self, run: RunInfo, room: int | None) -> Brief:
        stack = stacks.stack(run.stack, run.side)
        parent = await self._sources.parent(run)
        match run.kind:
            case RunKind.REFINE if parent:
                return await self._refinement(run, stack, parent, room)
            case RunKind.FIX if parent:
                return await self._fix(run, stack, parent, room)
            case _:
                return Brief(messages.generate(stack, run.prompt, run.instructions, await self._interface(run)))

    async def _refinement(self, run: RunInfo, stack: Stack, parent: Log, room: int | None) -> Brief:
        files = [file.served for file in await self._reviews.of(parent)]
        wish, api = run.instructions or "", await self._interface(run)

        def asked(shown: Sequence[SourceFile], others: Sequence[str]) -> Messages:
            return messages.refine(stack, run.prompt, shown, wish, others=others, api=api)

        # What the person speaks of comes first.
        return _fitted(sorted(files, key=lambda file: file.path.rpartition("/")[2] not in wish), files, room, asked)

    async def _fix(self, run: RunInfo, stack: Stack, parent: Log, room: int | None) -> Brief:
        reviewed = await self._reviews.of(parent)
        problems = {file.source.path: _told(file) for file in reviewed if file.problems}
        files = [file.served for file in reviewed]

        def asked(shown: Sequence[SourceFile], others: Sequence[str]) -> Messages:
            return messages.fix(stack, run.prompt, shown, problems, others)

        return _fitted(sorted(files, key=lambda file: file.path not in problems), files, room, asked)

    async def _interface(self, run: RunInfo) -> str:
        """The back end's routes and types for a front end that is to call them."""
        context = await self._sources.context(run)
        if context is None:
            return ""
        address = stacks.stack(context.state.stack, context.state.side).address
        return api_summary.described(await self._sources.of(context), address, INTERFACE_LENGTH)


def _told(file: ReviewedFile) -> list[str]:
    """Each problem with the line it is in: small models do not count lines."""
    lines = ["", *file.served.text.split("\n")]
    places = ((problem, lines[min(problem.line, len(lines) - 1)].strip()) for problem in file.problems)
    return [f"line {p.line}{f' (`{line[:100]}`)' if line else ''}: {p.message}{REMEDIES[p.kind]}" for p, line in places]


def _fitted(
    ranked: Sequence[SourceFile],
    files: Sequence[SourceFile],
    room: int | None,
    asked: Callable[[Sequence[SourceFile], Sequence[str]], Messages],
) -> Brief:
    """As many of the files as there is room for, the first ranked first, each in its place among the others."""
    left = None if room is None else room - estimated_tokens(asked([], [file.path for file in files]))
    chosen: set[str] = set()
    for file in ranked:
        size = estimated(messages.fenced(file.path, file.language, file.text))
        if left is None or size <= left:
            chosen.add(file.path)
            left = None if left is None else left - size
    shown = [file for file in files if file.path in chosen]
    others = tuple(file.path for file in files if file.path not in chosen)
    return Brief(asked(shown, others), others)


def _room(window: int | None) -> int | None:
    return None if window is None else window - min(ANSWER_TOKENS, window // 2)
