"""Ollama over HTTP: ``/api/chat`` as a stream of pieces that loses nothing and says why it ended."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any, Final

from core.engines.continuation import joined
from core.engines.http.client import Remote
from core.engines.http.retry import Pieces, answered
from core.engines.ollama.errors import OLLAMA
from core.engines.ollama.host import VARIABLE, base_url
from core.engines.ollama.models import Details, is_loaded, read_details, read_models, short_name
from core.engines.ollama.request import Attempt
from core.engines.ollama.response import OllamaAnswer
from core.engines.protocol import EngineName, Health, Loading, Model, Piece, Request
from core.errors import EngineError

LONG_WAIT = 60.0
"""Seconds of silence from a model in memory after which it may be that Ollama still works for someone else."""


class Ollama:
    """The engine that talks to an Ollama server. ``host`` takes every form of OLLAMA_HOST.

    ``idle``, ``poll`` and ``pauses`` are those of ``Remote``. Raises ConfigurationError.
    """

    def __init__(
        self,
        host: str,
        model: str,
        *,
        idle: float = 60.0,
        poll: float = 2.0,
        pauses: tuple[float, ...] = (0.3, 1.0),
    ) -> None:
        self._remote = Remote(base_url(host), VARIABLE, OLLAMA, idle=idle, poll=poll, pauses=pauses)
        self._model: Final = short_name(model)
        self._details: dict[str, Details] = {}
        self._windows: dict[str, int] = {}

    @property
    def name(self) -> EngineName:
        """``ollama``."""
        return EngineName.OLLAMA

    @property
    def default_model(self) -> str:
        """As configured, without ``:latest``."""
        return self._model

    def prepare(self) -> None:
        """Nothing: pulling a model into someone's Ollama is his decision."""

    async def health(self) -> Health:
        """Ask for the version and the models, within 2 seconds."""
        version, tags = await asyncio.gather(self._asked("/api/version"), self._asked("/api/tags"))
        if not isinstance(version, EngineError) and "version" not in version:
            version = self._remote.failure("not_ollama")
        if isinstance(version, EngineError):
            return Health(False, version.message, self._model, False, "No model can be used until Ollama answers.")
        engine = f"Ollama {version['version']} answers at {self._remote.url}."
        if isinstance(tags, EngineError):
            return Health(True, engine, self._model, False, tags.message)
        models = read_models(tags, self._model)
        if any(model.name == self._model for model in models):
            return Health(True, engine, self._model, True, f"{self._model} is there.")
        return Health(True, engine, self._model, False, _how_to_get(self._model, models))

    async def models(self) -> list[Model]:
        """What ``/api/tags`` lists."""
        tags = await self._asked("/api/tags")
        return [] if isinstance(tags, EngineError) else read_models(tags, self._model)

    async def window(self, model: str) -> int | None:
        """What ``/api/show`` says, or what is usual where it says nothing."""
        return (await self._show(model)).context

    async def generate(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Stream one answer of ``/api/chat``; see ``Engine.generate``."""
        yield Loading("loading the model")
        details = await self._show(request.model)
        attempts = [Attempt.first(request, details, self._windows.get(request.model, 0))]

        def otherwise(error: EngineError) -> Pieces | None:
            if other := attempts[-1].after(error):
                attempts.append(other)
            return self._ask(other) if other else None

        async with aclosing(answered(self._ask(attempts[0]), otherwise)) as pieces:
            async for piece in pieces:
                yield attempts[-1].warned(piece)

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._remote.close()

    def _ask(self, attempt: Attempt) -> Pieces:
        request = attempt.request
        self._windows[request.model] = attempt.window
        answer, waiting = OllamaAnswer(OLLAMA, request), partial(self._what_it_does, request.model)
        stream = self._remote.pieces("/api/chat", attempt.body(), answer, waiting)
        return stream if attempt.cut is None else joined(stream, attempt.cut)

    async def _asked(self, path: str) -> dict[str, Any] | EngineError:
        try:
            return await self._remote.ask("GET", path, model=self._model)
        except EngineError as error:
            return error

    async def _show(self, model: str) -> Details:
        if model not in self._details:
            try:
                self._details[model] = read_details(await self._remote.ask("POST", "/api/show", {"model": model}))
            except EngineError:
                return Details()
        return self._details[model]

    async def _what_it_does(self, model: str, waited: float) -> Loading:
        if not is_loaded(await self._asked("/api/ps"), model):
            return Loading("loading the model")
        if waited > LONG_WAIT:
            return Loading("reading the prompt, or still busy with another one: if nothing comes, restart Ollama")
        return Loading("reading the prompt")


def _how_to_get(model: str, models: list[Model]) -> str:
    if not models:
        return f"Ollama does not have {model}. Run `ollama pull {model}`."
    return f"Ollama does not have {model}. Run `ollama pull {model}`, or choose {models[0].name}, which is there."
