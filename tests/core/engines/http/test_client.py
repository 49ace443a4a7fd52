"""The HTTP client of an engine, whichever the engine."""

from contextlib import aclosing

import pytest

from core.engines.http.client import HttpClient
from core.engines.ollama.errors import OLLAMA_ERRORS
from core.engines.ollama.response import OllamaDecoder
from core.errors import EngineError
from tests.support.engines.engine_answers import SAMPLE_REQUEST


async def test_after_close_every_call_ends_in_a_sentence() -> None:
    client = HttpClient("http://127.0.0.1:9", "OLLAMA_HOST", OLLAMA_ERRORS)
    await client.close()
    with pytest.raises(EngineError) as raised:
        await client.request_json("GET", "/api/version")
    assert raised.value.error_code == "engine_unreachable"
    decoder = OllamaDecoder(OLLAMA_ERRORS, SAMPLE_REQUEST)
    with pytest.raises(EngineError) as raised:
        async with aclosing(client.stream("/api/chat", {"model": "m"}, decoder)) as events:
            await anext(events)
    assert raised.value.error_code == "engine_unreachable"
