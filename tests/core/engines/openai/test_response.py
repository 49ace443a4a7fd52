"""Answers of OpenAI-compatible servers: in every shape that carries text, and none that fails taken for whole."""

import asyncio
import json
from typing import Any

import pytest

from core.engines.openai.errors import OPENAI_ERRORS
from core.engines.openai.response import ChatDecoder
from core.engines.protocol import GenerationRequest, Message, Progress, StreamEnd, TextDelta, ThinkingDelta
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.openai_engine import answer_chunks, ask_openai, delta, events, openai_with_server
from tests.support.normalization import normalize
from tests.support.servers.scripted_server import Call, Script, answer_bytes

TRICKY = 'é€😀 \x85\u2028\u2029\x1c <&> "q" \\/ \b\f\t data: [DONE]\n\n```{"error":"x"}<think>\0\r\n\ufeff'
USAGE = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}


async def test_an_answer() -> None:
    chunks = delta(role="assistant", content=""), delta(content="a "), delta(content=" b"), delta("stop")
    heard = await ask_openai(answer_chunks(*chunks, USAGE, "[DONE]"))
    assert heard.text == "a  b"
    assert isinstance(heard.events[0], Progress)
    assert (heard.finish.finish_reason, heard.finish.prompt_tokens, heard.finish.completion_tokens) == ("stop", 7, 2)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
async def test_no_cut_of_the_bytes_changes_a_character(size: int, end: bytes) -> None:
    body = events(delta(content=TRICKY), ": ping", delta("stop"), "[DONE]").replace(b"\n", end)
    async with openai_with_server(answer_chunks(body, size=size)) as (engine, _):
        assert (await collect_answer(engine)).text == TRICKY


async def test_a_surrogate_pair_over_two_chunks_is_handed_on_as_it_is() -> None:
    halves = [rf'{{"choices":[{{"delta":{{"content":"\u{half}"}}}}]}}' for half in ("d83d", "de00")]
    assert normalize((await ask_openai(answer_chunks(*halves, delta("stop")))).text) == "😀"


@pytest.mark.parametrize(
    "odd",
    [
        b": ping\n\n",
        b"data: \n\n",
        b"data:\n\n",
        b"id: 7\nretry: 5\n\n",
        USAGE,
        {"choices": None},
        {"choices": [{}]},
        {"choices": [{"delta": None}]},
        {"choices": ["x"]},
        delta(content=None),
        {"error": None, "choices": []},
        {"prompt_progress": {"total": 0, "processed": 0}, "usage": 7, "timings": []},
    ],
)
async def test_what_carries_no_text_is_no_fault(odd: Any) -> None:
    assert (await ask_openai(answer_chunks(odd, delta(content="a"), odd, delta("stop"), odd))).text == "a"


@pytest.mark.parametrize("reason", ["stop", "length"])
@pytest.mark.parametrize(
    "tail",
    [
        (),
        ("[DONE]",),
        (USAGE,),
        (b"\xff\xfe\n\n",),
        ("nonsense",),
        (delta(content="lost"), "[DONE]"),
        ({"error": "late"},),
    ],
)
async def test_whatever_follows_a_good_reason_cannot_spoil_it(reason: str, tail: tuple[Any, ...]) -> None:
    heard = await ask_openai(answer_chunks(delta(content="a"), delta(reason), *tail))
    assert (heard.text, heard.finish.finish_reason) == ("a", reason)
    assert [type(piece) for piece in heard.events].count(StreamEnd) == 1


