"""Where streams of server-sent events are opened: who reads which run, and from where on."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from api.event_stream import END_MARK, EventStream, StreamReader
from api.routes.auth import StreamIdentity, stream_identity, studio_of
from core.accounts.identity import Identity
from core.catalog.stacks import Side
from core.errors import BadRequest, NotFound
from core.generation.run_request import RunRequest
from core.runs.log import RunLog
from core.runs.log_registry import RUN_NOT_FOUND
from core.runs.state import RunInfo
from core.sharing.shares import TOKEN_PATTERN
from core.studio import Studio

router = APIRouter(prefix="/api", tags=["streams"])

STREAM_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events: status, thinking, code-chunk, complete, error"},
    204: {"description": "This reader has had the end of the run"},
}

EVENT_ID_PATTERN = f"^([0-9a-f]{{32}}:([0-9]{{1,12}}|{END_MARK}))?$"
"""An event's id, or nothing, as an EventSource without one sends it."""


def _string_parameter(location: str, name: str, description: str, **schema: str) -> dict[str, Any]:
    schema = {"type": "string", **schema}
    return {"in": location, "name": name, "description": description, "required": False, "schema": schema}


# The handlers read these by hand, so FastAPI cannot describe them itself.
STREAM_OPENAPI = {
    "security": [{"HTTPBearer": []}],
    "parameters": [
        _string_parameter("query", "token", "For clients that cannot set a header, and for guests with a link."),
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
    reader = _signed_in_reader(studio, identity)
    if last_event_id := _last_event_id(request):
        return await _resume(
            studio, reader, last_event_id, lambda run: (run.project_id, run.side) == (project_id, side)
        )
    studio.accounts.sessions.check_may_start_stream(identity)
    if identity.can_write:
        log = await studio.runs.join_or_start(identity.user.id, project_id, side, RunRequest())
    else:
        log = await _live_log(studio, identity, project_id, side)
    return EventStream(studio, reader.stream, log)


@router.get("/runs/{run_id}/stream", response_class=Response, responses=STREAM_RESPONSES, openapi_extra=STREAM_OPENAPI)
async def stream_run(request: Request, run_id: str) -> Response:
    """Watch this run, live or ended; the token of a link to its project will do."""
    studio = studio_of(request)
    reader = await _run_reader(request, studio)
    if last_event_id := _last_event_id(request):
        return await _resume(studio, reader, last_event_id, lambda run: run.id == run_id)
    if reader.identity:
        studio.accounts.sessions.check_may_start_stream(reader.identity)
    return EventStream(studio, reader.stream, await reader.open_log(run_id))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: which runs they may open, and how their stream ends; a guest with a link has no identity."""

    stream: StreamReader
    open_log: Callable[[str], Awaitable[RunLog[RunInfo]]]
    identity: Identity | None = None


def _signed_in_reader(studio: Studio, identity: Identity) -> _Reader:
    wait_for_end = partial(studio.accounts.sessions.wait_for_end, identity)
    return _Reader(StreamReader(wait_for_end), partial(studio.runs.open_log, identity.user.id), identity)


async def _run_reader(request: Request, studio: Studio) -> _Reader:
    """Who reads a run: whoever is signed in, or a guest with the token of a link. Raises NotAuthenticated, NotFound."""
    token = request.query_params.get("token", "")
    # Another scheme is not ours: a proxy in front may ask for a password of its own.
    is_bearer = request.headers.get("authorization", "").lower().startswith("bearer ")
    if is_bearer or not re.fullmatch(TOKEN_PATTERN, token):
        return _signed_in_reader(studio, await stream_identity(request))
    opened = await studio.shares.open(token)
    stream = StreamReader(
        partial(studio.shares.wait_for_end, opened),
        sees_prompts=False,
        watching=partial(studio.presence.watching, opened.owner_id, opened.share.project_id),
    )
    return _Reader(stream, partial(studio.shares.open_log, opened))


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
    studio: Studio, reader: _Reader, last_event_id: str, matches_address: Callable[[RunInfo], bool]
) -> Response:
    """The rest of a run of this address, if only its end; 204 for who has had that. Raises BadRequest, NotFound."""
    run_id, colon, place = last_event_id.rpartition(":")
    if not (colon and run_id and (place == END_MARK or _is_offset(place))):
        raise BadRequest(f"The last event id is not one of ours: it looks like '<run>:<offset>' or '<run>:{END_MARK}'.")
    log = await reader.open_log(run_id)
    offset = log.length if place == END_MARK else int(place)
    if offset > log.length or (place == END_MARK and not log.closed):
        raise BadRequest("The last event id lies beyond the text of its run: start again without it.")
    # The same as for an unknown run: the id tells nothing about other projects.
    if not matches_address(log.state):
        raise NotFound(RUN_NOT_FOUND)
    if place == END_MARK:
        return Response(status_code=204)
    return EventStream(studio, reader.stream, log, offset)


def _is_offset(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 12
