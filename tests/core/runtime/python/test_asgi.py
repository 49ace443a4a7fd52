"""An ASGI app, asked without a server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import BackgroundTasks, FastAPI, Request, WebSocket
from fastapi.responses import StreamingResponse

from core.runtime.python import asgi as driver
from core.runtime.python.asgi import AsgiDriver, StartupFailed
from core.runtime.python.messages import Request as DriverRequest


class Answer:
    """What an app answered."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []

    def start(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)

    @property
    def text(self) -> str:
        return b"".join(self.parts).decode()


async def ask(app: Any, method: str, path: str, **fields: Any) -> Answer:
    answer = Answer()
    await AsgiDriver(app).request(DriverRequest(method, path, **fields), answer.start, answer.parts.append)
    return answer


def make_app(**options: Any) -> FastAPI:
    return FastAPI(openapi_url=None, **options)


async def test_a_request_reaches_the_app_as_it_is() -> None:
    app = make_app()

    @app.post("/items/{name}")
    async def take(name: str, request: Request) -> dict[str, Any]:
        body = await request.body()
        query, word = dict(request.query_params), request.headers["x-word"]
        return {"name": name, "query": query, "word": word, "body": body.decode()}

    answer = await ask(
        app,
        "post",
        "/items/a%20b",
        query="q=1&r=%C3%A9",
        headers=[("X-Word", "ö".encode().decode("latin-1"))],
        body=b"hello",
    )
    assert answer.status == 200
    assert answer.text == '{"name":"a b","query":{"q":"1","r":"é"},"word":"Ã¶","body":"hello"}'
    assert answer.headers["content-type"] == "application/json"


async def test_the_lifespan_runs_from_start_to_stop() -> None:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, str]]:
        events.append("started")
        yield {"word": "kept"}
        events.append("stopped")

    app = make_app(lifespan=lifespan)

    @app.get("/")
    async def word(request: Request) -> str:
        return str(request.state.word)

    one = AsgiDriver(app)
    await one.start()
    answer = Answer()
    await one.request(DriverRequest("GET", "/"), answer.start, answer.parts.append)
    await one.stop()
    assert (answer.text, events) == ('"kept"', ["started", "stopped"])


async def test_what_a_startup_raises_is_raised() -> None:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        raise ValueError("no database")
        yield

    with pytest.raises(ValueError, match="no database"):
        await AsgiDriver(make_app(lifespan=lifespan)).start()


async def test_a_startup_that_only_says_that_it_failed_is_told() -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no disk"})

    with pytest.raises(StartupFailed, match="no disk"):
        await AsgiDriver(app).start()


async def test_an_app_without_a_lifespan_starts() -> None:
    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        assert scope["type"] == "http"

    await AsgiDriver(app).start()


async def test_a_startup_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        await receive()
        await asyncio.Event().wait()

    monkeypatch.setattr(driver, "STARTUP_TIMEOUT", 0.01)
    one = AsgiDriver(app)
    with pytest.raises(StartupFailed, match="more than"):
        await one.start()
    monkeypatch.setattr(driver, "SHUTDOWN_TIMEOUT", 0.01)
    await one.stop()


async def test_an_answer_comes_in_parts() -> None:
    app = make_app()

    @app.get("/")
    async def numbers() -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            for number in range(3):
                yield f"{number};"

        return StreamingResponse(parts())

    answer = await ask(app, "GET", "/")
    assert answer.parts == [b"0;", b"1;", b"2;"]


async def test_a_background_task_goes_on_after_the_answer() -> None:
    app = make_app()
    release, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await release.wait()
        done.set()

    @app.get("/")
    async def start(tasks: BackgroundTasks) -> str:
        tasks.add_task(work)
        return "soon"

    one, answer = AsgiDriver(app), Answer()
    await one.request(DriverRequest("GET", "/"), answer.start, answer.parts.append)
    assert (answer.text, done.is_set()) == ('"soon"', False)
    release.set()
    await asyncio.wait_for(done.wait(), 5)


async def test_what_an_app_raises_comes_after_its_answer() -> None:
    app = make_app()

    @app.get("/")
    async def fail() -> None:
        raise KeyError("gone")

    answer = Answer()
    with pytest.raises(KeyError, match="gone"):
        await AsgiDriver(app).request(DriverRequest("GET", "/"), answer.start, answer.parts.append)
    assert answer.status == 500


async def test_an_app_that_ends_without_an_answer_is_told() -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None: ...

    with pytest.raises(RuntimeError, match="without an answer"):
        await ask(app, "GET", "/")


async def test_an_app_that_waits_for_the_end_learns_of_it() -> None:
    seen: list[str] = []

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        seen.append((await receive())["type"])
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body"})
        seen.append((await receive())["type"])

    assert (await ask(app, "GET", "/")).status == 200
    await asyncio.sleep(0)
    assert seen == ["http.request", "http.disconnect"]


async def test_a_cancelled_request_ends_the_app_s_work() -> None:
    cancelled = asyncio.Event()

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    task = asyncio.create_task(ask(app, "GET", "/"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(cancelled.wait(), 5)


async def test_a_websocket_talks_both_ways() -> None:
    app = make_app()

    @app.websocket("/echo")
    async def echo(socket: WebSocket) -> None:
        await socket.accept(subprotocol="chat")
        await socket.send_text(f"hello {socket.query_params['name']}")
        await socket.send_text((await socket.receive_text()).upper())
        await socket.send_bytes(await socket.receive_bytes())
        await socket.close(4001)

    events: list[dict[str, Any]] = []
    socket = AsgiDriver(app).open_socket(DriverRequest("GET", "/echo", "name=ada"), ["chat"], events.append)
    socket.send("abc")
    socket.send(b"\x00\x01")
    await asyncio.wait_for(socket.wait(), 5)
    assert [event["type"].removeprefix("websocket.") for event in events] == ["accept", "send", "send", "send", "close"]
    assert events[0]["subprotocol"] == "chat"
    assert [event.get("text") or event.get("bytes") for event in events[1:4]] == ["hello ada", "ABC", b"\x00\x01"]
    assert events[4]["code"] == 4001


async def test_a_websocket_ends_when_the_other_side_goes_or_the_app_fails() -> None:
    app = make_app()

    @app.websocket("/wait")
    async def wait(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive_text()

    @app.websocket("/fail")
    async def fail(_socket: WebSocket) -> None:
        raise ValueError("no")

    events: list[dict[str, Any]] = []
    socket = AsgiDriver(app).open_socket(DriverRequest("GET", "/wait"), [], events.append)
    socket.close()
    with pytest.raises(Exception, match="1000"):
        await asyncio.wait_for(socket.wait(), 5)
    assert [event["type"] for event in events if event["type"] == "websocket.close"] == []
    failed: list[dict[str, Any]] = []
    with pytest.raises(ValueError, match="no"):
        await AsgiDriver(app).open_socket(DriverRequest("GET", "/fail"), [], failed.append).wait()
    assert failed == [{"type": "websocket.close", "code": 1011}]
