"""Several Ollama servers as one engine that fetches and removes models."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress

from core.engines.ollama.engine import OllamaEngine
from core.engines.ollama.library import check_model_name
from core.engines.protocol import PullProgress
from core.engines.servers.server_group import ServerGroup
from core.errors import InvalidInput, NotFound


class OllamaGroup(ServerGroup):
    """``engines`` by the addresses that may be shown; ``model`` is the default of them all."""

    def __init__(self, engines: Mapping[str, OllamaEngine], model: str) -> None:
        super().__init__(engines, model)
        self._keepers = dict(engines)

    async def pull_target(self, model: str, server: str | None = None) -> str | None:
        """The server that is asked for, else the first that answers. Raises InvalidInput."""
        check_model_name(model)
        return self._check_server(server) if server else await self.first_ready()

    def pull(self, model: str, server: str | None = None) -> AsyncGenerator[PullProgress, None]:
        """Have this server, else the first one, fetch a model; see ``KeepsModels.pull``."""
        return self._keepers[self._check_server(server or next(iter(self._keepers)))].pull(model)

    async def remove(self, model: str, server: str | None = None) -> None:
        """Have this server, else all, remove a model; see ``KeepsModels.remove``. NotFound where none has it."""
        if server:
            await self._keepers[self._check_server(server)].remove(model)
            return
        urls = await self.urls_with(model)
        if not any(await asyncio.gather(*(self._remove_if_there(url, model) for url in urls))):
            raise NotFound("No Ollama server that answers has this model.")

    async def _remove_if_there(self, url: str, model: str) -> bool:
        with suppress(NotFound):
            await self._keepers[url].remove(model)
            return True
        return False

    def _check_server(self, server: str) -> str:
        if server in self._keepers:
            return server
        raise InvalidInput.for_field("server", f"Name one of these servers: {', '.join(self._keepers)}.")
