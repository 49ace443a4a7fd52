"""Each way in which Ollama refuses becomes a sentence for the user."""

import json

import pytest

from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.ollama_engine import ask_ollama, ollama_with_server
from tests.support.servers.scripted_server import answer_status

NESTED = json.dumps(
    {
        "error": json.dumps(
            {
                "error": {
                    "code": 400,
                    "message": "request (2358 tokens) exceeds the available context size (2048 tokens)",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 2358,
                    "n_ctx": 2048,
                }
            }
        )
    }
)


@pytest.mark.parametrize(
    ("code", "body", "kind", "says"),
    [
        (400, NESTED, "prompt_too_long", "2358 tokens where 2048"),
        (400, '{"error":"the input length exceeds the context length"}', "prompt_too_long", "too long"),
        (400, '{"error":"m does not support chat"}', "no_conversation", "conversation"),
        (400, '{"error":"invalid character"}', "bad_request", "400"),
        (401, '{"error":"unauthorized","signin_url":"https://x"}', "not_signed_in", "ollama signin"),
        (400, '{"error":"the prompt is longer than the context length"}', "prompt_too_long", "too long"),
        (400, '{"error":"invalid model name"}', "bad_model_name", "list"),
        (401, "", "sign_in_needed", "OLLAMA_HOST"),
        (403, "", "forbidden_origin", "localhost:11434"),
        (403, '{"error":"ollama cloud is disabled: remote model is unavailable"}', "cloud_disabled", "local"),
        (404, '{"error":"model \'m\' not found"}', "model_not_found", "ollama pull m"),
        (404, '{"error":"model \\"m\\" not found, try pulling it first"}', "model_not_found", "ollama pull m"),
        (404, "404 page not found", "not_ollama", "/v1"),
        (405, "", "not_ollama", "OLLAMA_HOST"),
        (429, "", "engine_busy", "busy"),
        (500, '{"error":"model requires more system memory (5.6 GiB) than is available"}', "out_of_memory", "smaller"),
        (500, '{"error":"llama-server reported out-of-memory during startup: x"}', "out_of_memory", "smaller"),
        (500, '{"error":"llama-server process has terminated: x"}', "engine_crashed", "log"),
        (500, '{"error":"timed out waiting for llama runner to start"}', "load_timeout", "loading"),
        (500, '{"error":"option \\"num_ctx\\" must be of type integer"}', "bad_option", "option"),
        (499, '{"error":"request canceled"}', "engine_busy", "again"),
        (500, '{"error":"model runner has unexpectedly stopped, this may be due to"}', "engine_crashed", "log"),
        (500, '{"error":"this model may be incompatible with your version"}', "model_unsupported", "Update"),
        (500, '{"error":"format is wrong"}', "engine_failed", "log"),
        (500, "<html>server busy</html>", "engine_failed", "log"),
        (502, "<html>", "gateway", "502"),
        (503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}', "engine_busy", "busy"),
        (504, "<html>", "gateway", "504"),
        (999, "", "engine_failed", "log"),
        (302, "", "not_ollama", "OLLAMA_HOST"),
    ],
)  # fmt: skip
async def test_a_status_becomes_a_sentence(code: int, body: str, kind: str, says: str) -> None:
    heard = await ask_ollama(answer_status(code, body.encode(), location="/login"))
    assert heard.error_kind == kind
    assert heard.error
    assert says in heard.error.message
    assert heard.text == ""


async def test_a_sentence_holds_nothing_of_what_the_server_said() -> None:
    said = b'{"error":"open /root/.ollama/x: \\u001b[31m 8 KiB of log"}'
    heard = await ask_ollama(answer_status(500, said))
    assert heard.error
    assert "/root" not in heard.error.message


@pytest.mark.parametrize("code", [302, 401, 403, 404, 405, 500, 502, 503])
async def test_health_and_a_run_say_the_same(code: int) -> None:
    refusal = answer_status(code)
    async with ollama_with_server(refusal, routes={"/api/version": refusal, "/api/tags": refusal}) as (engine, _):
        error = (await collect_answer(engine)).error
        health = await engine.health()
    assert error
    assert not health.engine_ready
    assert health.engine_message == error.message
