"""The engine inside this process: llama.cpp in threads, its weights loaded with the first run."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Any

from core.engines.embedded_chunks import Answer, failure
from core.engines.llama import Chunk, Llama, usable_cores, window
from core.engines.protocol import EngineName, Health, Loading, Model, Piece, Request
from core.engines.weights import QWEN, SMOLLM2, Weights, checked_choice, qwen_path, usable, wants_qwen
from core.engines.weights_fetch import Fetch
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
        self._loads: dict[Weights, asyncio.Task[Llama]] = {}
        self._stops: set[threading.Event] = set()
        self._workers = ThreadPoolExecutor(slots, thread_name_prefix="llama")

    @property
    def name(self) -> EngineName:
        """``embedded``."""
        return EngineName.EMBEDDED

    @property
    def default_model(self) -> str:
        """The best weights that are there; it changes when a fetch is done."""
        best = self._usable()
        return best[0].name if best else QWEN

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

    async def generate(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Stream one answer; see ``Engine.generate``."""
        weights = self._weights(request.model)
        if weights not in self._loads or not self._loads[weights].done():
            yield Loading(f"loading {weights.name}")
        llama = await self._loaded(weights)
        async with aclosing(self._answer(llama, _body(request, weights), request)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """Stop the runs and the fetch, and give the memory back as soon as the last run has noticed."""
        for stop in self._stops:
            stop.set()
        await self._fetch.close()
        self._workers.shutdown(wait=False)
        loads, self._loads = self._loads, {}
        await asyncio.gather(*loads.values(), return_exceptions=True)
        await asyncio.to_thread(loads.clear)

    def _usable(self) -> list[Weights]:
        return usable(self._home, self._choice)

    def _weights(self, name: str) -> Weights:
        for weights in self._usable():
            if weights.name == name:
                return weights
        raise EngineError("model_not_found", f"The embedded engine does not have {name}. Choose one of its models.")

    async def _loaded(self, weights: Weights) -> Llama:
        """The weights in memory, and no others beside those that a run still uses."""
        if weights not in self._loads:
            others, self._loads = self._loads, {}
            loading = asyncio.to_thread(Llama, weights, self._slots, self._threads)
            self._loads[weights] = asyncio.create_task(loading, name=f"load {weights.name}")
            await asyncio.to_thread(others.clear)
        try:
            # A run that is stopped does not stop the loading: the next one has it.
            return await asyncio.shield(self._loads[weights])
        except (RuntimeError, OSError) as error:
            self._loads.pop(weights, None)
            message = f"{weights.name} could not be loaded: the file may be damaged, or the memory too small for it."
            raise EngineError("load_failed", message) from error

    async def _answer(self, llama: Llama, body: dict[str, Any], request: Request) -> AsyncGenerator[Piece, None]:
        loop, chunks, stop = asyncio.get_running_loop(), asyncio.Queue[Chunk | None](), threading.Event()
        self._stops.add(stop)
        answer = Answer(request)
        try:
            work = loop.run_in_executor(self._workers, _work, llama, body, chunks, stop, loop)
            while (chunk := await chunks.get()) is not None:
                for piece in answer.pieces(chunk):
                    yield piece
            await work
            yield answer.finished()
        except (ValueError, TypeError, RuntimeError) as error:
            raise failure("engine_failed") from error
        finally:
            # The thread sees it at its next chunk; nobody waits for that, and its slot is free from then on.
            stop.set()
            self._stops.discard(stop)


def _work(
    llama: Llama,
    body: dict[str, Any],
    chunks: asyncio.Queue[Chunk | None],
    stop: threading.Event,
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Runs in a thread: hand each chunk to the loop, and None at the end, however it comes."""

    def on_chunk(chunk: Chunk) -> bool:
        if not stop.is_set():
            loop.call_soon_threadsafe(chunks.put_nowait, chunk)
        return stop.is_set()

    try:
        if not stop.is_set():
            llama.chat(body, on_chunk)
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(chunks.put_nowait, None)


def _body(request: Request, weights: Weights) -> dict[str, Any]:
    body: dict[str, Any] = {
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
        "chat_template_kwargs": {"enable_thinking": False},
    }
    sampling = request.sampling
    asked = {"temperature": sampling.temperature, "seed": sampling.seed, "max_tokens": sampling.max_tokens}
    penalties = SMOLLM2_ALONE if weights.name == SMOLLM2 else {}
    return body | penalties | {name: value for name, value in asked.items() if value is not None}


def _health(choice: str, usable_now: list[Weights], fetch: Fetch) -> Health:
    if choice == "off":
        off = "The embedded engine is switched off (LIVEWRIGHT_EMBEDDED_MODEL=off)."
        return Health(False, off, None, False, "It has no model.")
    engine = "The embedded engine runs in this process."
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
        had, total = fetch.progress
        return f"{QWEN} is being fetched ({had * 100 // total} %) and is used from the next run on; or {ollama}."
    if fetch.problem:
        return f"{fetch.problem} Or {ollama}."
    return f"For a better model {ollama}, or set LIVEWRIGHT_EMBEDDED_MODEL to the path of a GGUF."
