"""The HTTP client of an engine: silence, retries and broken answers, here with Ollama as the server."""

import asyncio
import gzip
from contextlib import aclosing

import pytest

from core.engines.http.client import HttpClient
from core.engines.ollama.engine import OllamaEngine
from core.engines.ollama.errors import OLLAMA_ERRORS
from core.engines.ollama.response import OllamaDecoder
from core.engines.protocol import Progress, TextDelta
from core.errors import EngineError
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.ollama_engine import ask_ollama, ollama_with_server
from tests.support.servers.raw_server import raw_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    Script,
    answer_lines,
    answer_status,
    answer_with_length,
    content_line,
    encode_lines,
)


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


async def test_a_server_on_another_machine_is_called_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    request_lines = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request_lines.append((await reader.readuntil(b"\r\n")).decode())
        await reader.readuntil(b"\r\n\r\n")
        body = encode_lines(content_line("a"), DONE_LINE)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()

    async with asyncio.timeout(10), raw_server(proxy) as url:
        monkeypatch.setenv("http_proxy", url)
        for variable in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(variable, raising=False)
        client = HttpClient("http://model.example", "OLLAMA_HOST", OLLAMA_ERRORS)
        decoder = OllamaDecoder(OLLAMA_ERRORS, SAMPLE_REQUEST)
        async with aclosing(client.stream("/api/chat", {"model": "m"}, decoder)) as events:
            assert await anext(events) == TextDelta("a")
        await client.close()
    assert request_lines == ["POST http://model.example/api/chat HTTP/1.1\r\n"]


async def test_a_head_without_a_word_has_no_limit_either() -> None:
    async def script(call: Call) -> None:
        await call.send_head()
        await asyncio.sleep(0.2)
        await call.send(encode_lines(content_line("a"), DONE_LINE))

    assert (await ask_ollama(script, idle_timeout=0.05)).text == "a"


async def test_silence_in_the_middle_has_a_limit() -> None:
    heard = await ask_ollama(answer_lines(content_line("a"), ending="hang"), idle_timeout=0.1)
    assert (heard.text, heard.error_kind) == ("a", "idle")


async def test_a_slow_drip_is_no_silence() -> None:
    async def script(call: Call) -> None:
        await call.send_head()
        for byte in encode_lines(content_line("abc")):
            await call.send(bytes([byte]))
            await asyncio.sleep(0.005)
        await call.send(encode_lines(DONE_LINE))

    assert (await ask_ollama(script, idle_timeout=0.3)).text == "abc"


async def test_a_slow_reader_is_no_silence() -> None:
    first_text_read = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send_head()
        await call.send(encode_lines(content_line("a")))
        await first_text_read.wait()
        await call.send(encode_lines(content_line("b"), DONE_LINE))

    async with (
        ollama_with_server(script, idle_timeout=0.2) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as events,
    ):
        texts = []
        async for event in events:
            if isinstance(event, TextDelta):
                texts.append(event.text)
                first_text_read.set()
                await asyncio.sleep(0.25)
    assert texts == ["a", "b"]


async def reset_at_once(call: Call) -> None:
    call.reset()


async def test_a_reset_before_the_head() -> None:
    heard = await ask_ollama(reset_at_once)
    # A published port of a container accepts for a server that is gone: nothing of the answer can be lost.
    assert (heard.text, heard.error_kind) == ("", "engine_unreachable")


async def test_a_body_that_is_compressed_all_the_same() -> None:
    data = gzip.compress(encode_lines(content_line("a" * 1000), DONE_LINE))
    assert len((await ask_ollama(answer_with_length(len(data), data, content_encoding="gzip"))).text) == 1000
    lie = encode_lines(content_line("a"), DONE_LINE)
    assert (await ask_ollama(answer_with_length(len(lie), lie, content_encoding="gzip"))).error_kind == "protocol"


async def test_a_refusal_before_the_first_byte_is_tried_again() -> None:
    busy = answer_status(503, b'{"error":"server busy, please try again.  maximum pending requests exceeded"}')
    async with ollama_with_server(busy, busy, answer_lines(content_line("a"), DONE_LINE), retry_delays=(0, 0)) as (
        engine,
        server,
    ):
        assert (await collect_answer(engine)).text == "a"
        assert len(server.chats) == 3


@pytest.mark.parametrize(
    "end",
    [
        answer_lines(content_line("a"), {"error": "server busy"}),
        answer_lines(content_line("a"), ending="reset"),
        answer_lines(content_line("a")),
    ],
)
async def test_nothing_is_tried_again_after_the_first_byte(end: Script) -> None:
    answer = answer_lines(content_line("b"), DONE_LINE)
    async with ollama_with_server(end, answer, retry_delays=(0, 0)) as (engine, server):
        heard = await collect_answer(engine)
        assert heard.error
        assert heard.text == "a"
        assert len(server.chats) == 1
        assert isinstance(heard.events[0], Progress)


@pytest.mark.parametrize("code", [503, 429])
async def test_only_being_busy_is_tried_again(code: int) -> None:
    answer = answer_lines(content_line("a"), DONE_LINE)
    async with ollama_with_server(answer_status(code), answer, retry_delays=(0,)) as (
        engine,
        server,
    ):
        assert (await collect_answer(engine)).text == "a"
        assert len(server.chats) == 2


@pytest.mark.parametrize("code", [400, 401, 403, 404, 500, 502])
async def test_what_would_fail_again_is_not_tried_again(code: int) -> None:
    answer = answer_lines(content_line("a"), DONE_LINE)
    async with ollama_with_server(answer_status(code), answer, retry_delays=(0,)) as (
        engine,
        server,
    ):
        assert (await collect_answer(engine)).error
        assert len(server.chats) == 1


async def test_a_page_instead_of_a_stream() -> None:
    assert (await ask_ollama(answer_status(200, b"<html>sign in</html>", "text/html"))).error_kind == "not_ollama"
    assert (
        await ask_ollama(answer_status(200, b"<html>sign in</html>", "Text/HTML; charset=utf-8"))
    ).error_kind == "not_ollama"


async def test_a_body_without_end_does_not_hold_an_error_back() -> None:
    async def script(call: Call) -> None:
        await call.send_head(500)
        while not call.writer.is_closing():
            await call.send(b"x" * 65536)

    assert (await ask_ollama(script)).error_kind == "engine_failed"


async def test_a_password_in_the_address_is_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    async with ollama_with_server() as (_, server):
        engine = OllamaEngine(server.url.replace("://", "://ada:secret@"), "m", retry_delays=())
        with caplog.at_level("DEBUG"):
            assert (await collect_answer(engine)).text == "hello"
            health = await engine.health()
        await engine.close()
        assert server.chats[0].headers["authorization"].startswith("Basic ")
    assert "secret" not in caplog.text + health.engine_message


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9", "socks5h://user:secret@127.0.0.1:9"])
async def test_a_proxy_is_used_and_one_that_does_not_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    client = HttpClient("http://ollama.example:11434", "OLLAMA_HOST", OLLAMA_ERRORS)
    with pytest.raises(EngineError) as caught:
        await client.request_json("GET", "/api/version")
    assert caught.value.error_code == "engine_unreachable"
    await client.close()
