"""Each way in which an OpenAI-compatible server refuses becomes a sentence for the user."""

import pytest

from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.openai_engine import openai_with_server
from tests.support.servers.scripted_server import answer_status

VLLM_TOO_LONG = (
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4500 in the messages, "
    "500 in the completion)"
)


@pytest.mark.parametrize(
    ("code", "said", "kind", "says"),
    [
        (400, VLLM_TOO_LONG, "prompt_too_long", "4500 tokens where 4096"),
        (400, "request (9031 tokens) exceeds the available context size (8192 tokens)", "prompt_too_long", "8192"),
        (401, "Unauthorized", "bad_key", "LIVEWRIGHT_OPENAI_KEY"),
        (403, "no", "bad_key", "LIVEWRIGHT_OPENAI_KEY"),
        (404, "The model `m` does not exist.", "model_not_found", "LIVEWRIGHT_MODEL"),
        (404, "Not Found", "not_openai", "LIVEWRIGHT_OPENAI_URL"),
        (405, "no", "not_openai", "LIVEWRIGHT_OPENAI_URL"),
        (413, "no", "prompt_too_long", "Shorten"),
        (429, "slow down", "engine_busy", "again"),
        (500, "EngineCore encountered an issue", "engine_failed", "log"),
        (502, "no", "gateway", "502"),
        (503, "Loading model", "engine_busy", "loads"),
        (302, "", "not_openai", "LIVEWRIGHT_OPENAI_URL"),
    ],
)  # fmt: skip
async def test_a_status_becomes_a_sentence(code: int, said: str, kind: str, says: str) -> None:
    body = answer_of(said)
    async with openai_with_server(answer_status(code, body), routes={"/v1/models": answer_status(code, body)}) as (
        engine,
        _,
    ):
        heard, health = await collect_answer(engine), await engine.health()
    assert (heard.text, heard.error_kind) == ("", kind)
    assert heard.error
    assert says in heard.error.message
    assert health.engine_message == heard.error.message


def answer_of(said: str) -> bytes:
    return b'{"error":{"message":"' + said.encode() + b'","type":"x"}}'
