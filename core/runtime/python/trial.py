"""Tries an app: asks each of its own routes, and tells how it answers."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.runtime.python.app_errors import describe
from core.runtime.python.examples import Example
from core.runtime.python.host import Host
from core.runtime.python.messages import Request

ANSWER_TIMEOUT = 5.0
"""Seconds for one route; an answer that goes on, such as a stream, counts by its beginning."""
MAX_ROUTES = 60
MAX_KEPT_BODY_BYTES = 100_000
FREE_TEXT = re.compile(r"[A-Za-z][\w .@-]*")
ID_FIELDS = ("id", "_id", "uuid")

RouteListener = Callable[[dict[str, Any]], None]
"""Gets a route right before it is asked, without a status, and when it has answered."""


async def try_routes(host: Host, on_route: RouteListener) -> None:
    """Ask the routes one after the other. What a sign-in or a creation answers is used by those that follow."""
    known = _Known()
    try:
        examples = host.examples()
    except Exception as error:  # noqa: BLE001  a boundary: an app's own types may not be describable
        failure = {"status": 500, "milliseconds": 0, "error": describe(error).to_dict()}
        on_route({"method": "GET", "path": "/openapi.json", **failure})
        return
    for example in examples[:MAX_ROUTES]:
        await _try_route(host, known.fill(example), known, on_route)


async def _try_route(host: Host, example: Example, known: "_Known", on_route: RouteListener) -> None:
    asked: dict[str, Any] = {"method": example.method, "path": example.route}
    on_route(asked)
    answer, body = await _ask(host, example)
    known.learn(example, answer["status"], body)
    if example.method == "POST" and (answer["status"] or 500) < 400 and (other := _with_other_texts(example)):
        # Twice: a mistake in counting ids shows at the second thing that is made.
        again, _ = await _ask(host, other)
        answer = again if (again["status"] or 500) >= 500 else answer
    on_route(asked | answer)


async def _ask(host: Host, example: Example) -> tuple[dict[str, Any], bytes]:
    """The answer's status, None where there was none, its milliseconds and the error that was raised; and its body."""
    status: int | None = None
    body = bytearray()

    def on_start(code: int, _headers: object) -> None:
        nonlocal status
        status = code

    def on_body(chunk: bytes) -> None:
        body.extend(chunk[: MAX_KEPT_BODY_BYTES - len(body)])

    request = Request(
        example.method, example.path, example.query, [("host", "localhost:8000"), *example.headers], example.body
    )
    started_at = time.perf_counter()
    error = None
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            error = await host.request(request, on_start, on_body)
    except TimeoutError:
        pass  # without a status it has not answered
    milliseconds = round((time.perf_counter() - started_at) * 1000)
    return {"status": status, "milliseconds": milliseconds, "error": error.to_dict() if error else None}, bytes(body)


def _with_other_texts(example: Example) -> Example | None:
    """The example with other texts in it, since a name may be given once only; None where it has no JSON object.

    A digit before them leaves even an address of mail what it is.
    """
    try:
        body = json.loads(example.body or b"")
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    other = {name: f"2{value}" if _is_free_text(name, value) else value for name, value in body.items()}
    return replace(example, body=json.dumps(other).encode()) if other != body else None


def _is_free_text(name: str, value: object) -> bool:
    """Whether it is no date, address, colour or id, of which another one would not be as good."""
    return isinstance(value, str) and not name.lower().endswith("id") and bool(FREE_TEXT.fullmatch(value))


class _Known:
    """What answers have told: a token, and the ids of what was made."""

    def __init__(self) -> None:
        self._token: str | None = None
        self._ids: dict[str, Any] = {}

    def learn(self, example: Example, status: int | None, body: bytes) -> None:
        """Note the id of what a POST has made, and the token that a sign-in gave."""
        if example.method != "POST" or status is None or status >= 400:
            return
        try:
            answer = json.loads(body)
        except ValueError:
            return
        if not isinstance(answer, dict):
            return
        token = answer.get("access_token") or answer.get("token")
        self._token = token if isinstance(token, str) else self._token
        # The object itself, or the one object inside of it, such as {"todo": {"id": 1}}.
        for made in (answer, *(value for value in answer.values() if isinstance(value, dict))):
            made_id = next((made[name] for name in ID_FIELDS if name in made), None)
            if isinstance(made_id, str | int):
                self._ids.setdefault(example.route.rstrip("/"), made_id)
                return

    def fill(self, example: Example) -> Example:
        """The example with what is known in it."""
        headers = example.headers
        if self._token:
            headers = (*headers, ("authorization", f"Bearer {self._token}"))
        collection = re.sub(r"/\{[^{}]+\}.*$", "", example.route)
        first = next(iter(re.findall(r"\{([^{}:]+)", example.route)), None)
        if first is None or collection not in self._ids:
            return replace(example, headers=headers)
        path = re.sub(r"(?<=" + re.escape(collection) + r"/)[^/]+", str(self._ids[collection]), example.path, count=1)
        return replace(example, headers=headers, path=path)
