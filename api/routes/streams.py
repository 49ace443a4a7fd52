"""Server-sent events of a run, as docs/contract.md defines them: a raw ASGI response over the shared log.

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
from starlette.types import Message, Receive, Scope, Send

from api.routes.auth import StreamIdentity, studio_of
from api.schemas.run_events import WatchedRunOut
from api.terminal_events import terminal_event
from core.accounts.identity import Identity
from core.catalog.stacks import Side
from core.errors import BadRequest, NotFound
from core.generation.run_request import RunRequest
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.log import RunLog
from core.runs.log_registry import RUN_NOT_FOUND
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.studio import Studio
from core.wire import encode_comment, encode_event

router = APIRouter(prefix="/api", tags=["streams"])

HEARTBEAT_SECONDS = 10.0
"""A comment line after so long without an event; the contract allows 15."""
SEND_TIMEOUT = 45.0
"""A reader that takes nothing for so long is cut; it can resume."""

SSE_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would collect events before it passes them on
]

END_OF_BODY: Message = {"type": "http.response.body", "body": b"", "more_body": False}

STREAM_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events: status, thinking, code-chunk, complete, error"},
    204: {"description": "This reader has had the end of the run"},
}


END_MARK = "end"
"""In the place of an offset: the id of a stream's last event."""
EVENT_ID_PATTERN = f"^([0-9a-f]{{32}}:([0-9]{{1,12}}|{END_MARK}))?$"
"""An event's id, or nothing, as an EventSource without one sends it."""


def _string_parameter(location: str, name: str, description: str, **schema: str) -> dict[str, Any]:
    schema = {"type": "string", **schema}
    return {"in": location, "name": name, "description": description, "required": False, "schema": schema}


# The handlers read these by hand, so FastAPI cannot describe them itself.
STREAM_OPENAPI = {
    "security": [{"HTTPBearer": []}],
    "parameters": [
        _string_parameter("query", "token", "For clients that cannot set a header; streams only."),
        _string_parameter("header", "Last-Event-ID", "Where a reconnecting reader was.", pattern=EVENT_ID_PATTERN),
        _string_parameter(
            "query", "last_event_id", "The same, for those that cannot set a header.", pattern=EVENT_ID_PATTERN
        ),
    ],
}


@router.get(
    "/projects/{project_id}/generate/{side}/stream",
    response_class=Response,
    responses=STREAM_RESPONSES,
    openapi_extra=STREAM_OPENAPI,
)
async def stream_side(request: Request, identity: StreamIdentity, project_id: int, side: Side) -> Response:
    """Join the side's live run from its beginning, or start one where none is live; with an id, resume that run."""
    studio = studio_of(request)
    if last_event_id := _last_event_id(request):
        return await _resume(
            studio, identity, last_event_id, lambda run: (run.project_id, run.side) == (project_id, side)
        )
    studio.accounts.sessions.check_may_start_stream(identity)
    if not identity.can_write:
        return EventStream(studio, identity, await _live_log(studio, identity, project_id, side))
    log = await studio.runs.join_or_start(identity.user.id, project_id, side, RunRequest())
    return EventStream(studio, identity, log)


@router.get("/runs/{run_id}/stream", response_class=Response, responses=STREAM_RESPONSES, openapi_extra=STREAM_OPENAPI)
async def stream_run(request: Request, identity: StreamIdentity, run_id: str) -> Response:
    """Watch this run, live or ended."""
    studio = studio_of(request)
    if last_event_id := _last_event_id(request):
        return await _resume(studio, identity, last_event_id, lambda run: run.id == run_id)
    studio.accounts.sessions.check_may_start_stream(identity)
    return EventStream(studio, identity, await studio.runs.open_log(identity.user.id, run_id))


async def _live_log(studio: Studio, identity: Identity, project_id: int, side: Side) -> RunLog[RunInfo]:
    """The log of the side's live run, for a key that may only read. Raises NotFound, Forbidden where none is live."""
    await studio.projects.get(identity.user.id, project_id)
    live_run = studio.runs.live_run(project_id, side)
    if live_run is None:
        identity.check_may_write()
        raise NotFound(RUN_NOT_FOUND)
    return await studio.runs.open_log(identity.user.id, live_run.id)


def _last_event_id(request: Request) -> str | None:
    """Where the reader was. The header wins: a reconnecting EventSource sends it with its old address."""
    return request.headers.get("last-event-id") or request.query_params.get("last_event_id")


