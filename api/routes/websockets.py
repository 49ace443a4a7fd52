"""The WebSocket of a side: start, resume, stop and refine over one connection, with the events of the SSE stream."""

import asyncio
import json
from contextlib import aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from api.routes.auth import stream_identity, studio_of
from api.schemas.run_events import WatchedRunOut
from api.schemas.runs import GenerateRequest, RefineRequest
from api.sse_response import SEND_TIMEOUT
from api.terminal_events import terminal_event
from core.accounts.identity import Identity
from core.accounts.security import SIGNED_OUT
from core.catalog.stacks import Side
from core.errors import (
    BadRequest,
    Conflict,
    DatabaseUnavailable,
    LivewrightError,
    NotAuthenticated,
    NotFound,
    TokenExpired,
    TooManyRequests,
    Unavailable,
)
from core.projects.access import PROJECT_NOT_FOUND
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.log import RunLog
from core.runs.log_registry import RUN_NOT_FOUND
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.studio import Studio

router = APIRouter(prefix="/api")

CLOSE_NOT_AUTHENTICATED = 4401
CLOSE_PROJECT_NOT_FOUND = 4404
CLOSE_TRY_AGAIN_LATER = 1013


class StartFrame(GenerateRequest):
    """Start a run of this side and follow it."""

    type: Literal["start"]


class ResumeFrame(BaseModel):
    """Follow a run of this side from an offset on."""

    type: Literal["resume"]
    run_id: str
    offset: int = Field(ge=0)


class StopFrame(BaseModel):
    """Stop the side's live run."""

    type: Literal["stop"]


class RefineFrame(RefineRequest):
    """Refine the version followed last, else the side's current one, and follow that run."""

    type: Literal["refine"]


Frame = Annotated[StartFrame | ResumeFrame | StopFrame | RefineFrame, Field(discriminator="type")]
_frame_adapter: TypeAdapter[StartFrame | ResumeFrame | StopFrame | RefineFrame] = TypeAdapter(Frame)


@router.websocket("/projects/{project_id}/generate/{side}/ws")
async def serve_socket(socket: WebSocket, project_id: str, side: str) -> None:
    """Serve one client. Accepts first and closes with 4401 or 4404: browsers hide the reason of a refused handshake."""
    await socket.accept()
    studio = studio_of(socket)
    try:
        identity = await stream_identity(socket)
        await studio.projects.get(identity.user.id, _parse_project_id(project_id))
        client = SocketClient(socket, studio, identity, int(project_id), _parse_side(side))
    except NotAuthenticated as error:
        await socket.close(CLOSE_NOT_AUTHENTICATED, error.message)
        return
    except NotFound as error:
        await socket.close(CLOSE_PROJECT_NOT_FOUND, error.message)
        return
    except DatabaseUnavailable as error:
        await socket.close(CLOSE_TRY_AGAIN_LATER, str(error))
        return
    await client.serve()


