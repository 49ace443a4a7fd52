"""The engine for any server with OpenAI's ``/v1/chat/completions``: vLLM, llama.cpp's server, LM Studio."""

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from core.engines.continuation import add_continue_request, drop_echo, splice_stream
from core.engines.http.client import HttpClient
from core.engines.http.keys import bearer_header
from core.engines.http.retry import stream_with_retry
from core.engines.messages import is_continuation
from core.engines.openai.errors import OPENAI_ERRORS
from core.engines.openai.models import parse_models
from core.engines.openai.request import CONTINUATION_FIELDS, OPTIONAL_FIELDS, request_body
from core.engines.openai.response import ChatDecoder
from core.engines.protocol import (
    EngineEvent,
    EngineName,
    EventStream,
    GenerationRequest,
    Health,
    ModelInfo,
    Progress,
    ProgressPhase,
)
from core.errors import EngineError

_VERSION = re.compile(r"v\d+[a-z0-9]*$")
URL_VARIABLE = "LIVEWRIGHT_OPENAI_URL"
KEY_VARIABLE = "LIVEWRIGHT_OPENAI_KEY"


class OpenAiEngine:
    """The engine for the server at ``url``: with a version in its path as it is, else with ``/v1`` after it.

    ``key`` is sent with each call and never logged or shown. ``model`` is the default if the server has it.
    ``idle_timeout`` and ``retry_delays`` are those of ``HttpClient``. Raises ConfigurationError.
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        model: str,
        *,
        idle_timeout: float = 60.0,
        retry_delays: tuple[float, ...] = (0.3, 1.0),
    ) -> None:
        base_url, self._version_path = split_base_url(url)
        self._client = HttpClient(
            base_url,
            URL_VARIABLE,
            OPENAI_ERRORS,
            idle_timeout=idle_timeout,
            retry_delays=retry_delays,
            headers=bearer_header(key, KEY_VARIABLE),
        )
        self._initial_model = self._configured_model = model.strip()
        self._server_models: list[ModelInfo] = []

    @property
    def name(self) -> EngineName:
        """``openai``."""
        return EngineName.OPENAI

    @property
    def default_model(self) -> str:
        """The configured model, or the server's first one if its latest list lacks the configured one."""
        return self._server_models[0].name if self._server_models else self._configured_model

    def set_default_model(self, model: str | None) -> None:
        """Use this model for runs that name none; None goes back to that of the start."""
        self._configured_model = model or self._initial_model
        self._server_models = []  # the next look puts the new one first

    def prepare(self) -> None:
        """Nothing to fetch: the models belong to the server."""

    async def health(self) -> Health:
        """Ask for the models, within 2 seconds."""
        try:
            models = await self._fetch_models()
        except EngineError as error:
            no_model_message = "No model can be used until the server answers."
            return Health(False, error.message, self.default_model, False, no_model_message)
        engine = f"An OpenAI-compatible server answers at {self._client.url}."
        if not models:
            return Health(True, engine, None, False, "The server has no model: load one there.")
        model = self.default_model
        if model == self._configured_model:
            return Health(True, engine, model, True, f"{model} is there.")
        substitute_message = f"{model} is there (it does not have {self._configured_model})."
        return Health(True, engine, model, True, substitute_message)

    async def models(self) -> list[ModelInfo]:
        """What ``/v1/models`` lists."""
        try:
            return await self._fetch_models()
        except EngineError:
            return []

    async def described_models(self) -> list[ModelInfo]:
        """The same: the list is all that such a server tells."""
        return await self.models()

    async def context_window(self, model: str) -> int | None:
        """The window in the server's list, None if the list does not say it."""
        return next((candidate.context for candidate in await self.models() if candidate.name == model), None)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Stream one answer; see ``Engine.generate``. A refused request is repeated in a simpler form.

        First without the optional fields; then, if it continues a cut answer, as a request for the rest.
        """
        yield Progress(ProgressPhase.WAITING)
        fallbacks = self._fallbacks(request)

        def next_attempt(error: EngineError) -> EventStream | None:
            # A fallback that does not fit the error is dropped: what comes after it is simpler still.
            while fallbacks:
                fallback = fallbacks.pop(0)
                if error.error_code in fallback.error_codes:
                    return fallback.start()
            return None

        async with aclosing(stream_with_retry(self._stream_full(request), next_attempt)) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._client.close()

    def _fallbacks(self, request: GenerationRequest) -> "list[_Fallback]":
        minimal = _Fallback({"bad_request"}, lambda: self._stream(request_body(request), request))
        rest = _Fallback({"bad_request", "no_prefill"}, lambda: self._stream_rest(request))
        return [minimal, rest] if is_continuation(request.messages) else [minimal]

    def _stream_full(self, request: GenerationRequest) -> EventStream:
        continuation_fields = CONTINUATION_FIELDS if is_continuation(request.messages) else {}
        return self._stream(request_body(request) | OPTIONAL_FIELDS | continuation_fields, request)

    def _stream_rest(self, request: GenerationRequest) -> EventStream:
        continuation = replace(request, messages=add_continue_request(request.messages))
        return splice_stream(self._stream(request_body(continuation), continuation), request.messages[-1].content)

    def _stream(self, body: dict[str, Any], request: GenerationRequest) -> EventStream:
        decoder = ChatDecoder(OPENAI_ERRORS, request)
        stream = self._client.stream(f"{self._version_path}/chat/completions", body, decoder)
        return drop_echo(stream, request.messages[-1].content) if is_continuation(request.messages) else stream

    async def _fetch_models(self) -> list[ModelInfo]:
        response = await self._client.request_json("GET", f"{self._version_path}/models", model=self._configured_model)
        entries = response.get("data")
        if not isinstance(entries, list):
            raise self._client.make_error("not_openai")
        # Kept as the latest list: ``default_model`` has to answer without a request.
        self._server_models = parse_models(entries, self._configured_model, self._client.url)
        return self._server_models


@dataclass(frozen=True, slots=True)
class _Fallback:
    """Another way to ask, for a request that failed with one of ``error_codes``."""

    error_codes: set[str]
    start: Callable[[], EventStream]


def split_base_url(url: str) -> tuple[str, str]:
    """The address of the server, and what each path of a call begins with: ``/v1`` unless the address has a version.

    The whole address of the chat is taken, too, as other programs ask for it.
    """
    scheme, separator, rest = url.strip().strip("\"'").strip().partition("://")
    if not separator:
        scheme, rest = "http", scheme
    base = rest.rstrip("/").removesuffix("/chat/completions").removesuffix("/v1").rstrip("/")
    _, *segments = base.split("/")
    return f"{scheme}://{base}", "" if any(map(_VERSION.match, segments)) else "/v1"
