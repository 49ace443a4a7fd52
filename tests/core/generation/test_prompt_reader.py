"""Which engines read ahead, and what."""

from typing import Any, cast

import pytest

from core.catalog.stacks import Side, find_stack
from core.engines.protocol import GenerationRequest
from core.engines.registry import EngineRegistry
from core.generation.prompt_reader import PromptReader
from core.prompts.messages import generation_messages

FASTAPI = find_stack("fastapi", Side.BACKEND)


class Reading:
    """An engine that notes what it is to read."""

    def __init__(self) -> None:
        self.requests: list[GenerationRequest] = []

    def read_ahead(self, request: GenerationRequest) -> None:
        """Note it."""
        self.requests.append(request)


class Registry:
    """Chooses one engine."""

    def __init__(self, engine: object, model: str) -> None:
        self.choice = engine, model

    async def choose(self, model: str | None) -> tuple[Any, str]:
        """The one."""
        assert model is None
        return self.choice


@pytest.mark.parametrize(("model", "is_small"), [("qwen2.5-coder-1.5b", True), ("qwen2.5-coder-7b", False)])
async def test_the_engine_reads_what_a_run_would_ask(model: str, is_small: bool) -> None:
    engine = Reading()
    await PromptReader(cast(EngineRegistry, Registry(engine, model))).read(FASTAPI, "GET /plants")
    wanted = generation_messages(FASTAPI, "GET /plants", is_small_model=is_small)
    assert [(each.model, each.messages) for each in engine.requests] == [(model, wanted)]


async def test_an_engine_that_cannot_is_left_alone() -> None:
    await PromptReader(cast(EngineRegistry, Registry(object(), "m"))).read(FASTAPI, "GET /plants")
