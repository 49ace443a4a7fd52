"""Several servers of one kind as one engine: each run goes to the least busy one that has its model."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

from core.engines.messages import is_continuation
from core.engines.model_names import is_same_model, without_latest
from core.engines.protocol import (
    Engine,
    EngineEvent,
    EngineName,
    EventStream,
    GenerationRequest,
    Health,
    Message,
    ModelInfo,
    Progress,
    ServerHealth,
    StreamEnd,
    TextDelta,
)
from core.engines.servers.group_server import GroupServer, ServerChoice
from core.errors import EngineError

GONE_KINDS = {"engine_unreachable", "gateway", "connection_lost", "idle"}
"""The errors of a server that is down or hangs: it is left out until it answers again."""
NEXT_SERVER_KINDS = GONE_KINDS | {"engine_busy", "engine_crashed", "load_timeout", "model_not_found"}
"""The errors after which another server may do it, as long as nothing is written."""


class ServerGroup:
    """``engines`` by the addresses that may be shown; ``model`` is the default of them all.

    A run whose server goes away goes on with another one, as a person would continue it.
    """

    def __init__(self, engines: Mapping[str, Engine], model: str) -> None:
        self._servers = [GroupServer(url, engine) for url, engine in engines.items()]
        self._initial_model = self._configured_model = without_latest(model)
        self._choice = ServerChoice()
        self._looks: dict[GroupServer, asyncio.Task[None]] = {}

    @property
    def name(self) -> EngineName:
        """That of each of them."""
        return self._servers[0].engine.name

    @property
    def default_model(self) -> str:
        """The configured model if a server has it, else what the first server that answers has in its place."""
        if any(is_same_model(each.name, self._configured_model) for server in self._servers for each in server.models):
            return self._configured_model
        first = next((server for server in self._servers if server.models), self._servers[0])
        return first.engine.default_model

    def set_default_model(self, model: str | None) -> None:
        """Use this model for runs that name none; None goes back to that of the start."""
        self._configured_model = without_latest(model) if model else self._initial_model
        for server in self._servers:
            server.engine.set_default_model(model)

    def prepare(self) -> None:
        """Have each prepare itself."""
        for server in self._servers:
            server.engine.prepare()

    async def health(self) -> Health:
        """Ask all at once: ready if one of them is."""
        asked = asyncio.gather(*(server.engine.health() for server in self._servers))
        healths, _ = await asyncio.gather(asked, self._look_at(self._servers))
        best = max(healths, key=lambda each: (each.engine_ready, each.model_ready))
        return replace(
            best,
            engine_message=" ".join(each.engine_message for each in healths),
            model=self.default_model if best.engine_ready else best.model,
            servers=tuple(
                ServerHealth(server.url, each.engine_ready, f"{each.engine_message} {each.model_message}")
                for server, each in zip(self._servers, healths, strict=True)
            ),
        )

    async def models(self) -> list[ModelInfo]:
        """The models of all servers that answer; one that several have is listed for each."""
        await self._look_at(self._servers)
        return self._default_first(model for server in self._servers for model in server.models)

    async def described_models(self) -> list[ModelInfo]:
        """The same with all that is known of them."""
        lists = await asyncio.gather(*(server.engine.described_models() for server in self._servers))
        for server, models in zip(self._servers, lists, strict=True):
            server.note(models)
        return self._default_first(model for models in lists for model in models)

    async def context_window(self, model: str) -> int | None:
        """The least of those servers that have the model: which of them a run goes to is not known before."""
        servers = await self._servers_for(model)
        windows = await asyncio.gather(*(server.engine.context_window(model) for server in servers))
        return min((window for window in windows if window is not None), default=None)

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Stream one answer; see ``Engine.generate``. Each server is tried once."""
        answer = _Answer(request)
        tried: list[GroupServer] = []
        while True:
            server = await self._next_server(request, tried)
            tried.append(server)
            try:
                async with aclosing(self._stream_from(server, answer)) as events:
                    async for event in events:
                        yield event
            except EngineError as error:
                if error.error_code in GONE_KINDS:
                    server.note(())
                is_for_another = error.error_code in (GONE_KINDS if answer.parts else NEXT_SERVER_KINDS)
                if not is_for_another or not await self._others_with(request.model, tried):
                    raise
            else:
                return

    async def _stream_from(self, server: GroupServer, answer: "_Answer") -> EventStream:
        request = answer.next_request(server.url)
        self._choice.note(server, request.project_id)
        server.active_runs += 1
        server.all_runs += 1
        try:
            async with aclosing(server.engine.generate(request)) as events:
                async for event in events:
                    if noted := answer.note(event):
                        yield noted
        finally:
            server.active_runs -= 1

    async def close(self) -> None:
        """Close them all."""
        for task in self._looks.values():
            task.cancel()
        await asyncio.gather(*self._looks.values(), return_exceptions=True)
        await asyncio.gather(*(server.engine.close() for server in self._servers))

    async def urls_with(self, model: str) -> list[str]:
        """The addresses of the servers that have a model now."""
        await self._look_at(self._servers)
        return [server.url for server in self._servers if server.has(model)]

    async def first_ready(self) -> str:
        """The address of the first server that answers; of the first one where none does."""
        healths = await asyncio.gather(*(server.engine.health() for server in self._servers))
        ready = [server for server, health in zip(self._servers, healths, strict=True) if health.engine_ready]
        return (ready or self._servers)[0].url

    async def _next_server(self, request: GenerationRequest, tried: list[GroupServer]) -> GroupServer:
        """The best server that was not tried; where none has the model, one that answers, which says so."""
        servers = await (self._others_with(request.model, tried) if tried else self._servers_for(request.model))
        return self._choice.in_order(servers, request.project_id)[0]

    async def _servers_for(self, model: str) -> list[GroupServer]:
        """The servers that have the model, else those that answer, else all."""
        found = await self._others_with(model, [])
        return found or [server for server in self._servers if server.models] or self._servers

    async def _others_with(self, model: str, tried: list[GroupServer]) -> list[GroupServer]:
        """The servers that have the model and were not tried; waits for their lists only if none is known to."""
        others = [server for server in self._servers if server not in tried]
        stale = [server for server in others if server.is_stale]
        if found := [server for server in others if server.has(model)]:
            self._start_looks(stale)
            return found
        await self._look_at(stale)
        return [server for server in others if server.has(model)]

    async def _look_at(self, servers: Sequence[GroupServer]) -> None:
        if looks := self._start_looks(servers):
            # A look belongs to all who wait for it: one of them may be cancelled.
            await asyncio.wait(looks)

    def _start_looks(self, servers: Sequence[GroupServer]) -> list[asyncio.Task[None]]:
        for server in servers:
            if server not in self._looks:
                task = asyncio.create_task(self._look(server), name=f"models of {server.url}")
                self._looks[server] = task
        return [self._looks[server] for server in servers]

    async def _look(self, server: GroupServer) -> None:
        try:
            server.note(await server.engine.models())
        finally:
            del self._looks[server]

    def _default_first(self, models: Iterable[ModelInfo]) -> list[ModelInfo]:
        return sorted(models, key=lambda model: not is_same_model(model.name, self.default_model))