@pytest.mark.parametrize("then", ["hang", "reset"])
async def test_a_stream_that_is_not_closed_properly(then: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.http.client.RESPONSE_END_TIMEOUT", 0.05)
    assert (await ask_openai(answer_chunks(delta("stop", content="a"), then=then))).text == "a"


async def test_a_last_event_without_a_blank_line() -> None:
    assert (await ask_openai(answer_chunks(delta(content="a"), events(delta("stop")).rstrip()))).text == "a"


@pytest.mark.parametrize("reason", ["eos", "eos_token", "STOP", "end_turn", " Stop "])
async def test_a_good_reason_in_other_words(reason: str) -> None:
    heard = await ask_openai(answer_chunks(delta("", content="a"), delta(reason), "[DONE]"))
    assert (heard.text, heard.finish.finish_reason, heard.finish.warning) == ("a", "stop", None)


@pytest.mark.parametrize("reason", ["max_tokens", "MAX_TOKENS", "model_length"])
async def test_a_limit_in_other_words(reason: str) -> None:
    heard = await ask_openai(answer_chunks(delta(content="a"), delta(reason), "[DONE]"))
    assert (heard.finish.finish_reason, heard.finish.warning) == ("length", None)


@pytest.mark.parametrize(
    ("end", "warning"),
    [
        (("[DONE]",), "did not say why"),
        ((USAGE, "[DONE]"), "did not say why"),
        ((delta("kaputt"),), "not known (kaputt)"),
        (({"choices": [{"delta": {}, "finish_reason": 7}]},), "not known (7)"),
    ],
)
async def test_a_proper_end_without_a_known_reason_is_whole_with_a_warning(end: tuple[Any, ...], warning: str) -> None:
    heard = await ask_openai(answer_chunks(delta(content="a"), *end))
    assert (heard.text, heard.finish.finish_reason) == ("a", "stop")
    assert warning in (heard.finish.warning or "")


async def test_an_end_without_text_is_empty() -> None:
    assert (await ask_openai(answer_chunks(delta(content=""), "[DONE]"))).error_kind == "empty"


async def test_content_in_parts() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    heard = await ask_openai(
        answer_chunks(
            delta(content=[thinking, {"type": "text", "text": "x "}]),
            delta(content={"type": "text", "text": "= "}),
            delta(content=["1", {"type": "output_text", "text": "\n"}]),
            delta("stop"),
        )
    )
    assert heard.text == "x = 1\n"
    assert "".join(event.text for event in heard.events if isinstance(event, ThinkingDelta)) == "hm"


@pytest.mark.parametrize("content", [7, True, [[]], [{"type": "image_url", "image_url": "x"}], {"a": 1}])
async def test_content_of_an_unknown_shape_is_refused_and_not_dropped(content: Any) -> None:
    heard = await ask_openai(answer_chunks(delta(content="a"), delta(content=content), delta("stop")))
    assert (heard.text, heard.error_kind) == ("a", "protocol")


WHOLE = {"object": "chat.completion", "choices": [{"message": {"role": "assistant", "content": "x = 1\n"}}]}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/event-stream"])
@pytest.mark.parametrize("size", [0, 1, 7])
async def test_a_whole_answer_instead_of_a_stream_is_taken(content_type: str, size: int) -> None:
    whole = {**WHOLE, "choices": [{**WHOLE["choices"][0], "finish_reason": "length"}]}  # type: ignore[dict-item]
    heard = await ask_openai(answer_bytes(json.dumps(whole, indent=1).encode(), "", size, content_type=content_type))
    assert (heard.text, heard.finish.finish_reason) == ("x = 1\n", "length")


async def test_a_whole_answer_that_says_no_reason_or_an_error() -> None:
    heard = await ask_openai(answer_bytes(json.dumps(WHOLE).encode(), content_type="application/json"))
    assert (heard.text, "did not say why" in (heard.finish.warning or "")) == ("x = 1\n", True)
    error = b'{"error": {"message": "CUDA out of memory"}}'
    assert (await ask_openai(answer_bytes(error, content_type="application/json"))).error_kind == "out_of_memory"
    cut = json.dumps(WHOLE).encode()[:40]
    assert (await ask_openai(answer_bytes(cut, content_type="application/json"))).error_kind == "protocol"


def lm_studio(message: str) -> bytes:
    return b'event: error\ndata: {"error":{"message":"' + message.encode() + b'"}}\n\n'


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ((), "incomplete"),
        ((delta(content=""),), "incomplete"),  # Ollama's /v1 swallows its error so
        ((events(delta("stop"))[:20],), "incomplete"),
        ((delta("abort"), "[DONE]"), "aborted"),
        ((delta("error"), "[DONE]"), "aborted"),
        ((delta("Cancelled"), "[DONE]"), "aborted"),
        ((delta(""),), "incomplete"),
        ((delta("SAFETY"),), "filtered"),
        ((delta("content_filter"),), "filtered"),
        ((delta("tool_calls"),), "tool_call"),
        (({"error": {"message": "CUDA out of memory"}}, "[DONE]"), "out_of_memory"),
        (({"error": ""},), "engine_failed"),
        (({"error": {"message": "engine is dead", "code": 500}}, "[DONE]"), "engine_failed"),
        ((b'error: {"code":500,"message":"failed to allocate","type":"server_error"}\n\n', "[DONE]"), "out_of_memory"),
        ((lm_studio("The model has crashed"),), "engine_failed"),
        ((lm_studio("CUDA out of memory"),), "out_of_memory"),
        ((b"event: error\ndata: it broke\n\n",), "engine_failed"),
        (("nonsense",), "protocol"),
        (("[1]",), "protocol"),
        ((b"data: \xff\n\n",), "protocol"),
        (("x" * (17 << 20),), "protocol"),
    ],
)
async def test_text_before_a_failure_is_kept_and_nothing_is_added(end: tuple[Any, ...], kind: str) -> None:
    heard = await ask_openai(answer_chunks(delta(content="a"), *end))
    assert (heard.text, heard.error_kind) == ("a", kind)
    assert heard.error
    assert heard.error.message.endswith(".")


