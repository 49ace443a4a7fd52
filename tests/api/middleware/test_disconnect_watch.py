"""The work on a request ends when its client leaves, and only then."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.middleware.disconnect_watch import DisconnectWatch

ANSWER: list[Message] = [
    {"type": "http.response.start", "status": 200, "headers": []},
    {"type": "http.response.body", "body": b"x"},
]


class Exchange:
    """A request through the middleware to an application that works until it is told to answer."""

    def __init__(self, method: str = "GET", path: str = "/api/runs/1/diff/2") -> None:
        self.scope: Scope = {"type": "http", "method": method, "path": path}
        self.sent: list[Message] = []
        self.received: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_end = asyncio.Event()
        self.has_left = asyncio.Event()
        self.was_cancelled = False
        self._messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    def start(self) -> asyncio.Task[None]:
        return asyncio.create_task(DisconnectWatch(self._work)(self.scope, self._receive, self._send))

    async def _work(self, _scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self.received.append((await receive())["type"])
            await self.may_answer.wait()
            for message in ANSWER:
                await send(message)
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise

    async def _receive(self) -> Message:
        if self._messages:
            return self._messages.pop()
        await self.has_left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_an_answer_comes_through() -> None:
    exchange = Exchange()
    exchange.may_answer.set()
    exchange.may_end.set()
    await exchange.start()
    assert (exchange.sent, exchange.received, exchange.was_cancelled) == (ANSWER, ["http.request"], False)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_work_ends_when_the_client_leaves(method: str) -> None:
    exchange = Exchange(method)
    task = exchange.start()
    await settle()
    exchange.has_left.set()
    await task
    assert (exchange.sent, exchange.was_cancelled) == ([], True)


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/projects"), ("GET", "/api/runs/1/stream")])
async def test_what_changes_something_and_streams_go_on(method: str, path: str) -> None:
    exchange = Exchange(method, path)
    task = exchange.start()
    await settle()
    exchange.has_left.set()
    await settle()
    exchange.may_answer.set()
    exchange.may_end.set()
    await task
    assert (exchange.sent, exchange.was_cancelled) == (ANSWER, False)


async def test_what_is_done_after_the_answer_is_done_to_its_end() -> None:
    exchange = Exchange()
    exchange.may_answer.set()
    task = exchange.start()
    await settle()
    exchange.has_left.set()  # as servers say at the end of every answer
    await settle()
    exchange.may_end.set()
    await task
    assert exchange.was_cancelled is False


async def test_an_error_of_the_application_is_the_servers() -> None:
    async def fail(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    exchange = Exchange()
    with pytest.raises(ZeroDivisionError):
        await DisconnectWatch(fail)(exchange.scope, exchange._receive, exchange._send)


async def test_a_server_that_stops_ends_the_work() -> None:
    exchange = Exchange()
    task = exchange.start()
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert exchange.was_cancelled
