"""The engine that comes with the product: llama.cpp in a child process, its weights loaded with the first run."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.engines.embedded.download import Fetch
from core.engines.embedded.process import FAILURES, LOST, Llama, usable_cores, window
from core.engines.embedded.weights import QWEN, SMOLLM2, Weights, checked_choice, qwen_path, usable, wants_qwen
from core.engines.http.response_decoder import conversation
from core.engines.http.retry import Pieces, answered
from core.engines.protocol import EngineName, Health, Loading, Model, Piece, Request
from core.errors import EngineError

SMOLLM2_ALONE = {"repeat_penalty": 1.1, "repeat_last_n": 256}
"""135 million weights repeat themselves without it; better models write worse code with it."""


class Embedded:
    """The engine of ``home``'s weights. ``choice`` is the value of LIVEWRIGHT_EMBEDDED_MODEL.

    ``slots`` runs are answered at once, each with a window of its own; further ones wait. ``threads`` defaults to the
    physical cores. Raises ConfigurationError.
    """

    def __init__(
        self, home: Path, choice: str, slots: int = 1, *, threads: int | None = None, fetch: Fetch | None = None
    ) -> None:
        self._home, self._choice, self._slots = home, checked_choice(choice), slots
        self._threads = threads or usable_cores()
        self._fetch = fetch or Fetch(qwen_path(home))
        self._loads: list[_Load] = []
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def name(self) -> EngineName:
        """``embedded``."""
        return EngineName.EMBEDDED

    @property
    def default_model(self) -> str:
        """The best weights that are there; it changes when a fetch is done."""
        best = self._usable()
        return best[0].name if best else QWEN

    @property
    def off(self) -> bool:
        """Whether it is switched off for good."""
        return self._choice == "off"

    def prepare(self) -> None:
        """Fetch Qwen's weights in the background where they are wanted and not there; call it again to try again."""
        if wants_qwen(self._home, self._choice):
            self._fetch.start()

    async def health(self) -> Health:
        """What is there and what is on its way; asks nobody."""
        return _health(self._choice, self._usable(), self._fetch)

    async def models(self) -> list[Model]:
        """The weights that are there."""
        return [Model(each.name, self.name, window(each), each.size) for each in self._usable()]

    async def window(self, model: str) -> int | None:
        """That of one slot."""
        return next((window(each) for each in self._usable() if each.name == model), None)

    async def generate(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Stream one answer; see ``Engine.generate``."""
        others = iter((self._answer,))

        def otherwise(error: EngineError) -> Pieces | None:
            """Load the weights once more where their process has died."""
            other = next(others, None) if error.kind in LOST and not self._closed else None
            return other(request) if other else None

        async with aclosing(answered(self._answer(request), otherwise)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """End the runs, the loading and the fetch, and give the memory back."""
        self._closed = True
        await self._fetch.close()
        await asyncio.gather(*(load.end() for load in self._loads), *self._ending)
        self._loads.clear()

    async def _answer(self, request: Request) -> AsyncGenerator[Piece, None]:
        load = self._load(self._weights(request.model))
        load.readers += 1
        try:
            if not load.task.done():
                yield Loading(f"loading {request.model}")
            # A run that is stopped does not stop the loading: the next one has it.
            llama = await asyncio.shield(load.task)
            async with aclosing(llama.answer(_body(request), request)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            load.readers -= 1
            self._sweep()

    def _usable(self) -> list[Weights]:
        return usable(self._home, self._choice)

    def _weights(self, name: str) -> Weights:
        for weights in self._usable():
            if weights.name == name:
                return weights
        raise EngineError("model_not_found", f"The embedded engine does not have {name}. Choose one of its models.")

    def _load(self, weights: Weights) -> "_Load":
        """The weights in memory or on their way there, begun anew where their process has ended."""
        if self._closed:
            raise FAILURES.of_kind("engine_failed")
        for load in self._loads:
            if load.weights == weights and load.good:
                return load
        start = Llama.start(weights, self._slots, self._threads)
        load = _Load(weights, asyncio.create_task(start, name=f"load {weights.name}"))
        self._loads.append(load)
        self._sweep()
        return load

    def _sweep(self) -> None:
        """Keep the newest weights in memory, and no others beside those that a run still uses."""
        for load in self._loads[:-1]:
            if not load.readers:
                self._loads.remove(load)
                ending = asyncio.create_task(load.end(), name=f"unload {load.weights.name}")
                self._ending.add(ending)
                ending.add_done_callback(self._ending.discard)


@dataclass(eq=False, slots=True)
class _Load:
    """Weights that are being loaded, or are in memory; ``readers`` are the runs that need them."""

    weights: Weights
    task: asyncio.Task[Llama]
    readers: int = 0

    @property
    def good(self) -> bool:
        """Whether it loads, or has loaded and not crashed since."""
        task = self.task
        return not task.done() or (not task.cancelled() and task.exception() is None and task.result().alive)

    async def end(self) -> None:
        """Stop loading, or stop answering, and wait until the memory is free."""
        self.task.cancel()
        [llama] = await asyncio.gather(self.task, return_exceptions=True)
        if isinstance(llama, Llama):
            await llama.close()


def _body(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": request.model,
        "messages": conversation(request.messages),
        "stream": True,
        "stream_options": {"include_usage": True},
        # Also how it notices in the middle of a prompt that nobody listens any more.
        "return_progress": True,
        "chat_template_kwargs": {"enable_thinking": False},
    }
    sampling = request.sampling
    asked = {"temperature": sampling.temperature, "seed": sampling.seed, "max_tokens": sampling.max_tokens}
    penalties = SMOLLM2_ALONE if request.model == SMOLLM2 else {}
    return body | penalties | {name: value for name, value in asked.items() if value is not None}


def _health(choice: str, usable_now: list[Weights], fetch: Fetch) -> Health:
    if choice == "off":
        off = "The embedded engine is switched off (LIVEWRIGHT_EMBEDDED_MODEL=off)."
        return Health(False, off, None, False, "It has no model.")
    engine = "The embedded engine runs on this machine."
    if not usable_now:
        message = fetch.problem or f"{QWEN} is not there yet."
        return Health(True, engine, QWEN, False, message, _advice(fetch), fetch.progress)
    name = usable_now[0].name
    if name != SMOLLM2:
        return Health(True, engine, name, True, f"{name} is there.")
    poor = "smollm2 only shows that things work: it is too small to write a working app."
    return Health(True, engine, name, True, poor, _advice(fetch), fetch.progress)


def _advice(fetch: Fetch) -> str:
    ollama = "start Ollama with `ollama serve` and run `ollama pull qwen2.5-coder`"
    if fetch.progress:
        return f"{QWEN} is being fetched and is used from the next run on; or {ollama}."
    if fetch.problem:
        return f"{fetch.problem} Or {ollama}."
    return f"For a better model {ollama}, or set LIVEWRIGHT_EMBEDDED_MODEL to the path of a GGUF."