class _Answer:
    """What was written so far, by whichever server, and what the next one is asked for."""

    def __init__(self, request: GenerationRequest) -> None:
        self._request = request
        self._tokens = 0
        self._writers: list[str] = []
        self.parts: list[str] = []

    def next_request(self, url: str) -> GenerationRequest:
        """What the server of this address is asked: the request itself, or the rest of the answer."""
        if not self.parts:
            self._writers = [url]
            return self._request
        self._writers.append(url)
        *before, last = self._request.messages
        cut = (*before, replace(last, content=last.content + "".join(self.parts)))
        if not is_continuation(self._request.messages):
            cut = (*self._request.messages, Message("assistant", "".join(self.parts)))
        sampling = self._request.sampling
        if sampling.max_tokens:
            sampling = replace(sampling, max_tokens=max(1, sampling.max_tokens - self._tokens))
        return replace(self._request, messages=cut, sampling=sampling)

    def note(self, event: EngineEvent) -> EngineEvent | None:
        """The event as readers get it; None for one that has no place after text."""
        match event:
            case TextDelta(text, tokens):
                self.parts.append(text)
                self._tokens += tokens
            case Progress() if self.parts:
                return None
            case StreamEnd() if len(self._writers) > 1:
                # The last server's counts are those of its own part.
                note = f"{self._writers[-2]} went away in the middle, and {self._writers[-1]} went on from there."
                warning = " ".join(filter(None, (note, event.warning)))
                return replace(event, completion_tokens=None, generation_seconds=None, warning=warning)
            case _:
                pass
        return event
