"""Each way in which Ollama refuses becomes a sentence of ours."""

import json

import pytest

from tests.support.ollama import heard_from
from tests.support.scripted_ollama import status

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
        (500, "<html>server busy</html>", "engine_failed", "log"),
        (502, "<html>", "gateway", "502"),
        (503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}', "engine_busy", "busy"),
        (504, "<html>", "gateway", "504"),
        (302, "", "not_ollama", "OLLAMA_HOST"),
    ],
)  # fmt: skip
async def test_a_status_becomes_a_sentence(code: int, body: str, kind: str, says: str) -> None:
    heard = await heard_from(status(code, body.encode(), location="/login"))
    assert heard.kind == kind
    assert heard.error
    assert says in heard.error.message
    assert heard.text == ""


async def test_a_page_instead_of_a_stream() -> None:
    assert (await heard_from(status(200, b"<html>sign in</html>", "text/html"))).kind == "not_ollama"
