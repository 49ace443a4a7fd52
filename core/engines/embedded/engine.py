"""The engine that comes with the product: llama.cpp in a child process, its weights loaded with the first run."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.engines.embedded.download import WeightsDownload
from core.engines.embedded.process import (
    EMBEDDED_ERRORS,
    PROCESS_LOST_KINDS,
    LlamaProcess,
    usable_cores,
    window_per_chat,
)
from core.engines.embedded.weights import (
    QWEN,
    SMOLLM2,
    Weights,
    needs_qwen_download,
    parse_model_setting,
    qwen_path,
    usable_weights,
)
from core.engines.http.retry import stream_with_retry
from core.engines.messages import encode_messages
from core.engines.protocol import EngineEvent, EngineName, EventStream, GenerationRequest, Health, ModelInfo, Progress
from core.errors import EngineError

SMOLLM2_PENALTIES = {"repeat_penalty": 1.1, "repeat_last_n": 256}
"""135 million weights repeat themselves without it; better models write worse code with it."""


class EmbeddedEngine:
    """The engine of ``home``'s weights. ``model_setting`` is the value of LIVEWRIGHT_EMBEDDED_MODEL.

    ``slots`` runs are answered at once, each with a window of its own; further ones wait. ``threads`` defaults to the
    physical cores. Raises ConfigurationError.
    """

    def __init__(
        self,
        home: Path,
        model_setting: str,
        slots: int = 1,
        *,
        threads: int | None = None,
        download: WeightsDownload | None = None,
    ) -> None:
        self._home, self._model_setting, self._slots = home, parse_model_setting(model_setting), slots
        self._threads = threads or usable_cores()
        self._download = download or WeightsDownload(qwen_path(home))
        self._loaded_models: list[_LoadedModel] = []
        self._unload_tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @property
    def name(self) -> EngineName:
        """``embedded``."""
        return EngineName.EMBEDDED

    @property
    def default_model(self) -> str:
        """The best weights that are there; it changes when a fetch is done."""
        best = self._usable_weights()
        return best[0].name if best else QWEN

    @property
    def is_disabled(self) -> bool:
        """Whether it is switched off for good."""
        return self._model_setting == "off"

    def prepare(self) -> None:
        """Fetch Qwen's weights in the background where they are wanted and not there; call it again to try again."""
        if needs_qwen_download(self._home, self._model_setting):
            self._download.start()

    async def health(self) -> Health:
        """What is there and what is on its way; asks nobody."""
        return _describe_health(self._model_setting, self._usable_weights(), self._download)

    async def models(self) -> list[ModelInfo]:
        """The weights that are there."""
        return [ModelInfo(each.name, self.name, window_per_chat(each), each.size) for each in self._usable_weights()]

    async def context_window(self, model: str) -> int | None:
        """That of one slot."""
        return next((window_per_chat(each) for each in self._usable_weights() if each.name == model), None)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Stream one answer; see ``Engine.generate``."""
        retries = iter((self._stream_answer,))

        def next_attempt(error: EngineError) -> EventStream | None:
            """Load the weights once more where their process has died."""
            retry = next(retries, None) if error.error_code in PROCESS_LOST_KINDS and not self._is_closed else None
            return retry(request) if retry else None

        async with aclosing(stream_with_retry(self._stream_answer(request), next_attempt)) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """End the runs, the loading and the fetch, and give the memory back."""
        self._is_closed = True
        await self._download.close()
        await asyncio.gather(*(load.unload() for load in self._loaded_models), *self._unload_tasks)
        self._loaded_models.clear()

    async def _stream_answer(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        loaded = self._get_or_load(self._find_weights(request.model))
        loaded.active_runs += 1
        try:
            if not loaded.task.done():
                yield Progress(f"loading {request.model}")
            # A run that is stopped does not stop the loading: the next one has it.
            process = await asyncio.shield(loaded.task)
            async with aclosing(process.stream_answer(_request_body(request), request)) as events:
                async for event in events:
                    yield event
        finally:
            loaded.active_runs -= 1
            self._unload_unused()

    def _usable_weights(self) -> list[Weights]:
        return usable_weights(self._home, self._model_setting)

    def _find_weights(self, name: str) -> Weights:
        for weights in self._usable_weights():
            if weights.name == name:
                return weights
        raise EngineError("model_not_found", f"The embedded engine does not have {name}. Choose one of its models.")

    def _get_or_load(self, weights: Weights) -> "_LoadedModel":
        """The weights in memory or on their way there, begun anew where their process has ended."""
        if self._is_closed:
            raise EMBEDDED_ERRORS.from_kind("engine_failed")
        for loaded in self._loaded_models:
            if loaded.weights == weights and loaded.is_usable:
                return loaded
        start = LlamaProcess.start(weights, self._slots, self._threads)
        loaded = _LoadedModel(weights, asyncio.create_task(start, name=f"load {weights.name}"))
        self._loaded_models.append(loaded)
        self._unload_unused()
        return loaded

    def _unload_unused(self) -> None:
        """Keep the newest weights in memory, and no others beside those that a run still uses."""
        for loaded in self._loaded_models[:-1]:
            if not loaded.active_runs:
                self._loaded_models.remove(loaded)
                task = asyncio.create_task(loaded.unload(), name=f"unload {loaded.weights.name}")
                self._unload_tasks.add(task)
                task.add_done_callback(self._unload_tasks.discard)


@dataclass(eq=False, slots=True)
class _LoadedModel:
    """Weights that are being loaded, or are in memory; ``active_runs`` are the runs that need them."""

    weights: Weights
    task: asyncio.Task[LlamaProcess]
    active_runs: int = 0

    @property
    def is_usable(self) -> bool:
        """Whether it loads, or has loaded and not crashed since."""
        task = self.task
        return not task.done() or (not task.cancelled() and task.exception() is None and task.result().is_alive)

    async def unload(self) -> None:
        """Stop loading, or stop answering, and wait until the memory is free."""
        self.task.cancel()
        [process] = await asyncio.gather(self.task, return_exceptions=True)
        if isinstance(process, LlamaProcess):
            await process.close()


def _request_body(request: GenerationRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": request.model,
        "messages": encode_messages(request.messages),
        "stream": True,
        "stream_options": {"include_usage": True},
        # Also how it notices in the middle of a prompt that nobody listens any more.
        "return_progress": True,
        "chat_template_kwargs": {"enable_thinking": False},
    }
    sampling = request.sampling
    options = {"temperature": sampling.temperature, "seed": sampling.seed, "max_tokens": sampling.max_tokens}
    penalties = SMOLLM2_PENALTIES if request.model == SMOLLM2 else {}
    return body | penalties | {name: value for name, value in options.items() if value is not None}


def _describe_health(model_setting: str, available: list[Weights], download: WeightsDownload) -> Health:
    if model_setting == "off":
        disabled_message = "The embedded engine is switched off (LIVEWRIGHT_EMBEDDED_MODEL=off)."
        return Health(False, disabled_message, None, False, "It has no model.")
    engine = "The embedded engine runs on this machine."
    if not available:
        message = download.problem or f"{QWEN} is not there yet."
        return Health(True, engine, QWEN, False, message, _better_model_advice(download), download.progress)
    name = available[0].name
    if name != SMOLLM2:
        return Health(True, engine, name, True, f"{name} is there.")
    weak_message = "smollm2 only shows that things work: it is too small to write a working app."
    return Health(True, engine, name, True, weak_message, _better_model_advice(download), download.progress)


def _better_model_advice(download: WeightsDownload) -> str:
    ollama_hint = "start Ollama with `ollama serve` and run `ollama pull qwen2.5-coder`"
    if download.progress:
        return f"{QWEN} is being fetched and is used from the next run on; or {ollama_hint}."
    if download.problem:
        return f"{download.problem} Or {ollama_hint}."
    return f"For a better model {ollama_hint}, or set LIVEWRIGHT_EMBEDDED_MODEL to the path of a GGUF."
