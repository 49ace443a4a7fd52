"""The engine for an Ollama server, over its HTTP API."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from core.engines.continuation import drop_echo, splice_stream
from core.engines.http.client import HttpClient
from core.engines.http.keys import bearer_header
from core.engines.http.retry import stream_with_retry
from core.engines.messages import is_continuation
from core.engines.model_names import without_latest
from core.engines.ollama.errors import OLLAMA_ERRORS
from core.engines.ollama.host import HOST_VARIABLE, base_url
from core.engines.ollama.library import OllamaLibrary, check_model_name
from core.engines.ollama.models import (
    LoadedModel,
    ModelDetails,
    missing_model_message,
    parse_details,
    parse_loaded,
    parse_models,
)
from core.engines.ollama.request import ChatAttempt
from core.engines.ollama.response import OllamaDecoder
from core.engines.ollama.window_memory import WindowMemory
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
)
from core.errors import EngineError

KEY_VARIABLE = "OLLAMA_API_KEY"
PINNED = -1
"""Ollama's ``keep_alive`` for a model that stays in memory."""
MAX_SHOWN_AT_ONCE = 4  # models that are asked about at once: each question is a connection
LOADED_TTL = 30.0
"""Seconds for which an answer of ``/api/ps`` is good enough to choose a window by."""
BUSY_HINT_DELAY = 60.0
"""Seconds of silence from a loaded model after which Ollama may still be working on another request."""
BUSY_HINT = "or still busy with another one: if nothing comes, restart Ollama"
STOPPED_HINT = "the model finishes what was stopped"
"""A run that is stopped while its prompt is read is noticed by Ollama's runner only when it begins to write."""


