"""Ollama over HTTP: ``/api/chat`` as a stream of pieces that loses nothing and says why it ended."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any, Final, Literal

import httpx

from core.engines import ollama_errors as errors
from core.engines.ollama_http import OllamaHttp
from core.engines.ollama_lines import Line
from core.engines.ollama_models import (
    Details,
    estimated_tokens,
    is_loaded,
    looks_cut,
    read_details,
    read_models,
    short_name,
    window_for,
)
from core.engines.protocol import (
    EngineName,
    Finished,
    Health,
    Loading,
    Model,
    Piece,
    Request,
    Text,
    Thinking,
)


class Ollama:
    """The engine that talks to an Ollama server. ``host`` takes every form of OLLAMA_HOST.

    ``idle`` is how many seconds of silence after the first piece mean that Ollama hangs; before it there is no limit,
    since Ollama sends nothing at all while it loads a model and reads the prompt. ``poll`` is how often it is then
    asked what it does. A call that was refused (503, nothing listens) is repeated after each pause of ``pauses``.
    Raises ConfigurationError.
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
        self._http = OllamaHttp(host, idle=idle, pauses=pauses)
        self._model: Final = short_name(model)
        self._poll = poll
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
        version, tags = await asyncio.gather(self._http.ask("GET", "/api/version"), self._http.ask("GET", "/api/tags"))
        if not isinstance(version, dict) or "version" not in version:
            message = errors.no_answer(self._http.url) if version is None else errors.SENTENCES["not_ollama"]
            return Health(False, message, self._model, False, "No model can be used until Ollama answers.")
        models = read_models(tags, self._model)
        engine = f"Ollama {version['version']} answers at {self._http.url}."
        if any(model.name == self._model for model in models):
            return Health(True, engine, self._model, True, f"{self._model} is there.")
        return Health(True, engine, self._model, False, _how_to_get(self._model, models))

    async def models(self) -> list[Model]:
        """What ``/api/tags`` lists."""
        return read_models(await self._http.ask("GET", "/api/tags"), self._model)

    async def generate(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Stream one answer of ``/api/chat``; see ``Engine.generate``."""
        yield Loading("loading the model")
        details = await self._show(request.model)
        prompt = estimated_tokens(request.messages)
        window = self._window(request, prompt, details)
        opening = asyncio.create_task(self._http.open(_body(request, prompt, window, details)), name="ollama opening")
        try:
            while not (await asyncio.wait({opening}, timeout=self._poll))[0]:
                yield await self._what_it_does(request.model)
            async with aclosing(self._read(opening.result(), request)) as pieces:
                async for piece in pieces:
                    yield _warned(piece, window, prompt)
        finally:
            await _closed(opening)

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._http.close()

    async def _show(self, model: str) -> Details:
        if model not in self._details:
            answer = await self._http.ask("POST", "/api/show", {"model": model})
            if not answer:
                return Details()
            self._details[model] = read_details(answer)
        return self._details[model]

    def _window(self, request: Request, prompt: int, details: Details) -> int:
        """A larger window that was asked for before stays: another value makes Ollama load the model again."""
        window = window_for(prompt, request.sampling.max_tokens, details.context)
        window = max(window, self._windows.get(request.model, 0))
        self._windows[request.model] = window
        return window

    async def _what_it_does(self, model: str) -> Loading:
        loaded = is_loaded(await self._http.ask("GET", "/api/ps"), model)
        return Loading("reading the prompt" if loaded else "loading the model")

    async def _read(self, response: httpx.Response, request: Request) -> AsyncGenerator[Piece, None]:
        wrote = False
        async with aclosing(self._http.lines(response, request.model)) as lines:
            async for line in lines:
                for piece in _pieces(line):
                    wrote = wrote or isinstance(piece, Text)
                    yield piece
                if line.error is not None:
                    raise errors.from_line(line.error, request.model)
                if line.done:
                    yield _finished(line, request.model, wrote or _continues(request))
                    return
        raise errors.of_kind("incomplete", request.model)


def _body(request: Request, prompt: int, window: int, details: Details) -> dict[str, Any]:
    room = max(window - prompt, window // 4)
    sampling = request.sampling
    options: dict[str, Any] = {"num_ctx": window, "num_predict": min(sampling.max_tokens or room, room)}
    if sampling.temperature is not None:
        options["temperature"] = sampling.temperature
    if sampling.seed is not None:
        options["seed"] = sampling.seed
    messages = [{"role": message.role, "content": message.content} for message in request.messages]
    body = {"model": request.model, "messages": messages, "stream": True, "truncate": False, "options": options}
    return body | ({"think": False} if details.thinks else {})


def _pieces(line: Line) -> Iterator[Piece]:
    if line.thinking:
        yield Thinking(line.thinking)
    if line.content:
        yield Text(line.content)


def _continues(request: Request) -> bool:
    """Whether an empty answer is one: the model may have nothing to add to what it began."""
    return bool(request.messages) and request.messages[-1].role == "assistant"


def _finished(line: Line, model: str, wrote: bool) -> Finished:
    if not wrote or line.reason in ("load", "unload"):
        raise errors.of_kind("empty", model)
    warning = None
    if line.reason not in ("stop", "length"):
        warning = "Ollama did not say why it stopped: the answer may be cut off."
    reason: Literal["stop", "length"] = "length" if line.reason == "length" else "stop"
    return Finished(reason, line.prompt_tokens, line.tokens, line.seconds, warning)


def _warned(piece: Piece, window: int, estimate: int) -> Piece:
    match piece:
        case Finished(reason, prompt, tokens, seconds, None) if looks_cut(prompt, window, estimate):
            warning = "Ollama seems to have dropped a part of the prompt: it was too long for its window."
            return Finished(reason, prompt, tokens, seconds, warning)
        case _:
            return piece


def _how_to_get(model: str, models: list[Model]) -> str:
    if not models:
        return f"Ollama does not have {model}. Run `ollama pull {model}`."
    return f"Ollama does not have {model}. Run `ollama pull {model}`, or choose {models[0].name}, which is there."


async def _closed(opening: asyncio.Task[httpx.Response]) -> None:
    """Close the connection, in whatever state its opening is."""
    opening.cancel()
    await asyncio.wait({opening})
    if not opening.cancelled() and opening.exception() is None:
        await opening.result().aclose()
