"""One run being written: the engine's pieces become the log's text, and the engine's end the run's end."""

import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from core.engines.protocol import (
    Engine,
    GenerationRequest,
    Progress,
    ProgressPhase,
    StreamEnd,
    TextDelta,
    ThinkingDelta,
)
from core.errors import EngineError
from core.generation.journal import Journal
from core.generation.repetition import RepetitionDetector
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus
from core.text import TextNormalizer
from core.workers.turns import Turn, turns

MAX_PARSED_LENGTH = 200
"""Characters of a long piece between two looks at the clock."""
PROGRESS_INTERVAL = 1.0
"""Seconds between two publications of progress within a phase."""
REPETITION_CHECK_LENGTH = 400
"""Characters of new text, some hundred tokens, after which repetition is looked for."""


class Generation:
    """Writes what the engine makes of ``request`` into ``log``, after what is there.

    ``on_status`` is called when the run loads and when it begins to write.
    """

    def __init__(
        self,
        log: RunLog[RunInfo],
        engine: Engine,
        request: GenerationRequest,
        journal: Journal,
        *,
        clock: Callable[[], datetime],
        on_status: Callable[[RunInfo], None],
    ) -> None:
        self._log = log
        self._engine = engine
        self._request = request
        self._journal = journal
        self._clock = clock
        self._on_status = on_status
        self._text_normalizer = TextNormalizer()
        self._thinking_normalizer = TextNormalizer()
        self._repetition_detector = RepetitionDetector()
        self._unchecked_parts: list[str] = []
        self._unchecked_length = 0
        self._tokens = 0
        self._progress_published_at = 0.0
        self._repetition_reason: str | None = None

    @property
    def snapshot(self) -> RunInfo:
        """The run with its counters as they are now, also those of text that waits to be committed."""
        return self._log.state.with_counts(self._log.length, self._tokens, self._clock())

    @property
    def has_file(self) -> bool:
        """Whether a file was seen in the text; without one, all of it has to be read to know."""
        return self._repetition_detector.has_file

    async def write(self) -> RunInfo:
        """Write to the engine's end and return the run as it is then. Raises EngineError; may be cancelled.

        Whichever way it ends, all text that came is in the journal.
        """
        # Published but not committed, since a commit now would delay that of the first text. Nothing depends on it:
        # after a crash, queued and loading are treated alike.
        self._log.update(replace(self._log.state, status=RunStatus.LOADING, position=None, started_at=self._clock()))
        self._on_status(self._log.state)
        try:
            # Closed however this ends: that is what tells the model to stop.
            async with aclosing(self._engine.generate(self._request)) as pieces:
                async for piece in pieces:
                    match piece:
                        case Progress():
                            self._set_progress(piece)
                        case TextDelta(text, tokens) if text:
                            await self._add_text(text, tokens)
                        case ThinkingDelta(text) if text:
                            self._add_thinking(text)
                        case TextDelta() | ThinkingDelta():
                            pass  # an empty delta
                        case StreamEnd():
                            return self._finish_run(piece)
                    if self._repetition_reason:
                        return self._end_run(RunStatus.TRUNCATED, "repetition", self._repetition_reason)
        finally:
            # Half of a surrogate pair may have been held back, and is text too.
            self._append(self._text_normalizer.close())
        raise EngineError("incomplete", "The model stopped without saying that it had finished: generate again.")

    def _set_progress(self, progress: Progress) -> None:
        """Publish a new phase, and within a phase, where progress comes often, what is new each second."""
        before, now = self._log.state.progress, time.monotonic()
        state = self._log.state.with_progress(progress, self._clock())
        is_new_phase = before is None or before.phase is not progress.phase
        if is_new_phase or now - self._progress_published_at >= PROGRESS_INTERVAL:
            self._progress_published_at = now
            self._log.update(state)
        else:
            self._log.set_quietly(state)

    async def _add_text(self, text: str, tokens: int) -> None:
        if self._tokens == 0:
            self._update_state(self._log.state.with_first_text(self._clock()))
        self._tokens += tokens
        if len(text) <= MAX_PARSED_LENGTH:
            self._append(self._text_normalizer.feed(text))
        else:
            await self._add_long_text(text)

    async def _add_long_text(self, text: str) -> None:
        turn = Turn()
        for start in range(0, len(text), MAX_PARSED_LENGTH):
            if turn.is_over:
                turn = await turns.take()
            self._append(self._text_normalizer.feed(text[start : start + MAX_PARSED_LENGTH]))

    def _add_thinking(self, text: str) -> None:
        """Pass on thinking, which is shown while it comes and is no part of the text."""
        if self._log.state.status is not RunStatus.RUNNING:
            thinks = Progress(ProgressPhase.THINKING)
            self._update_state(self._log.state.with_progress(thinks, self._clock(), status=RunStatus.RUNNING))
        if thinking := self._thinking_normalizer.feed(text):
            self._log.append_thinking(thinking)

    def _append(self, text: str) -> None:
        if text:
            self._journal.append(self._log, text, self._tokens)
            self._check_repetition(text)

    def _check_repetition(self, text: str) -> None:
        """Look for repetition, in portions: at each token it would cost more than everything else."""
        self._unchecked_parts.append(text)
        self._unchecked_length += len(text)
        if self._unchecked_length >= REPETITION_CHECK_LENGTH:
            self._repetition_reason = self._repetition_reason or self._repetition_detector.feed(
                "".join(self._unchecked_parts)
            )
            self._unchecked_parts, self._unchecked_length = [], 0

    def _finish_run(self, finished: StreamEnd) -> RunInfo:
        # A continuation may add nothing: its log begins with the text that it goes on from.
        if self._tokens == 0 and not self._log.length:
            message = "The model wrote nothing: say more in the requirements, or choose another model."
            raise EngineError("empty", message, retryable=True)
        status = RunStatus.COMPLETE if finished.finish_reason == "stop" else RunStatus.TRUNCATED
        run = self._end_run(status, finished.finish_reason, finished.warning)
        if finished.completion_tokens and finished.generation_seconds:
            run = replace(
                run,
                tokens=finished.completion_tokens,
                tokens_per_second=round(finished.completion_tokens / finished.generation_seconds, 1),
            )
        return run

    def _end_run(self, status: RunStatus, reason: str, warning: str | None) -> RunInfo:
        run = self.snapshot.with_end(status, reason, self._clock())
        return replace(run, warning=" ".join(filter(None, (run.warning, warning))) or None)

    def _update_state(self, state: RunInfo) -> None:
        self._journal.update(self._log, state)
        self._on_status(state)
