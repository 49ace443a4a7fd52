"""llama.cpp's own server, with the small real weights that come as a package."""

import asyncio
from collections.abc import Generator

import pytest

from core.engines.embedded.process import LlamaProcess
from core.engines.embedded.weights import usable_weights


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Generator[LlamaProcess, None, None]:
    """One for all tests that leave it alive; on a loop of its own, since those of the tests come and go."""
    loop = asyncio.new_event_loop()
    weights = usable_weights(tmp_path_factory.mktemp("home"), "smollm2")[0]
    llama = loop.run_until_complete(LlamaProcess.start(weights, slots=1, threads=1))
    yield llama
    loop.run_until_complete(llama.close())
    loop.close()
