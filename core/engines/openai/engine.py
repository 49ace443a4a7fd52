"""Any server that speaks OpenAI's ``/v1/chat/completions``: vLLM, llama.cpp's server, LM Studio."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from core.engines.continuation import asking_for_the_rest, joined
from core.engines.http.client import Remote
from core.engines.http.json_access import count_of, list_of, object_of, text_of
from core.engines.http.response_decoder import continues, conversation
from core.engines.http.retry import Pieces, answered
from core.engines.openai.errors import OPENAI
from core.engines.openai.response import ChatAnswer
from core.engines.protocol import EngineName, Health, Loading, Model, Piece, Request
from core.errors import ConfigurationError, EngineError

URL_VARIABLE = "LIVEWRIGHT_OPENAI_URL"
KEY_VARIABLE = "LIVEWRIGHT_OPENAI_KEY"

EXTRAS: dict[str, Any] = {"stream_options": {"include_usage": True}, "return_progress": True}
"""What a strict server may refuse. llama.cpp tells with the second how far it has read the prompt, and only so
notices in the middle of it that nobody listens any more."""
PREFIX_EXTRAS: dict[str, Any] = {
    "add_generation_prompt": False,
    "continue_final_message": True,
    "chat_template_kwargs": {"enable_thinking": False},
}
"""Makes vLLM go on from a last ``assistant`` message, as llama.cpp does by itself unless the model is to think."""


class OpenAiCompatible:
    """The engine that talks to the server at ``url``, with or without ``/v1`` at its end.

    ``key`` goes with each call and into no log or error. ``model`` is used where the server has it. ``idle`` and
    ``pauses`` are those of ``Remote``. Raises ConfigurationError.
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        model: str,
        *,
        idle: float = 60.0,
        pauses: tuple[float, ...] = (0.3, 1.0),
    ) -> None:
        self._remote = Remote(
            _base(url),
            URL_VARIABLE,
            OPENAI,
            idle=idle,
            pauses=pauses,
            headers=_authorization(key),
            not_a_stream="application/json",
        )
        self._wanted = model.strip()
        self._listed: list[Model] = []

    @property
    def name(self) -> EngineName:
        """``openai``."""
        return EngineName.OPENAI

    @property
    def default_model(self) -> str:
        """The configured one, unless the server listed others only: then the first of those."""
        return self._listed[0].name if self._listed else self._wanted

    def prepare(self) -> None:
        """Nothing: the server has its models, or has not."""

    async def health(self) -> Health:
        """Ask for the models, within 2 seconds."""
        try:
            models = await self._list()
        except EngineError as error:
            none = "No model can be used until the server answers."
            return Health(False, error.message, self.default_model, False, none)
        engine = f"An OpenAI-compatible server answers at {self._remote.url}."
        if not models:
            return Health(True, engine, None, False, "The server has no model: load one there.")
        model, instead = self.default_model, f" (it does not have {self._wanted})"
        return Health(True, engine, model, True, f"{model} is there{instead * (model != self._wanted)}.")

    async def models(self) -> list[Model]:
        """What ``/v1/models`` lists."""
        try:
            return await self._list()
        except EngineError:
            return []

    async def window(self, model: str) -> int | None:
        """What the server's list says, where it says it."""
        return next((found.context for found in await self.models() if found.name == model), None)

    async def generate(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Stream one answer; see ``Engine.generate``. What a server refuses is asked for in another way.

        First without what it may not know; then, for a cut answer, as a request for its rest.
        """
        yield Loading("waiting for the model")
        plain = _body(request)
        extras = EXTRAS | (PREFIX_EXTRAS if continues(request.messages) else {})
        others: list[tuple[set[str], Callable[[], Pieces]]] = [({"bad_request"}, lambda: self._ask(plain, request))]
        if continues(request.messages):
            others.append(({"bad_request", "no_prefill"}, lambda: self._rest(request)))

        def otherwise(error: EngineError) -> Pieces | None:
            while others:
                kinds, ask = others.pop(0)
                if error.kind in kinds:
                    return ask()
            return None

        async with aclosing(answered(self._ask(plain | extras, request), otherwise)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._remote.close()

    def _ask(self, body: dict[str, Any], request: Request) -> Pieces:
        return self._remote.pieces("/v1/chat/completions", body, ChatAnswer(OPENAI, request))

    def _rest(self, request: Request) -> Pieces:
        asked = replace(request, messages=asking_for_the_rest(request.messages))
        return joined(self._ask(_body(asked), asked), request.messages[-1].content)

    async def _list(self) -> list[Model]:
        answer = await self._remote.ask("GET", "/v1/models", model=self._wanted)
        if not isinstance(answer.get("data"), list):
            raise self._remote.failure("not_openai")
        models = [_model(object_of(entry)) for entry in list_of(answer["data"])]
        self._listed = sorted((model for model in models if model.name), key=lambda model: model.name != self._wanted)
        return self._listed


def _base(url: str) -> str:
    """The URL without the path that every call has of its own."""
    scheme, separator, rest = url.strip().strip("\"'").strip().partition("://")
    if not separator:
        scheme, rest = "http", scheme
    return f"{scheme}://{rest.rstrip('/').removesuffix('/v1').rstrip('/')}"


def _authorization(key: str | None) -> dict[str, str]:
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ConfigurationError(f"{KEY_VARIABLE} holds characters that no key has: copy it again.")
    return {"Authorization": f"Bearer {key}"} if key else {}


def _body(request: Request) -> dict[str, Any]:
    sampling = request.sampling
    body = {
        "model": request.model,
        "messages": conversation(request.messages),
        "stream": True,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
        "max_tokens": sampling.max_tokens,
    }
    return {name: value for name, value in body.items() if value is not None}


def _model(entry: dict[str, Any]) -> Model:
    """vLLM tells the window as ``max_model_len``, llama.cpp in ``meta``."""
    meta = object_of(entry.get("meta"))
    context = count_of(entry.get("max_model_len")) or count_of(meta.get("n_ctx")) or count_of(meta.get("n_ctx_train"))
    return Model(text_of(entry.get("id")), EngineName.OPENAI, context, count_of(meta.get("size")))
