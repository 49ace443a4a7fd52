"""Reads ahead: while a person still writes, the engine reads what a run would ask; its first piece comes at once."""

from core.catalog.stacks import Stack
from core.engines import model_size
from core.engines.protocol import GenerationRequest, ReadsAhead
from core.engines.registry import EngineRegistry
from core.prompts.messages import generation_messages


class PromptReader:
    """Has the engine of the settings read prompts, if it is one that can."""

    def __init__(self, engines: EngineRegistry) -> None:
        self._engines = engines

    async def read(self, stack: Stack, requirement: str) -> None:
        """Begin to read what the next run of this stack would ask; words that change later cost what is new in them."""
        engine, model = await self._engines.choose(None)
        if isinstance(engine, ReadsAhead):
            messages = generation_messages(stack, requirement, is_small_model=model_size.is_small(model))
            engine.read_ahead(GenerationRequest(model, messages))
