"""Bodies over the bound are refused by what they say and by what they bring, and nothing else is touched."""

import json
from collections.abc import AsyncIterator, Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.middleware.body_limit import MAX_BODY_BYTES, MAX_UPLOAD_BODY_BYTES, BodyLimit
from core.errors import TooLarge
from tests.support.error_bodies import problem
from tests.support.installation import ApiUser

UPLOADS = ["/api/projects/1/upload/backend", "/_nicegui/client/x-y/upload/7"]
PLAIN = ["/api/projects", "/api/projects/1/upload", "/api/projects/1/upload/backend/more", "/api/upload/1"]
UNLIMITED = ["/", "/login", "/_nicegui/1/static/x.js", "/_nicegui/client/x/upload"]


class LimitedRequest:
    """One request through the limit, to an application that reads all of its body."""

    def __init__(self, path: str, *parts: bytes, length: bytes | None = None, kind: str = "http") -> None:
        headers = [] if length is None else [(b"content-length", length)]
        self.scope: Scope = {"type": kind, "path": path, "headers": headers}
        self.read = 0
        self.sent: list[Message] = []
        self._parts = list(parts)

    async def run(self) -> int:
        """How many bytes the application got."""
        await BodyLimit(self._read_all)(self.scope, self._receive, self._send)
        return self.read

    async def _read_all(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while (message := await receive())["type"] == "http.request":
            self.read += len(message["body"])

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": self._parts.pop(0)} if self._parts else {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)


def halves(size: int) -> Sequence[bytes]:
    return b"x" * (size // 2), b"x" * (size - size // 2)


def test_the_bounds_are_those_that_the_sentences_name() -> None:
    assert (MAX_BODY_BYTES, MAX_UPLOAD_BODY_BYTES) == (524_288, 12_582_912)


@pytest.mark.parametrize(
    ("path", "limit"),
    [*((path, MAX_BODY_BYTES) for path in PLAIN), *((path, MAX_UPLOAD_BODY_BYTES) for path in UPLOADS)],
)
async def test_a_body_may_have_as_many_bytes_as_its_address_takes(path: str, limit: int) -> None:
    assert await LimitedRequest(path, *halves(limit), length=b"%d" % limit).run() == limit
    request = LimitedRequest(path, *halves(limit + 1))
    with pytest.raises(TooLarge):
        await request.run()
    assert request.read < limit


@pytest.mark.parametrize(("path", "size"), [(PLAIN[0], "512 KiB"), (UPLOADS[0], "12 MiB")])
async def test_a_length_over_the_bound_is_answered_before_anything_is_read(path: str, size: str) -> None:
    request = LimitedRequest(path, b"x", length=b"99999999999")
    assert await request.run() == 0
    assert request.sent[0]["status"] == 413
    assert json.loads(request.sent[1]["body"]) == {
        "detail": f"The request is larger than {size}: shorten it.",
        "code": "too_large",
    }


@pytest.mark.parametrize("length", [b"", b"x", b"-1", b"1"])
async def test_a_length_that_lies_or_is_none_helps_nobody(length: bytes) -> None:
    assert await LimitedRequest(PLAIN[0], b"abc", length=length).run() == 3
    with pytest.raises(TooLarge):
        await LimitedRequest(PLAIN[0], *halves(MAX_BODY_BYTES + 1), length=length).run()


@pytest.mark.parametrize("path", UNLIMITED)
async def test_other_addresses_are_not_limited(path: str) -> None:
    assert await LimitedRequest(path, b"x" * (MAX_BODY_BYTES + 1), length=b"%d" % 10**12).run() == MAX_BODY_BYTES + 1


async def test_a_socket_is_not_limited_here() -> None:
    assert await LimitedRequest("/api/x", b"x" * (MAX_BODY_BYTES + 1), kind="websocket").run() == MAX_BODY_BYTES + 1


async def test_a_megabyte_is_too_large(ada: ApiUser) -> None:
    problem(await ada.post("/api/projects", {"name": "x", "prompt": "x" * 1_000_000}), 413, "too_large")


async def test_a_megabyte_without_a_length_is_too_large(ada: ApiUser) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1024 + 1):
            yield b" " * 1024

    headers = ada.headers | {"Content-Type": "application/json"}
    problem(await ada.client.post("/api/projects", content=body(), headers=headers), 413, "too_large")


async def test_the_longest_prompt_fits(ada: ApiUser) -> None:
    body = json.dumps({"name": "x", "prompt": "😀" * 20_000})
    headers = ada.headers | {"Content-Type": "application/json"}
    assert (await ada.client.post("/api/projects", content=body, headers=headers)).status_code == 201
