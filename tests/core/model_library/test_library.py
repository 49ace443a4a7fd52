"""Which of the models that can be used is the default."""

from core.engines.protocol import EngineName, ModelInfo
from core.engines.registry import EngineRegistry
from core.model_library.library import ModelLibrary
from core.settings import EngineChoice
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine


class TwoServers(ScriptedEngine):
    """Stands for two servers that have the same model."""

    async def described_models(self) -> list[ModelInfo]:
        """Each model once for each server."""
        return [ModelInfo(name, self.name, server=server) for name in self.model_names for server in ("a", "b")]


async def test_the_default_model_is_that_on_every_server_of_its_engine(studio: Studio) -> None:
    servers = TwoServers(name=EngineName.OLLAMA, model="m:latest")
    servers.model_names.append("other")
    embedded = ScriptedEngine(name=EngineName.EMBEDDED, model="m")
    engines = EngineRegistry({engine.name: engine for engine in (servers, embedded)}, EngineChoice.AUTO)
    library = ModelLibrary(engines, studio.accounts.audit, list)
    assert [each.default for each in await library.models()] == [True, True, False, False, False]


async def test_a_model_is_made_the_default_on_the_engine_that_was_meant(studio: Studio) -> None:
    ollama, embedded = (ScriptedEngine(name=name, model="m") for name in (EngineName.OLLAMA, EngineName.EMBEDDED))
    studio.engines = EngineRegistry({engine.name: engine for engine in (ollama, embedded)}, EngineChoice.AUTO)
    await studio.set_default_model("m", 1, EngineName.EMBEDDED)
    assert await studio.engines.choose(None) == (embedded, "m")
