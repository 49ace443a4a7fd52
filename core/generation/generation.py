"""One run being written: the engine's pieces become the log's text, and the engine's end the run's end."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from core.engines.protocol import Engine, Finished, Loading, Request, Text, Thinking
from core.errors import EngineError
from core.generation.journal import Journal
from core.generation.repetition import Circles
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus
from core.text import Normalizer

WATCH_LENGTH = 400
"""Characters: some hundred tokens."""


class Generation:
    """Writes what the engine makes of ``request`` into ``log``, after what is there."""

    def __init__(
        self,
        log: RunLog[RunInfo],
        engine: Engine,
        request: Request,
        journal: Journal,
        clock: Callable[[], datetime],
    ) -> None:
        self._log = log
        self._engine = engine
        self._request = request
        self._journal = journal
        self._clock = clock
        self._normalizer = Normalizer()
        self._thoughts = Normalizer()
        self._circles = Circles()
        self._unwatched: list[str] = []
        self._unwatched_length = 0
        self._tokens = 0
        self._circling: str | None = None

    @property
    def so_far(self) -> RunInfo:
        """The run with its counters as they are now, also those of text that waits to be committed."""
        return self._log.state.counted(self._log.length, self._tokens, self._clock())

    async def write(self) -> RunInfo:
        """Write to the engine's end and return the run as it is then. Raises EngineError; may be cancelled.

        Whichever way it ends, all text that came is in the journal.
        """
        # Told and not stored: a commit now would hold up that of the first text, and a crash makes nothing of it.
        self._log.update(replace(self._log.state, status=RunStatus.LOADING, position=None, started_at=self._clock()))
        try:
            async with aclosing(self._engine.generate(self._request)) as pieces:
                async for piece in pieces:
                    match piece:
                        case Loading():
                            self._log.amend(replace(self._log.state, progress=piece))
                        case Text(text, tokens) if text:
                            self._take(text, tokens)
                        case Thinking(text) if text:
                            self._think(text)
                        case Text() | Thinking():
                            pass  # nothing
                        case Finished():
                            return self._finished(piece)
                    if self._circling:
                        return self._ended(RunStatus.TRUNCATED, "repetition", self._circling)
        finally:
            self._append(self._normalizer.close())
        raise EngineError("incomplete", "The model stopped without saying that it had finished: generate again.")

    def _take(self, text: str, tokens: int) -> None:
        if self._tokens == 0:
            now = self._clock()
            self._update(replace(self._log.state, status=RunStatus.RUNNING, progress=None, writing_since=now))
        self._tokens += tokens
        self._append(self._normalizer.feed(text))

    def _think(self, text: str) -> None:
        """Shown while it comes, and no part of the text."""
        if self._log.state.status is not RunStatus.RUNNING:
            self._update(replace(self._log.state, status=RunStatus.RUNNING, progress=Loading("thinking")))
        if thought := self._thoughts.feed(text):
            self._log.think(thought)

    def _append(self, text: str) -> None:
        if text:
            self._journal.append(self._log, text, self._tokens)
            self._watch(text)

    def _watch(self, text: str) -> None:
        """Look for circles, in portions: at each token it would cost more than all the rest."""
        self._unwatched.append(text)
        self._unwatched_length += len(text)
        if self._unwatched_length >= WATCH_LENGTH:
            self._circling = self._circling or self._circles.feed("".join(self._unwatched))
            self._unwatched, self._unwatched_length = [], 0

    def _finished(self, end: Finished) -> RunInfo:
        if self._tokens == 0 and not self._log.length:
            message = "The model wrote nothing: say more in the requirements, or choose another model."
            raise EngineError("empty", message, retryable=True)
        status = RunStatus.COMPLETE if end.reason == "stop" else RunStatus.TRUNCATED
        run = self._ended(status, end.reason, end.warning)
        if end.tokens and end.seconds:
            run = replace(run, tokens=end.tokens, tokens_per_second=round(end.tokens / end.seconds, 1))
        return run

    def _ended(self, status: RunStatus, reason: str, warning: str | None) -> RunInfo:
        run = self.so_far.ended(status, reason, self._clock())
        return replace(run, warning=" ".join(filter(None, (run.warning, warning))) or None)

    def _update(self, state: RunInfo) -> None:
        self._journal.update(self._log, state)
