"""What an OpenAI-compatible server is asked for, and in which other ways after a refusal."""

import pytest

from core.engines.protocol import GenerationRequest, Message, Sampling
from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.openai_engine import API_KEY, SHORT_ANSWER, ask_openai, openai_with_server
from tests.support.servers.scripted_server import answer_status


async def test_what_is_asked_for() -> None:
    request = GenerationRequest("m", (Message("system", "s"), Message("user", "\ud83d")), Sampling(0.2, 7, 100))
    async with openai_with_server() as (engine, server):
        await collect_answer(engine, request)
        call = server.chats[0]
    assert call.body == {
        "model": "m",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "\ufffd"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
        "temperature": 0.2,
        "seed": 7,
        "max_tokens": 100,
    }
    assert call.headers["authorization"] == f"Bearer {API_KEY}"
    assert call.headers["accept-encoding"] == "identity"


async def test_a_last_assistant_message_is_to_be_continued() -> None:
    request = GenerationRequest("m", (Message("user", "x"), Message("assistant", "y")))
    async with openai_with_server(SHORT_ANSWER) as (engine, server):
        await collect_answer(engine, request)
        assert server.chats[0].body["continue_final_message"] is True
        assert server.chats[0].body["add_generation_prompt"] is False


@pytest.mark.parametrize("code", [400, 422])
async def test_a_strict_server_is_asked_again_without_extras(code: int) -> None:
    refusal = answer_status(code, b'{"error":{"message":"Unknown parameter"}}')
    async with openai_with_server(refusal, SHORT_ANSWER) as (engine, server):
        assert (await collect_answer(engine)).text == "a"
        assert set(server.chats[1].body) == {"model", "messages", "stream"}
    assert (await ask_openai(refusal, refusal, SHORT_ANSWER)).error_kind == "bad_request"
