"""Any server that speaks OpenAI's ``/v1/chat/completions``: vLLM, llama.cpp's server, LM Studio."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from core.engines.continuation import continuation_messages, splice_stream
from core.engines.http.client import HttpClient
from core.engines.http.json_access import as_count, as_list, as_object, as_text
from core.engines.http.retry import stream_with_retry
from core.engines.messages import encode_messages, is_continuation
from core.engines.openai.errors import OPENAI_ERRORS
from core.engines.openai.response import ChatDecoder
from core.engines.protocol import EngineEvent, EngineName, EventStream, GenerationRequest, Health, ModelInfo, Progress
from core.errors import ConfigurationError, EngineError

URL_VARIABLE = "LIVEWRIGHT_OPENAI_URL"
KEY_VARIABLE = "LIVEWRIGHT_OPENAI_KEY"

OPTIONAL_FIELDS: dict[str, Any] = {"stream_options": {"include_usage": True}, "return_progress": True}
"""What a strict server may refuse. llama.cpp tells with the second how far it has read the prompt, and only so
notices in the middle of it that nobody listens any more."""
CONTINUATION_FIELDS: dict[str, Any] = {
    "add_generation_prompt": False,
    "continue_final_message": True,
    "chat_template_kwargs": {"enable_thinking": False},
}
"""Makes vLLM go on from a last ``assistant`` message, as llama.cpp does by itself unless the model is to think."""


class OpenAiEngine:
    """The engine that talks to the server at ``url``, with or without ``/v1`` at its end.

    ``key`` goes with each call and into no log or error. ``model`` is used where the server has it. ``idle_timeout``
    and ``retry_delays`` are those of ``HttpClient``. Raises ConfigurationError.
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
        self._client = HttpClient(
            _base_url(url),
            URL_VARIABLE,
            OPENAI_ERRORS,
            idle_timeout=idle_timeout,
            retry_delays=retry_delays,
            headers=_authorization_header(key),
            refused_type="application/json",
        )
        self._configured_model = model.strip()
        self._server_models: list[ModelInfo] = []

    @property
    def name(self) -> EngineName:
        """``openai``."""
        return EngineName.OPENAI

    @property
    def default_model(self) -> str:
        """The configured one, unless the server listed others only: then the first of those."""
        return self._server_models[0].name if self._server_models else self._configured_model

    def prepare(self) -> None:
        """Nothing: the server has its models, or has not."""

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
        model, substitute_note = self.default_model, f" (it does not have {self._configured_model})"
        return Health(
            True, engine, model, True, f"{model} is there{substitute_note * (model != self._configured_model)}."
        )

    async def models(self) -> list[ModelInfo]:
        """What ``/v1/models`` lists."""
        try:
            return await self._fetch_models()
        except EngineError:
            return []

    async def context_window(self, model: str) -> int | None:
        """What the server's list says, where it says it."""
        return next((candidate.context for candidate in await self.models() if candidate.name == model), None)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Stream one answer; see ``Engine.generate``. What a server refuses is asked for in another way.

        First without what it may not know; then, for a cut answer, as a request for its rest.
        """
        yield Progress("waiting for the model")
        minimal_body = _request_body(request)
        optional_fields = OPTIONAL_FIELDS | (CONTINUATION_FIELDS if is_continuation(request.messages) else {})
        fallbacks: list[tuple[set[str], Callable[[], EventStream]]] = [
            ({"bad_request"}, lambda: self._stream(minimal_body, request))
        ]
        if is_continuation(request.messages):
            fallbacks.append(({"bad_request", "no_prefill"}, lambda: self._stream_continuation(request)))

        def next_attempt(error: EngineError) -> EventStream | None:
            while fallbacks:
                kinds, start_attempt = fallbacks.pop(0)
                if error.error_code in kinds:
                    return start_attempt()
            return None

        async with aclosing(
            stream_with_retry(self._stream(minimal_body | optional_fields, request), next_attempt)
        ) as events:
            async for event in events:
                yield event

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._client.close()

    def _stream(self, body: dict[str, Any], request: GenerationRequest) -> EventStream:
        return self._client.stream("/v1/chat/completions", body, ChatDecoder(OPENAI_ERRORS, request))

    def _stream_continuation(self, request: GenerationRequest) -> EventStream:
        continuation = replace(request, messages=continuation_messages(request.messages))
        return splice_stream(self._stream(_request_body(continuation), continuation), request.messages[-1].content)

    async def _fetch_models(self) -> list[ModelInfo]:
        response = await self._client.request_json("GET", "/v1/models", model=self._configured_model)
        if not isinstance(response.get("data"), list):
            raise self._client.make_error("not_openai")
        models = [_parse_model(as_object(entry)) for entry in as_list(response["data"])]
        self._server_models = sorted(
            (model for model in models if model.name), key=lambda model: model.name != self._configured_model
        )
        return self._server_models


def _base_url(url: str) -> str:
    """The URL without the path that every call has of its own."""
    scheme, separator, rest = url.strip().strip("\"'").strip().partition("://")
    if not separator:
        scheme, rest = "http", scheme
    return f"{scheme}://{rest.rstrip('/').removesuffix('/v1').rstrip('/')}"


def _authorization_header(key: str | None) -> dict[str, str]:
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigurationError(f"{KEY_VARIABLE} holds characters that no key has: copy it again.")
    return {"Authorization": f"Bearer {key}"} if key else {}


def _request_body(request: GenerationRequest) -> dict[str, Any]:
    sampling = request.sampling
    body = {
        "model": request.model,
        "messages": encode_messages(request.messages),
        "stream": True,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
        "max_tokens": sampling.max_tokens,
    }
    return {name: value for name, value in body.items() if value is not None}


def _parse_model(entry: dict[str, Any]) -> ModelInfo:
    """vLLM tells the window as ``max_model_len``, llama.cpp in ``meta``."""
    meta = as_object(entry.get("meta"))
    context = as_count(entry.get("max_model_len")) or as_count(meta.get("n_ctx")) or as_count(meta.get("n_ctx_train"))
    return ModelInfo(as_text(entry.get("id")), EngineName.OPENAI, context, as_count(meta.get("size")))
