"""An installation whose Ollama is a scripted server that can be told what to pull."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.ollama.engine import OllamaEngine
from core.engines.protocol import EngineName
from core.engines.registry import EngineRegistry
from core.settings import EngineChoice, Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine
from tests.support.fake_reviews import skip_review
from tests.support.installation import ApiUser, serving_installation
from tests.support.servers.scripted_server import Script, ScriptedServer, answer_lines, scripted_server

LAYER = {"status": "pulling 60e05f210007", "digest": "sha256:60e05f210007", "total": 1000}
PULL_LINES = (
    {"status": "pulling manifest"},
    LAYER,
    LAYER | {"completed": 400},
    LAYER | {"completed": 1000},
    {"status": "pulling aa", "digest": "sha256:aa", "total": 10, "completed": 10},
    {"status": "verifying sha256 digest"},
    {"status": "success"},
)
WHOLE_PULL = answer_lines(*PULL_LINES)
HANGING_PULL = answer_lines(*PULL_LINES[:3], ending="hang")


@asynccontextmanager
async def installation_with_ollama(
    settings: Settings, routes: dict[str, Script] | None = None
) -> AsyncGenerator[tuple[ApiUser, ScriptedServer, Studio], None]:
    """Its admin, its Ollama, and the installation; ``routes`` say how Ollama answers."""
    async with asyncio.timeout(20), scripted_server(routes=routes) as server:
        ollama = OllamaEngine(server.url, "m", retry_delays=(), poll_interval=0.02)
        embedded = EmbeddedEngine(settings.home, "smollm2")
        registry = EngineRegistry({EngineName.OLLAMA: ollama, EngineName.EMBEDDED: embedded}, EngineChoice.AUTO)
        studio = Studio(settings, registry, skip_review)
        async with serving_installation(studio, ScriptedEngine()) as installation:
            yield await installation.register_user("ada"), server, studio
