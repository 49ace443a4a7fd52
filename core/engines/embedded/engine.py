"""The engine that comes with the product: llama.cpp in a child process, its weights loaded with the first run."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.engines.embedded.cpu_cores import usable_cores
from core.engines.embedded.download import WeightsDownload
from core.engines.embedded.errors import PROCESS_LOST_KINDS
from core.engines.embedded.health import describe_health
from core.engines.embedded.library import WeightsLibrary
from core.engines.embedded.model_pool import ModelPool
from core.engines.embedded.process import window_per_chat
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
from core.engines.openai.request import OPTIONAL_FIELDS, request_body
from core.engines.protocol import (
    EngineEvent,
    EngineName,
    EventStream,
    GenerationRequest,
    Health,
    ModelInfo,
    Progress,
    ProgressPhase,
    PullProgress,
    Sampling,
)
from core.errors import EngineError

SMOLLM2_PENALTIES = {"repeat_penalty": 1.1, "repeat_last_n": 256}
"""Without them 135 million weights repeat themselves; better models write worse code with them."""


class EmbeddedEngine:
    """The engine for the weights below ``home``. ``model_setting`` is the value of LIVEWRIGHT_EMBEDDED_MODEL.

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
        self._home, self._model_setting = home, parse_model_setting(model_setting)
        self._download = download or WeightsDownload(qwen_path(home))
        self._pool = ModelPool(slots, threads or usable_cores())
        self._library = WeightsLibrary(home, self._model_setting, self._download, self._pool)
        self._reading: asyncio.Task[None] | None = None
        self._chosen_model: str | None = None

    @property
    def name(self) -> EngineName:
        """``embedded``."""
        return EngineName.EMBEDDED

    @property
    def default_model(self) -> str:
        """The best weights on this machine; this changes when a download completes."""
        best = self._usable_weights()
        return best[0].name if best else QWEN

    def set_default_model(self, model: str | None) -> None:
        """Use these weights for runs that name none, while they are there; None goes back to the best."""
        self._chosen_model = model

    @property
    def is_disabled(self) -> bool:
        """Whether the setting switches this engine off."""
        return self._model_setting == "off"

    def prepare(self) -> None:
        """Start to download Qwen's weights if the setting wants them; call it again to try again."""
        if needs_qwen_download(self._home, self._model_setting):
            self._download.start()

    async def health(self) -> Health:
        """The state of weights and download; starts no process."""
        return describe_health(self._model_setting, self._usable_weights(), self._download)

    async def models(self) -> list[ModelInfo]:
        """The weights on this machine."""
        return [
            ModelInfo(
                each.name,
                self.name,
                window_per_chat(each),
                each.size,
                parameters=each.parameters,
                quantization=each.quantization,
                loaded=self._pool.has_loaded(each),
            )
            for each in self._usable_weights()
        ]

    async def described_models(self) -> list[ModelInfo]:
        """The same: all of it is known."""
        return await self.models()

    async def pull_target(self, model: str, server: str | None = None) -> str | None:  # noqa: ARG002 - there is none
        """This machine."""
        self._library.check_can_pull(model)
        return None

    def pull(self, model: str, server: str | None = None) -> AsyncGenerator[PullProgress, None]:  # noqa: ARG002
        """Download weights into the state folder; see ``KeepsModels.pull``."""
        return self._library.pull(model)

    async def remove(self, model: str, server: str | None = None) -> None:  # noqa: ARG002
        """Delete weights from the state folder; see ``KeepsModels.remove``."""
        await self._stop_reading()  # it may be what keeps them in memory
        await self._library.remove(model)

    async def context_window(self, model: str) -> int | None:
        """The window of one slot."""
        return next((window_per_chat(each) for each in self._usable_weights() if each.name == model), None)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Stream one answer; see ``Engine.generate``. If the process has died, the weights are loaded once more."""
        await self._stop_reading()
        has_retried = False

        def next_attempt(error: EngineError) -> EventStream | None:
            nonlocal has_retried
            # Once: weights that crash the process twice would crash it again.
            if has_retried or self._pool.is_closed or error.error_code not in PROCESS_LOST_KINDS:
                return None
            has_retried = True
            return self._stream_answer(request)

        async with aclosing(stream_with_retry(self._stream_answer(request), next_attempt)) as events:
            async for event in events:
                yield event

    def read_ahead(self, request: GenerationRequest) -> None:
        """See ``ReadsAhead``. The weights are loaded for it, too."""
        if self._reading:
            self._reading.cancel()
        self._reading = asyncio.create_task(self._read(request, self._reading), name="read a prompt ahead")

    async def close(self) -> None:
        """End runs, loading and download, and free the memory."""
        await self._stop_reading()
        await asyncio.gather(self._pool.close(), self._download.close())

    async def _read(self, request: GenerationRequest, previous: asyncio.Task[None] | None) -> None:
        if previous:
            await asyncio.gather(previous, return_exceptions=True)
        if self._pool.is_busy or self._pool.is_closed:
            return
        one_token = replace(request, sampling=Sampling(max_tokens=1))
        try:
            async with aclosing(self._stream_answer(one_token)) as events:
                async for _ in events:
                    pass
        except EngineError:
            pass  # the run that comes will tell

    async def _stop_reading(self) -> None:
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None

    async def _stream_answer(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        with self._pool.use(self._find_weights(request.model)) as model:
            if not model.load.done():
                yield Progress(ProgressPhase.LOADING)
            # A run that is stopped must not stop the loading: the next run needs it.
            process = await asyncio.shield(model.load)
            async with aclosing(process.stream_answer(_chat_body(request), request)) as events:
                async for event in events:
                    yield event

    def _usable_weights(self) -> list[Weights]:
        weights = usable_weights(self._home, self._model_setting)
        return sorted(weights, key=lambda each: each.name != self._chosen_model)

    def _find_weights(self, name: str) -> Weights:
        for weights in self._usable_weights():
            if weights.name == name:
                return weights
        raise EngineError("model_not_found", f"The embedded engine does not have {name}. Choose one of its models.")


def _chat_body(request: GenerationRequest) -> dict[str, Any]:
    penalties = SMOLLM2_PENALTIES if request.model == SMOLLM2 else {}
    return request_body(request) | OPTIONAL_FIELDS | {"chat_template_kwargs": {"enable_thinking": False}} | penalties
