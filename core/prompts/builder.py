"""What a run is told: the messages of ``messages``, with as many files as fit into the model's context window."""

import asyncio
from collections.abc import Callable, Sequence

from core.catalog import stacks
from core.catalog.stacks import Stack
from core.engines import model_size
from core.engines.token_estimate import RESERVED_ANSWER_TOKENS, estimate_prompt_tokens, estimate_tokens
from core.files.markdown.writer import format_file_block
from core.files.source_file import SourceFile
from core.prompts import api_summary, messages
from core.prompts.messages import Messages, RunPrompt
from core.review.checking.problem import ProblemKind
from core.review.reviewed_file import ReviewedFile
from core.review.reviews import Reviews
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunKind
from core.runs.version_files import VersionFiles
from core.trial.finding import Finding
from core.trial.trials import Trials
from core.workers.pools import REQUEST_WORKERS

MAX_API_SUMMARY_LENGTH = 4000
"""Characters of a back end's routes and types that a front end is told."""

FIX_HINTS = {
    ProblemKind.SYNTAX: "",
    ProblemKind.TRUNCATED: " Write the file to its end.",
    ProblemKind.OMISSION: " Write what was left out.",
    ProblemKind.NAME: " Add that line at the top, or define the name.",
    ProblemKind.IMPORT: " Write that file too, or do without it.",
    ProblemKind.DEPENDENCY: " Correct that there, or do without it.",
    ProblemKind.ELEMENT: " Give an element of the page that id, or do without it.",
}
"""What to do about a problem: small models do not conclude it from the message."""

WHOLE_APP = "the app, when it runs"
"""Named in place of a file where an error of the running app comes from none."""


class PromptBuilder:
    """Builds the prompt of a run; a continuation gets the prompt of the run that it continues."""

    def __init__(self, version_files: VersionFiles, reviews: Reviews, trials: Trials) -> None:
        self._version_files = version_files
        self._reviews = reviews
        self._trials = trials

    async def build(self, log: Log, window: int | None) -> RunPrompt:
        """The prompt of a new run; ``window`` is the context window in tokens, None where the engine does not tell."""
        text, original = log.text, log
        # A run may be the third part of an answer: the prompt is that of the first.
        while original.state.kind is RunKind.CONTINUE and (
            parent := await self._version_files.find_parent(original.state)
        ):
            original = parent
        prompt = await self._build_original(original.state, _token_budget(window))
        return RunPrompt(messages.continuation_messages(prompt.messages, text), prompt.omitted)

    async def _build_original(self, run: RunInfo, token_budget: int | None) -> RunPrompt:
        stack = stacks.find_stack(run.stack, run.side)
        parent = await self._version_files.find_parent(run)
        match run.kind:
            case RunKind.REFINE if parent:
                return await self._build_refinement(run, stack, parent, token_budget)
            case RunKind.FIX if parent:
                return await self._build_fix(run, stack, parent, token_budget)
            case _:
                api, is_small = await self._api_summary(run), model_size.is_small(run.model)
                return RunPrompt(
                    messages.generation_messages(stack, run.prompt, run.instructions, api, is_small_model=is_small)
                )

    async def _build_refinement(self, run: RunInfo, stack: Stack, parent: Log, token_budget: int | None) -> RunPrompt:
        files = await self._version_files.files_of(parent)
        instructions, api = run.instructions or "", await self._api_summary(run)

        def build_messages(shown: Sequence[SourceFile], others: Sequence[str]) -> Messages:
            return messages.refinement_messages(stack, run.prompt, shown, instructions, omitted=others, api=api)

        # Files that the instructions name come first.
        return _fit_files(
            sorted(files, key=lambda file: file.path.rpartition("/")[2] not in instructions),
            files,
            token_budget,
            build_messages,
        )

    async def _build_fix(self, run: RunInfo, stack: Stack, parent: Log, token_budget: int | None) -> RunPrompt:
        reviewed = await self._reviews.reviewed_files(parent)
        findings = await self._trials.findings_of(parent.state)
        # In a thread: each finding has its line looked for in the whole file.
        problems = await asyncio.to_thread(_join_flaws, reviewed, findings)
        files = [file.source for file in reviewed]

        def build_messages(shown: Sequence[SourceFile], others: Sequence[str]) -> Messages:
            return messages.fix_messages(
                stack, run.prompt, shown, problems, others, has_back_end=run.context_id is not None
            )

        # Files with problems come first: a model corrects only what it sees.
        return _fit_files(
            sorted(files, key=lambda file: file.path not in problems), files, token_budget, build_messages
        )

    async def _api_summary(self, run: RunInfo) -> str:
        """The back end's routes and types for a front end that is to call them."""
        context = await self._version_files.find_context(run)
        if context is None:
            return ""
        address = stacks.find_stack(context.state.stack, context.state.side).local_url
        files = await self._version_files.files_of(context)
        return await REQUEST_WORKERS.run(
            api_summary.summarize_api, files, address, MAX_API_SUMMARY_LENGTH, caller=run.user_id
        )


def _join_flaws(reviewed: Sequence[ReviewedFile], findings: Sequence[Finding]) -> dict[str, list[str]]:
    """What is wrong, as sentences by path: the problems of each file, and what was found when the app ran."""
    flaws = {file.source.path: _format_problems(file) for file in reviewed if file.raw_problems}
    by_path = {file.source.path: file for file in reviewed}
    for finding in findings:
        if finding.path in by_path and finding.line:
            file = by_path[finding.path]
            # What runs is the form that is served.
            place = _format_place(file.written_line(finding.line), _numbered_lines(file))
            flaws.setdefault(finding.path, []).append(f"{place}: when it runs: {finding.message}")
        else:
            flaws.setdefault(finding.path or WHOLE_APP, []).append(finding.message)
    return flaws


def _format_problems(file: ReviewedFile) -> list[str]:
    lines = _numbered_lines(file)
    return [f"{_format_place(p.line, lines)}: {p.message}{FIX_HINTS[p.kind]}" for p in file.raw_problems]


def _numbered_lines(file: ReviewedFile) -> list[str]:
    return ["", *file.source.text.split("\n")]


def _format_place(line: int, lines: Sequence[str]) -> str:
    """A line by its number and its text, because small models do not count lines."""
    text = lines[min(line, len(lines) - 1)].strip()
    return f"line {line}{f' (`{text[:100]}`)' if text else ''}"


def _fit_files(
    ranked: Sequence[SourceFile],
    files: Sequence[SourceFile],
    token_budget: int | None,
    build_messages: Callable[[Sequence[SourceFile], Sequence[str]], Messages],
) -> RunPrompt:
    """As many files as fit, taken in the order of ``ranked`` and shown in their usual order."""
    remaining = (
        None
        if token_budget is None
        else token_budget - estimate_prompt_tokens(build_messages([], [file.path for file in files]))
    )
    chosen_paths: set[str] = set()
    for file in ranked:
        # A file that does not fit leaves its room to shorter ones after it.
        size = estimate_tokens(format_file_block(file.path, file.language, file.text))
        if remaining is None or size <= remaining:
            chosen_paths.add(file.path)
            remaining = None if remaining is None else remaining - size
    shown = [file for file in files if file.path in chosen_paths]
    omitted = tuple(file.path for file in files if file.path not in chosen_paths)
    return RunPrompt(build_messages(shown, omitted), omitted)


def _token_budget(window: int | None) -> int | None:
    """What the prompt may take: the answer keeps its reserve, or half of a window too small for that."""
    return None if window is None else window - min(RESERVED_ANSWER_TOKENS, window // 2)
