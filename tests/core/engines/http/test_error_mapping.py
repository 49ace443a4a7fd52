"""From a server's error to a sentence, without any of its own words."""

import pytest

from core.engines.http.error_mapping import LLAMA_ERROR_PATTERNS, ErrorMapping, PromptTooLong

ERRORS = ErrorMapping(
    {
        "prompt_too_long": "Too long for {model}{numbers}.",
        "engine_busy": "Busy ({status}) at {url}.",
        "engine_failed": "Failed.",
        "other_server": "Another server.",
    },
    retryable_kinds={"engine_busy"},
    patterns=(("engine_busy", ("server busy", "queue is full")), *LLAMA_ERROR_PATTERNS),
    kind_by_status={503: "engine_busy"},
    wrong_server_kind="other_server",
)


def test_a_sentence_names_what_it_is_about() -> None:
    error = ERRORS.from_kind("engine_busy", "m", status=503, url="http://h")
    assert (error.error_code, error.message, error.retryable) == ("engine_busy", "Busy (503) at http://h.", True)


def test_an_unknown_kind_is_a_failure() -> None:
    error = ERRORS.from_kind("unheard_of")
    assert (error.error_code, error.message, error.retryable) == ("engine_failed", "Failed.", False)


@pytest.mark.parametrize(
    ("text", "tokens", "message"),
    [
        ("exceed_context_size: request (5000 tokens), context size (4096 tokens)", 5000, "Too long for m: it has 5000"),
        (r"{\"n_prompt_tokens\": 9, \"n_ctx\": 8} exceed_context_size", 9, "Too long for m: it has 9 tokens where 8"),
        ("prompt is too long", None, "Too long for m."),
    ],
)
def test_the_numbers_of_a_prompt_that_is_too_long(text: str, tokens: int | None, message: str) -> None:
    error = ERRORS.from_payload(text, "m")
    assert isinstance(error, PromptTooLong)
    assert error.prompt_tokens == tokens
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, b'{"error": "Queue is FULL"}', "engine_busy"),
        (500, b"<html>server busy</html>", "engine_failed"),
        (503, b'{"error": "maximum context length"}', "prompt_too_long"),
        (503, b"\xff", "engine_busy"),
        (200, b'{"error": "server busy"}', "engine_busy"),
        (200, b'{"answer": "server busy"}', "other_server"),
        (302, b'{"error": "server busy"}', "other_server"),
        (404, b"", "engine_failed"),
    ],
)
def test_only_json_is_searched_and_else_the_status_decides(status: int, body: bytes, kind: str) -> None:
    assert ERRORS.from_status(status, body, "m").error_code == kind


@pytest.mark.parametrize("payload", ["server busy", {"message": "server busy"}, ["server busy"]])
def test_an_error_in_a_stream_may_be_any_json(payload: object) -> None:
    assert ERRORS.from_payload(payload, "m").error_code == "engine_busy"
    assert ERRORS.from_payload(None, "m").error_code == "engine_failed"
