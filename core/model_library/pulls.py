"""Models being fetched: started by an admin, followed by anyone who may, stopped, and gone on with."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from core.accounts.audit import AuditAction, AuditLog
from core.engines.model_names import is_same_model, without_latest
from core.engines.protocol import EngineName, KeepsModels, PullProgress
from core.engines.registry import EngineRegistry
from core.errors import EngineError, InvalidInput, NotFound, TooManyRequests

_logger = logging.getLogger(__name__)

MAX_PULLS = 3
"""At once: each takes the network and the disk from the others."""
MAX_ENDED_PULLS = 50
"""Whose end late readers still get."""
MIN_PROGRESS_INTERVAL = 0.2
"""Seconds between two steps that a reader is told of."""
STOP_TIMEOUT = 5.0
STOPPED_CODE = "stopped"
"""The code of a pull that somebody stopped."""


@dataclass(frozen=True, slots=True)
class PullEnd:
    """How a pull has ended; ``error`` is None where the model is there."""

    error: EngineError | None = None


class Pull:
    """One model being fetched. ``follow`` is the way to its progress and end, whenever one comes.

    ``is_paused`` says that whoever stopped it wants to go on later, ``is_shown`` that it has a place in a list.
    ``waiting_runs`` are the ids of the failed runs that are started again once the model is there.
    """

    def __init__(self, engine: EngineName, model: str, server: str | None) -> None:
        self.id = uuid4().hex
        self.engine, self.model, self.server = engine, model, server
        self.progress = PullProgress("starting")
        self.end: PullEnd | None = None
        self.ended_at: datetime | None = None
        self.is_paused, self.is_shown = False, True
        self.waiting_runs: set[str] = set()
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()

    def is_for(self, engine: EngineName, model: str, server: str | None) -> bool:
        """Whether it fetches this model to this server."""
        return (self.engine, self.server) == (engine, server) and is_same_model(self.model, model)

    def advance(self, progress: PullProgress) -> None:
        """Tell the readers how far it has come."""
        self.progress = progress
        self._wake()

    def finish(self, error: EngineError | None) -> None:
        """Tell the readers that it has ended, once."""
        if self.end is None:
            self.end, self.ended_at = PullEnd(error), datetime.now(UTC)
            self.is_shown = error is not None
            self._ended.set()
            self._wake()

    async def wait(self) -> PullEnd:
        """Wait for its end."""
        await self._ended.wait()
        return self.end or PullEnd()

    async def follow(self) -> AsyncGenerator[PullProgress | PullEnd, None]:
        """The progress as it is now, each newer one, a few a second at most, and the end."""
        shown = None
        while True:
            changed = self._changed
            if self.progress is not shown:
                shown = self.progress
                yield shown
            if self.end and self.progress is shown:
                yield self.end
                return
            await changed.wait()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), MIN_PROGRESS_INTERVAL)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Pulls:
    """At most ``MAX_PULLS`` at once, of any engine that keeps models."""

    def __init__(self, engines: EngineRegistry, audit: AuditLog) -> None:
        self._engines = engines
        self._audit = audit
        self._pulls: dict[str, Pull] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def live(self) -> list[Pull]:
        """The pulls that have not ended."""
        return [pull for pull in self._pulls.values() if pull.end is None]

    @property
    def latest(self) -> list[Pull]:
        """Live ones and those that have ended, the newest first."""
        return list(reversed(self._pulls.values()))

    async def start(self, name: EngineName, model: str, actor: int, server: str | None = None) -> Pull:
        """Fetch a model, or join the pull that does. Raises InvalidInput, TooManyRequests."""
        engine = keeper_of(self._engines, name)
        model = without_latest(model)
        target = await engine.pull_target(model, server)
        for pull in self.live:
            if pull.is_for(name, model, target):
                return pull
        if len(self.live) >= MAX_PULLS:
            message = f"{MAX_PULLS} models are being fetched already: wait for one of them, or stop it."
            raise TooManyRequests(message, retry_after=30)
        self._forget_oldest()
        for pull in self._pulls.values():
            pull.is_shown = pull.is_shown and not pull.is_for(name, model, target)
        pull = Pull(name, model, target)
        self._pulls[pull.id] = pull
        self._tasks[pull.id] = asyncio.create_task(self._run(engine, pull), name=f"pull {model}")
        await self._audit.record(AuditAction.MODEL_PULLED, actor, f"{model} ({name})")
        return pull

    def find(self, engine: EngineName, model: str) -> Pull | None:
        """The latest pull of a model, whichever server it goes to."""
        return next((it for it in self.latest if it.engine is engine and is_same_model(it.model, model)), None)

    def get(self, pull_id: str) -> Pull:
        """A pull, live or ended lately. Raises NotFound."""
        if pull := self._pulls.get(pull_id):
            return pull
        raise NotFound("There is no such pull: it may have ended a while ago.")

    async def stop(self, pull_id: str) -> None:
        """Stop a pull and keep what was fetched; one that has ended is left as it is. Raises NotFound."""
        pull = self.get(pull_id)
        if task := self._tasks.get(pull_id):
            task.cancel()
            await asyncio.wait({task}, timeout=STOP_TIMEOUT)
        pull.finish(_stopped())

    async def close(self) -> None:
        """Stop them all."""
        await asyncio.gather(*(self.stop(pull.id) for pull in self.live))

    async def _run(self, engine: KeepsModels, pull: Pull) -> None:
        try:
            async with aclosing(engine.pull(pull.model, pull.server)) as steps:
                async for progress in steps:
                    pull.advance(progress)
            error = None
        except EngineError as failure:
            error = failure
        except asyncio.CancelledError:
            error = _stopped()
        except Exception:  # the boundary of a pull: whatever fails in it ends this pull alone
            _logger.exception("the pull of %s failed", pull.model)
            message = "Something went wrong inside the server: its log says what. Pull again."
            error = EngineError("internal", message, retryable=True)
        self._engines.invalidate_health(pull.engine)
        del self._tasks[pull.id]
        pull.finish(error)

    def _forget_oldest(self) -> None:
        ended = [pull_id for pull_id, pull in self._pulls.items() if pull.end]
        for pull_id in ended[: max(0, len(ended) - MAX_ENDED_PULLS)]:
            del self._pulls[pull_id]


def keeper_of(engines: EngineRegistry, name: EngineName) -> KeepsModels:
    """The engine, as one that fetches and removes models. Raises InvalidInput for one that can't."""
    engine = engines.find(name)
    if isinstance(engine, KeepsModels):
        return engine
    message = "The models of this engine belong to its server: fetch and remove them there."
    raise InvalidInput.for_field("engine", message)


def _stopped() -> EngineError:
    message = "The pull was stopped. What was fetched is kept: pull again to go on."
    return EngineError(STOPPED_CODE, message, retryable=True)
