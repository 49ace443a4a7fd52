"""A WSGI app, asked without a server."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from core.runtime.python.messages import Request
from core.runtime.python.wsgi import WsgiDriver

StartResponse = Callable[..., Any]


class Answer:
    """What an app answered."""

    def __init__(self) -> None:
        self.started: list[tuple[int, list[tuple[str, str]]]] = []
        self.parts: list[bytes] = []

    def start(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.started.append((status, headers))


async def ask(app: Callable[..., Iterable[bytes]], request: Request) -> Answer:
    answer = Answer()
    one = WsgiDriver(app)
    await one.start()
    await one.request(request, answer.start, answer.parts.append)
    await one.stop()
    return answer


async def test_a_request_reaches_the_app_as_it_is() -> None:
    seen: dict[str, Any] = {}

    def app(environment: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        seen.update(environment)
        start_response("201 CREATED", [("X-Word", "yes")])
        return [environment["wsgi.input"].read(), b""]

    headers = [("content-type", "text/plain"), ("content-length", "99"), ("X-Word", "no")]
    answer = await ask(app, Request("post", "/a%20b/%C3%A9", "q=1", headers, b"hello"))
    assert answer.started == [(201, [("X-Word", "yes")])]
    assert answer.parts == [b"hello"]
    names = ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_WORD")
    assert [seen[name] for name in names] == ["POST", "/a b/Ã©", "q=1", "text/plain", "5", "no"]
    assert "HTTP_CONTENT_LENGTH" not in seen


async def test_an_answer_comes_in_parts_and_is_closed() -> None:
    closed: list[bool] = []

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            yield from (b"1", b"2")

        def close(self) -> None:
            closed.append(True)

    def app(_environment: object, start_response: StartResponse) -> Parts:
        start_response("200 OK", [])
        return Parts()

    answer = await ask(app, Request("GET", "/"))
    assert (answer.parts, closed) == ([b"1", b"2"], [True])


async def test_an_answer_without_a_body_is_one() -> None:
    def app(_environment: object, start_response: StartResponse) -> list[bytes]:
        start_response("204 NO CONTENT", [])
        return []

    answer = await ask(app, Request("DELETE", "/"))
    assert (answer.started, answer.parts) == ([(204, [])], [])


async def test_what_an_app_raises_is_raised() -> None:
    def app(_environment: object, _start_response: object) -> list[bytes]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await ask(app, Request("GET", "/"))