class SocketClient:
    """One client on one side of a project; it follows one run at a time."""

    def __init__(self, socket: WebSocket, studio: Studio, identity: Identity, project_id: int, side: Side) -> None:
        self._socket = socket
        self._studio = studio
        self._identity = identity
        self._project_id = project_id
        self._side = side
        self._may_start = self._has_fresh_token()
        self._follow_task: asyncio.Task[None] | None = None
        self._followed_run_id: str | None = None

    def _has_fresh_token(self) -> bool:
        """Whether the token was fresh when the socket was opened; an open socket keeps that right."""
        try:
            self._studio.accounts.sessions.check_may_start_stream(self._identity)
        except TokenExpired:
            return False
        return True

    async def serve(self) -> None:
        """Answer frames until the client goes, or until their sign-in ends."""
        answer_task = asyncio.create_task(self._answer_frames(), name="socket")
        session_end = self._studio.accounts.sessions.wait_for_end(self._identity)
        session_task = asyncio.create_task(session_end, name="socket's user signs out")
        try:
            await asyncio.wait((answer_task, session_task), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (answer_task, session_task):
                task.cancel()
            results = await asyncio.gather(answer_task, session_task, return_exceptions=True)
        if isinstance(results[0], Exception):
            raise results[0]
        if isinstance(results[0], asyncio.CancelledError):  # the sign-in ended first
            await self._socket.close(CLOSE_NOT_AUTHENTICATED, SIGNED_OUT)

    async def _answer_frames(self) -> None:
        try:
            while (message := await self._socket.receive())["type"] != "websocket.disconnect":
                await self._handle_message(message.get("text") or "")  # a binary frame has none
        except WebSocketDisconnect:
            pass
        finally:
            await self._unfollow()

    async def _handle_message(self, text: str) -> None:
        try:
            await self._handle_frame(_frame_adapter.validate_python(json.loads(text)))
        except (ValidationError, ValueError, RecursionError):  # the last: JSON nested beyond the stack
            await self._send_error(
                BadFrame("This frame is none of start, resume, stop and refine, or a value is wrong.")
            )
        except LivewrightError as error:
            await self._send_error(error)

    async def _handle_frame(self, frame: StartFrame | ResumeFrame | StopFrame | RefineFrame) -> None:
        user_id = self._identity.user.id
        if not isinstance(frame, ResumeFrame):
            self._identity.check_may_write()
            self._studio.accounts.sessions.check_not_expired(self._identity)
            if not self._may_start:
                raise TokenExpired("This stream token may only resume by now: ask for a new one and connect again.")
        match frame:
            case StartFrame():
                run = await self._studio.runs.start(user_id, self._project_id, self._side, frame.to_run_request())
                await self._follow(await self._studio.runs.open_log(user_id, run.id), 0)
            case ResumeFrame(run_id=run_id, offset=offset):
                await self._follow(await self._log_of_side(run_id), offset)
            case StopFrame():
                live_run = self._studio.runs.live_run(self._project_id, self._side)
                if live_run is None:
                    raise Conflict("Nothing is being written here, so there is nothing to stop.")
                await self._studio.runs.stop(user_id, live_run.id)
            case RefineFrame(instructions=instructions):
                run = await self._studio.versions.refine(user_id, await self._version_to_refine(), instructions)
                await self._follow(await self._studio.runs.open_log(user_id, run.id), 0)

    async def _log_of_side(self, run_id: str) -> RunLog[RunInfo]:
        log = await self._studio.runs.open_log(self._identity.user.id, run_id)
        if (log.state.project_id, log.state.side) != (self._project_id, self._side):
            raise NotFound(RUN_NOT_FOUND)
        return log

    async def _version_to_refine(self) -> str:
        project = await self._studio.projects.get(self._identity.user.id, self._project_id)
        run_id = self._followed_run_id or project.run_id_of(self._side)
        if run_id is None:
            raise Conflict("There is no version to refine yet: start a run first.")
        return run_id

    async def _follow(self, log: RunLog[RunInfo], offset: int) -> None:
        if offset > log.length:
            raise BadRequest("The offset lies beyond the text of this run: resume from where you are.")
        # The old one has ended before the new one sends: no event of two runs is mixed.
        await self._unfollow()
        self._followed_run_id = log.state.id
        self._follow_task = asyncio.create_task(self._forward_events(log, offset), name=f"socket of {log.state.id}")

    async def _unfollow(self) -> None:
        if self._follow_task:
            self._follow_task.cancel()
            await asyncio.gather(self._follow_task, return_exceptions=True)

    async def _forward_events(self, log: RunLog[RunInfo], offset: int) -> None:
        run_id = log.cached_state.id
        try:
            async with aclosing(follow(log, offset)) as events:
                async for event in events:
                    match event:
                        case TextSlice():
                            chunk = {"run_id": run_id, "offset": event.offset, "text": event.text}
                            await self._send("chunk", chunk)
                        case StatusChanged():
                            await self._send("status", WatchedRunOut.from_event(event).model_dump(mode="json"))
                        case ThinkingChunk(text):
                            await self._send("thinking", {"run_id": run_id, "text": text})
                        case RunEnded():
                            await self._send(*await terminal_event(self._studio, log))
        except TimeoutError:
            await self._socket.close(1008, "Nothing was read for too long: connect again and resume.")

    async def _send_error(self, error: LivewrightError) -> None:
        run_id = error.run_id if isinstance(error, Conflict) else None
        retryable = isinstance(error, TooManyRequests | Unavailable)
        data = {"code": error.code, "message": error.message, "retryable": retryable, "run_id": run_id}
        await self._send("error", data)

    async def _send(self, event_type: str, data: dict[str, Any]) -> None:
        text = json.dumps({"type": event_type, **data}, ensure_ascii=False, separators=(",", ":"))
        async with asyncio.timeout(SEND_TIMEOUT):
            await self._socket.send_text(text)


class BadFrame(LivewrightError):
    """A frame that is none of the known ones."""

    code = "bad_message"


def _parse_project_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise NotFound(PROJECT_NOT_FOUND)
    return int(text)


def _parse_side(text: str) -> Side:
    try:
        return Side(text)
    except ValueError:
        raise NotFound("A project has two sides, backend and frontend.") from None
