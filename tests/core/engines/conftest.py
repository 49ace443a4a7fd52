"""A real llama.cpp server, with the small weights that come as a package."""

import asyncio
from collections.abc import Generator

import pytest

from core.engines.embedded.process import LlamaProcess
from core.engines.embedded.weights import usable_weights


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Generator[LlamaProcess, None, None]:
    """One server for all tests that leave it running; on its own event loop, which outlives those of the tests."""
    loop = asyncio.new_event_loop()
    weights = usable_weights(tmp_path_factory.mktemp("home"), "smollm2")[0]
    llama = loop.run_until_complete(LlamaProcess.start(weights, slots=1, threads=1))
    yield llama
    loop.run_until_complete(llama.close())
    loop.close()