class OllamaEngine:
    """The engine for the server at ``host``, which may have every form of OLLAMA_HOST.

    ``key`` is sent as a Bearer token, for a proxy in front or Ollama's cloud, and never logged or shown.
    ``keep_alive`` is how long a model stays in memory after a run, in Ollama's notation; empty leaves it to Ollama.
    ``home`` is the state folder, where the windows of models are remembered.

    ``idle_timeout``, ``poll_interval`` and ``retry_delays`` are those of ``HttpClient``. Raises ConfigurationError.
    """

    def __init__(
        self,
        host: str,
        model: str,
        *,
        key: str | None = None,
        keep_alive: str = "",
        home: Path | None = None,
        idle_timeout: float = 60.0,
        poll_interval: float = 2.0,
        retry_delays: tuple[float, ...] = (0.3, 1.0),
    ) -> None:
        self._library = OllamaLibrary(base_url(host), bearer_header(key, KEY_VARIABLE))
        self._client = HttpClient(
            base_url(host),
            HOST_VARIABLE,
            OLLAMA_ERRORS,
            idle_timeout=idle_timeout,
            poll_interval=poll_interval,
            retry_delays=retry_delays,
            headers=bearer_header(key, KEY_VARIABLE),
        )
        self._keep_alive = int(keep_alive) if re.fullmatch(r"-?\d+", keep_alive) else keep_alive or None
        self._configured_model: Final = without_latest(model)
        self._default_model = self._configured_model
        self._details_by_model: dict[str, ModelDetails] = {}
        self._windows = WindowMemory(home)
        self._silently_stopped: set[str] = set()  # models whose last run ended before they wrote
        self._loaded_models: dict[str, tuple[float, LoadedModel]] = {}  # by model, with the time of the answer

    @property
    def name(self) -> EngineName:
        """``ollama``."""
        return EngineName.OLLAMA

    @property
    def default_model(self) -> str:
        """The configured model or the one that was set, without ``:latest``."""
        return self._default_model

    def set_default_model(self, model: str | None) -> None:
        """Use this model for runs that name none; None goes back to the configured one."""
        self._default_model = without_latest(model) if model else self._configured_model

    def prepare(self) -> None:
        """Nothing to fetch: users decide themselves which models to pull into their Ollama."""

    async def health(self) -> Health:
        """Ask for the version and the models, within 2 seconds."""
        # Together: one after the other would not fit into the 2 seconds.
        version, tags = await asyncio.gather(
            self._request_or_error("/api/version"), self._request_or_error("/api/tags")
        )
        if not isinstance(version, EngineError) and "version" not in version:
            version = self._client.make_error("not_ollama")
        if isinstance(version, EngineError):
            return Health(
                False, version.message, self._default_model, False, "No model can be used until Ollama answers."
            )
        engine = f"Ollama {version['version']} answers at {self._client.url}."
        if isinstance(tags, EngineError):
            return Health(True, engine, self._default_model, False, tags.message)
        models = parse_models(tags, self._default_model, self._client.url)
        if any(model.name == self._default_model for model in models):
            return Health(True, engine, self._default_model, True, f"{self._default_model} is there.")
        return Health(True, engine, self._default_model, False, missing_model_message(self._default_model, models))

    async def models(self) -> list[ModelInfo]:
        """What ``/api/tags`` lists."""
        tags = await self._request_or_error("/api/tags")
        return [] if isinstance(tags, EngineError) else parse_models(tags, self._default_model, self._client.url)

    async def described_models(self) -> list[ModelInfo]:
        """The same with what ``/api/ps`` says of them, and ``/api/show`` where the list of an older Ollama is short."""
        models, loaded = await asyncio.gather(self.models(), self._request_or_error("/api/ps"))
        limit = asyncio.Semaphore(MAX_SHOWN_AT_ONCE)

        async def describe(model: ModelInfo) -> ModelInfo:
            context = model.context
            if context is None:
                async with limit:
                    details = await self._model_details(model.name)
                context = details.context_length if details.is_context_known else None
            is_loaded = None if isinstance(loaded, EngineError) else parse_loaded(loaded, model.name) is not None
            return replace(model, context=context, loaded=is_loaded)

        return await asyncio.gather(*map(describe, models))

    async def pull_target(self, model: str, server: str | None = None) -> str | None:  # noqa: ARG002 - it is the one
        """This server."""
        check_model_name(model)
        return self._client.url

    def pull(self, model: str, server: str | None = None) -> AsyncGenerator[PullProgress, None]:  # noqa: ARG002
        """Have Ollama fetch a model; see ``KeepsModels.pull``."""
        return self._library.pull(model)

    async def remove(self, model: str, server: str | None = None) -> None:  # noqa: ARG002
        """Have Ollama remove a model; see ``KeepsModels.remove``."""
        await self._library.remove(model)

    async def context_window(self, model: str) -> int | None:
        """What ``/api/show`` says, else ``DEFAULT_CONTEXT_LENGTH``."""
        return (await self._model_details(model)).context_length

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Stream one answer of ``/api/chat``; see ``Engine.generate``."""
        yield Progress(ProgressPhase.LOADING)
        # Both are mostly known already: one after the other they cost no task.
        details, loaded = await self._model_details(request.model), await self._loaded_model(request.model)
        min_window = max(loaded.window, min(self._windows.get(request.model), details.context_length))
        # Somebody else's pin stays: a run without it would have the model unloaded five minutes later.
        keep_alive = PINNED if loaded.is_pinned else self._keep_alive
        attempts = [ChatAttempt.initial(request, details, min_window, keep_alive)]
        has_begun = False

        def next_attempt(error: EngineError) -> EventStream | None:
            fallback = attempts[-1].fallback_for(error)
            if fallback is None:
                return None
            attempts.append(fallback)
            return self._stream_attempt(fallback)

        async with aclosing(stream_with_retry(self._stream_attempt(attempts[0]), next_attempt)) as events:
            try:
                async for event in events:
                    has_begun = has_begun or not isinstance(event, Progress)
                    yield attempts[-1].with_warning(event)
            except (GeneratorExit, asyncio.CancelledError):
                if not has_begun:
                    self._silently_stopped.add(request.model)
                raise
        self._silently_stopped.discard(request.model)
        await self._windows.save()

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await asyncio.gather(self._client.close(), self._library.close())
        await self._windows.save()

    def _stream_attempt(self, attempt: ChatAttempt) -> EventStream:
        request = attempt.request
        # The window that Ollama holds the model with from now on: asking for another one reloads it.
        self._windows.note(request.model, attempt.window)
        decoder = OllamaDecoder(OLLAMA_ERRORS, request)
        get_progress = partial(self._waiting_progress, request.model)
        stream = self._client.stream("/api/chat", attempt.body(), decoder, get_progress)
        if attempt.cut_answer is not None:
            return splice_stream(stream, attempt.cut_answer)
        return drop_echo(stream, request.messages[-1].content) if is_continuation(request.messages) else stream

    async def _request_or_error(self, path: str) -> dict[str, Any] | EngineError:
        try:
            return await self._client.request_json("GET", path, model=self._default_model)
        except EngineError as error:
            return error

    async def _model_details(self, model: str) -> ModelDetails:
        if model not in self._details_by_model:
            try:
                response = await self._client.request_json("POST", "/api/show", {"model": model})
            except EngineError:
                return ModelDetails()  # not kept: it may answer next time
            self._details_by_model[model] = parse_details(response)
        return self._details_by_model[model]

    async def _loaded_model(self, model: str) -> LoadedModel:
        """The model as it is in memory; as it was, where that was asked a moment ago: a start need not wait for it."""
        now = asyncio.get_running_loop().time()
        known = self._loaded_models.get(model)
        if known is None or now - known[0] > LOADED_TTL:
            loaded = parse_loaded(await self._request_or_error("/api/ps"), model) or LoadedModel()
            known = self._loaded_models[model] = (now, loaded)
        return known[1]

    async def _waiting_progress(self, model: str, seconds: float) -> Progress:
        if parse_loaded(await self._request_or_error("/api/ps"), model) is None:
            return Progress(ProgressPhase.LOADING)
        if model in self._silently_stopped:
            return Progress(ProgressPhase.WAITING, note=STOPPED_HINT)
        if seconds > BUSY_HINT_DELAY:
            return Progress(ProgressPhase.READING, note=BUSY_HINT)
        return Progress(ProgressPhase.READING)