@pytest.mark.parametrize(("then", "kind"), [("hang", "idle"), ("reset", "connection_lost")])
async def test_a_connection_that_breaks_or_hangs(then: str, kind: str) -> None:
    heard = await ask_openai(answer_chunks(delta(content="a"), then=then), idle_timeout=0.1)
    assert (heard.text, heard.error_kind) == ("a", kind)


async def test_a_role_and_pings_are_no_beginning() -> None:
    async def script(call: Call) -> None:
        await call.send_head(content_type="text/event-stream")
        await call.send(events(delta(role="assistant", content=""), b": ping\n\n"))
        await call.wait_until_closed()

    async with openai_with_server(script, idle_timeout=0.02) as (engine, _):
        task = asyncio.create_task(collect_answer(engine))
        assert not (await asyncio.wait({task}, timeout=0.2))[0]
        task.cancel()
        await asyncio.wait({task})


@pytest.mark.parametrize(("chunks", "kind"), [([delta("stop")], "empty"), ([delta("length")], "empty")])
async def test_an_answer_of_nothing_is_a_failure(chunks: list[Any], kind: str) -> None:
    assert (await ask_openai(answer_chunks(*chunks, "[DONE]"))).error_kind == kind


async def test_nothing_to_add_to_a_prefix_is_no_failure() -> None:
    async with openai_with_server(answer_chunks(delta("stop"), "[DONE]")) as (engine, _):
        request = GenerationRequest("m", (Message("user", "write"), Message("assistant", "done.")))
        assert (await collect_answer(engine, request)).finish.finish_reason == "stop"


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_thinking_is_no_text(field: str) -> None:
    heard = await ask_openai(answer_chunks(delta(**{field: "hm"}), delta(content="a", **{field: "so"}), delta("stop")))
    assert [piece for piece in heard.events if isinstance(piece, TextDelta | ThinkingDelta)] == [
        ThinkingDelta("hm"),
        ThinkingDelta("so"),
        TextDelta("a"),
    ]
    assert (await ask_openai(answer_chunks(delta(**{field: "hm"}), delta("length")))).error_kind == "only_thinking"


async def test_thinking_that_is_told_twice_is_told_once() -> None:
    heard = await ask_openai(answer_chunks(delta("stop", content="a", reasoning="x", reasoning_content="x")))
    assert [piece for piece in heard.events if isinstance(piece, ThinkingDelta)] == [ThinkingDelta("x")]


async def test_how_far_llama_has_read_the_prompt() -> None:
    progress = [{"prompt_progress": {"total": 4, "processed": done}, "choices": []} for done in (2, 4)]
    heard = await ask_openai(answer_chunks(*progress, delta("stop", content="a"), progress[0]))
    assert [piece.fraction for piece in heard.events if isinstance(piece, Progress)] == [None, 0.5, 1]


@pytest.mark.parametrize("script", [answer_bytes(b""), answer_bytes(b"<html>")])
async def test_another_content_type_is_read_all_the_same(script: Script) -> None:
    assert (await ask_openai(script)).error_kind == "incomplete"


async def test_json_instead_of_a_stream() -> None:
    async def script(call: Call) -> None:
        await call.send_head(content_type="application/json")
        await call.send(json.dumps({"error": {"message": "out of memory"}}).encode())

    assert (await ask_openai(script)).error_kind == "out_of_memory"


def test_the_time_it_took_is_the_servers_own_or_ours() -> None:
    times = iter([10.0, 10.5, 12.0])
    answer = ChatDecoder(OPENAI_ERRORS, SAMPLE_REQUEST, clock=lambda: next(times))
    chunks = events(delta(content="a"), delta(content="b"), delta("stop", content="c"))
    [*_, end] = [*answer.feed(chunks), *answer.close()]
    assert end == StreamEnd("stop", generation_seconds=2.0)
    timings = {"choices": [], "timings": {"predicted_ms": 750}}
    [*_, end] = [*ChatDecoder(OPENAI_ERRORS, SAMPLE_REQUEST).feed(chunks + events(timings, "[DONE]"))]
    assert end == StreamEnd("stop", generation_seconds=0.75)
