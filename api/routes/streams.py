"""Server-sent events of a run, to the letter of contract.md: a raw ASGI response over the shared log.

FastAPI's own event streams encode every event anew for every reader, which costs many times the CPU.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.routes.auth import Reader, studio_of
from api.schemas.runs import RunOut
from api.terminal_events import ending
from core.accounts.accounts import Identity
from core.catalog.stacks import Side
from core.errors import BadRequest, NotFound
from core.generation.runs import Order
from core.runs.follow import Ended, Status, Thought, follow
from core.runs.log import RunLog, Slice
from core.runs.log_registry import NO_RUN
from core.runs.state import RunInfo
from core.studio import Studio
from core.wire import comment, encode_event

router = APIRouter(prefix="/api", tags=["streams"])

QUIET_SECONDS = 10.0
"""A comment line after so long without an event; the contract allows 15."""
STALLED_SECONDS = 45.0
"""A reader that takes nothing for so long is cut; it can resume."""

SHORT_WAY = "livewright.short_way"
"""Where a request's scope has the way that ``ShortWay`` kept."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events: status, thinking, code-chunk, complete, error"},
    204: {"description": "The run has ended, and this reader has all of it"},
}


def _text(place: str, name: str, description: str) -> dict[str, Any]:
    return {"in": place, "name": name, "description": description, "required": False, "schema": {"type": "string"}}


# What is read by hand, described for the API's page.
READ = {
    "security": [{"HTTPBearer": []}],
    "parameters": [
        _text("query", "token", "For clients that cannot set a header; streams only."),
        _text("header", "Last-Event-ID", "Where a reconnecting reader was."),
        _text("query", "last_event_id", "The same, for those that cannot set a header."),
    ],
}


@router.get(
    "/projects/{project_id}/generate/{side}/stream", response_class=Response, responses=EVENTS, openapi_extra=READ
)
async def generate(request: Request, who: Reader, project_id: int, side: Side) -> Response:
    """Join the side's live run from its beginning, or start one where none is live; with an id, resume that run."""
    studio = studio_of(request)
    if cursor := _last_seen(request):
        return await _resumed(studio, who, cursor, lambda run: (run.project_id, run.side) == (project_id, side))
    studio.accounts.check_may_start(who)
    return EventStream(studio, await studio.runs.join_or_start(who.user.id, project_id, side, Order()))


@router.get("/runs/{run_id}/stream", response_class=Response, responses=EVENTS, openapi_extra=READ)
async def watch(request: Request, who: Reader, run_id: str) -> Response:
    """Watch this run, live or ended."""
    studio = studio_of(request)
    if cursor := _last_seen(request):
        return await _resumed(studio, who, cursor, lambda run: run.id == run_id)
    studio.accounts.check_may_start(who)
    return EventStream(studio, await studio.runs.log(who.user.id, run_id))


def _last_seen(request: Request) -> str | None:
    """Where the reader was; the header wins, for the address stays the same when an EventSource reconnects."""
    return request.headers.get("last-event-id") or request.query_params.get("last_event_id")


async def _resumed(studio: Studio, who: Identity, cursor: str, is_of_here: Callable[[RunInfo], bool]) -> Response:
    """The rest of a run of this address; 204 where nothing of it is left. Raises BadRequest, NotFound."""
    run_id, colon, digits = cursor.rpartition(":")
    if not (colon and run_id and digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise BadRequest("The last event id is not one of ours: it looks like '<run>:<offset>'.")
    log, offset = await studio.runs.log(who.user.id, run_id), int(digits)
    if offset > log.length:
        raise BadRequest("The last event id lies beyond the text of its run: start again without it.")
    if not is_of_here(log.state):
        raise NotFound(NO_RUN)
    if log.closed and offset == log.length and _was_told(log.state):
        return Response(status_code=204)
    return EventStream(studio, log, offset)


def _was_told(run: RunInfo) -> bool:
    """Whether readers of a run have its end by now: ``complete`` waits until its files have been reviewed."""
    return not run.status.good or run.problems is not None


class EventStream(Response):
    """One reader's stream; ends with the run, with the reader, or when the reader takes nothing for 45 s."""

    def __init__(self, studio: Studio, log: RunLog[RunInfo], offset: int = 0) -> None:
        super().__init__()
        self._studio = studio
        self._log = log
        self._encoder = _encoders.setdefault(log, _Encoder(log.told.id))
        self._offset = offset
        self._sending_since: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write events until the end; whoever leaves is noticed at once."""
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        send = scope.pop(SHORT_WAY, send)
        writing = asyncio.create_task(self._write(send), name=f"events of {self._log.state.id}")
        leaving = asyncio.create_task(_left(receive), name="reader leaves")
        try:
            while not await _done(writing, leaving) and not self._stalled():
                if self._sending_since is None:
                    await self._send(send, comment("still here"))
        finally:
            writing.cancel()
            leaving.cancel()
            ends = await asyncio.gather(writing, leaving, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def _write(self, send: Send) -> None:
        offset = self._offset
        # In one block with the first event: some parsers take a block without data for an empty message.
        retry = b"retry: 2000\n"
        async with aclosing(follow(self._log, offset)) as happenings:
            async for happening in happenings:
                match happening:
                    case Slice():
                        offset = happening.end
                        await self._send(send, self._encoder.event(happening))
                    case Status(run):
                        # With an id too, although it moves nothing: a reader that is cut before the first piece
                        # then comes back to this run, and does not start another when this one has ended.
                        state = RunOut.of(run).model_dump_json()
                        await self._send(send, retry + encode_event("status", state, f"{run.id}:{offset}"))
                        retry = b""
                    case Thought(text):
                        await self._send(send, encode_event("thinking", text))
                    case Ended(run):
                        await self._send(send, await self._end(run))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send, body: bytes) -> None:
        """Notes since when it waits for the reader: a timer for each piece would cost more than the piece."""
        self._sending_since = time.monotonic()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        self._sending_since = None

    def _stalled(self) -> bool:
        return self._sending_since is not None and time.monotonic() - self._sending_since > STALLED_SECONDS

    async def _end(self, run: RunInfo) -> bytes:
        name, data = await ending(self._studio, self._log)
        return encode_event(name, _json(data), f"{run.id}:{self._log.length}")


class ShortWay:
    """Stands before the application and keeps the way to the server for the pieces of streams.

    The layers of an application look at how a response begins, and hand on each piece: a tenth of what it costs.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, one for a stream with the way."""
        if scope["type"] == "http" and scope["path"].endswith("/stream"):
            scope[SHORT_WAY] = send
        await self._app(scope, receive, send)


class _Encoder:
    """A run's newest piece as an event: readers at the same place share one encoding."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._piece: Slice | None = None
        self._event = b""

    def event(self, piece: Slice) -> bytes:
        """The piece as an event; the same object gives the same bytes."""
        if piece is not self._piece:
            self._event = encode_event("code-chunk", piece.text, f"{self._run_id}:{piece.end}")
            self._piece = piece
        return self._event


_encoders: WeakKeyDictionary[RunLog[RunInfo], _Encoder] = WeakKeyDictionary()


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def _done(*tasks: asyncio.Task[None]) -> bool:
    """Whether one of them is, now or before it is time for a sign of life."""
    period = min(QUIET_SECONDS, STALLED_SECONDS)
    done, _ = await asyncio.wait(tasks, timeout=period, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