async def _resume(
    studio: Studio, identity: Identity, last_event_id: str, matches_address: Callable[[RunInfo], bool]
) -> Response:
    """The rest of a run of this address, if only its end; 204 for who has had that. Raises BadRequest, NotFound."""
    run_id, colon, place = last_event_id.rpartition(":")
    if not (colon and run_id and (place == END_MARK or _is_offset(place))):
        raise BadRequest(f"The last event id is not one of ours: it looks like '<run>:<offset>' or '<run>:{END_MARK}'.")
    log = await studio.runs.open_log(identity.user.id, run_id)
    offset = log.length if place == END_MARK else int(place)
    if offset > log.length or (place == END_MARK and not log.closed):
        raise BadRequest("The last event id lies beyond the text of its run: start again without it.")
    # The same as for an unknown run: the id tells nothing about other projects.
    if not matches_address(log.state):
        raise NotFound(RUN_NOT_FOUND)
    if place == END_MARK:
        return Response(status_code=204)
    return EventStream(studio, identity, log, offset)


def _is_offset(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 12


class EventStream(Response):
    """One reader's stream; ends with the run, the reader or their sign-in, or when they take nothing for 45 s."""

    def __init__(self, studio: Studio, identity: Identity, log: RunLog[RunInfo], offset: int = 0) -> None:
        super().__init__()
        self._studio = studio
        self._identity = identity
        self._log = log
        self._encoder = _encoders.setdefault(log, _SliceEncoder(log.cached_state.id))
        self._offset = offset
        self._sending_since: float | None = None

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the run ends; a client that disconnects is noticed at once."""
        await send({"type": "http.response.start", "status": 200, "headers": SSE_HEADERS})
        write_task = asyncio.create_task(self._write_events(send), name=f"events of {self._log.state.id}")
        # A client that leaves while nothing is sent is noticed in no other way.
        disconnect_task = asyncio.create_task(_wait_for_disconnect(receive), name="reader leaves")
        session_end = self._studio.accounts.sessions.wait_for_end(self._identity)
        session_task = asyncio.create_task(session_end, name="reader signs out")
        tasks = (write_task, disconnect_task, session_task)
        try:
            while not await _wait_for_any(*tasks) and not self._is_stalled():
                # Not in the middle of an event: the client is slow then, and knows that something comes.
                if self._sending_since is None:
                    await self._send_body(send, encode_comment("still here"))
            # Between two events only: inside of one, its first half would look like all of it.
            if session_task.done() and self._sending_since is None:
                await send(END_OF_BODY)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        # A cancelled task is no failure; any other one is the server's to log.
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _write_events(self, send: Send) -> None:
        offset = self._offset
        # In one block with the first event: some parsers take a block without data for an empty message.
        retry_field = b"retry: 2000\n"
        async with aclosing(follow(self._log, offset)) as events:
            async for event in events:
                match event:
                    case TextSlice():
                        offset = event.end
                        await self._send_body(send, self._encoder.encode(event))
                    case StatusChanged(run):
                        # With an id too, although it moves nothing: a reader that is cut before the first piece
                        # then comes back to this run, and does not start another when this one has ended.
                        state = WatchedRunOut.from_event(event).model_dump_json()
                        await self._send_body(send, retry_field + encode_event("status", state, f"{run.id}:{offset}"))
                        retry_field = b""
                    case ThinkingChunk(text):
                        await self._send_body(send, encode_event("thinking", text))
                    case RunEnded(run):
                        await self._send_body(send, await self._terminal_event(run))
        await send(END_OF_BODY)

    async def _send_body(self, send: Send, body: bytes) -> None:
        """Send, and note since when the client has not read: a timer for each piece would cost more than the piece."""
        self._sending_since = time.monotonic()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        self._sending_since = None

    def _is_stalled(self) -> bool:
        return self._sending_since is not None and time.monotonic() - self._sending_since > SEND_TIMEOUT

    async def _terminal_event(self, run: RunInfo) -> bytes:
        name, data = await terminal_event(self._studio, self._log)
        return encode_event(name, _to_json(data), f"{run.id}:{END_MARK}")


class _SliceEncoder:
    """A run's newest piece as an event: readers at the same place share one encoding."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._last_slice: TextSlice | None = None
        self._last_event = b""

    def encode(self, piece: TextSlice) -> bytes:
        """The piece as an event; the same object gives the same bytes."""
        if piece is not self._last_slice:
            self._last_event = encode_event("code-chunk", piece.text, f"{self._run_id}:{piece.end}")
            self._last_slice = piece
        return self._last_event


_encoders: WeakKeyDictionary[RunLog[RunInfo], _SliceEncoder] = WeakKeyDictionary()


def _to_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def _wait_for_any(*tasks: asyncio.Task[None]) -> bool:
    """Whether a task is done, now or before the next heartbeat is due."""
    timeout = min(HEARTBEAT_SECONDS, SEND_TIMEOUT)
    done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
