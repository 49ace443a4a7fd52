"""The WebSocket of a side: start, resume, stop and refine over one connection, with the events of the SSE stream."""

import asyncio
import json
from contextlib import aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from api.routes.auth import reader, studio_of
from api.routes.streams import STALLED_SECONDS
from api.schemas.runs import Generate, Refine, RunOut
from api.terminal_events import ending
from core.accounts.accounts import Identity
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
from core.runs.follow import Ended, Status, Thought, follow
from core.runs.log import RunLog, Slice
from core.runs.log_registry import NO_RUN
from core.runs.state import RunInfo
from core.studio import Studio

router = APIRouter(prefix="/api")

NOT_AUTHENTICATED = 4401
NO_PROJECT = 4404
TRY_AGAIN_LATER = 1013


class Start(Generate):
    """Start a run of this side and follow it."""

    type: Literal["start"]


class Resume(BaseModel):
    """Follow a run of this side from an offset on."""

    type: Literal["resume"]
    run_id: str
    offset: int = Field(ge=0)


class Stop(BaseModel):
    """Stop the side's live run."""

    type: Literal["stop"]


class RefineThis(Refine):
    """Refine the version followed last, else the side's current one, and follow that run."""

    type: Literal["refine"]


Frame = Annotated[Start | Resume | Stop | RefineThis, Field(discriminator="type")]
_frames: TypeAdapter[Start | Resume | Stop | RefineThis] = TypeAdapter(Frame)


@router.websocket("/projects/{project_id}/generate/{side}/ws")
async def generate(socket: WebSocket, project_id: str, side: str) -> None:
    """Serve one client. Closes with 4401 and 4404, where a browser sees the code, which a refused handshake hides."""
    await socket.accept()
    studio = studio_of(socket)
    try:
        who = await reader(socket)
        await studio.projects.get(who.user.id, _number(project_id))
        conversation = Conversation(socket, studio, who, int(project_id), _side(side))
    except NotAuthenticated as error:
        await socket.close(NOT_AUTHENTICATED, error.message)
        return
    except NotFound as error:
        await socket.close(NO_PROJECT, error.message)
        return
    except DatabaseUnavailable as error:
        await socket.close(TRY_AGAIN_LATER, str(error))
        return
    await conversation.hold()


class Conversation:
    """One client on one side of a project; it follows one run at a time."""

    def __init__(self, socket: WebSocket, studio: Studio, who: Identity, project_id: int, side: Side) -> None:
        self._socket = socket
        self._studio = studio
        self._who = who
        self._project_id = project_id
        self._side = side
        self._may_start = self._is_fresh()
        self._following: asyncio.Task[None] | None = None
        self._followed: str | None = None

    def _is_fresh(self) -> bool:
        """Decided once: a socket that was opened in time goes on working, however long it is held."""
        try:
            self._studio.accounts.check_may_start(self._who)
        except TokenExpired:
            return False
        return True

    async def hold(self) -> None:
        """Answer frames until the client goes."""
        try:
            while (message := await self._socket.receive())["type"] != "websocket.disconnect":
                await self._answer(message.get("text") or "")  # a binary frame has none
        except WebSocketDisconnect:
            pass
        finally:
            await self._unfollow()

    async def _answer(self, text: str) -> None:
        try:
            await self._obey(_frames.validate_python(json.loads(text)))
        except (ValidationError, ValueError, RecursionError):
            await self._complain(BadFrame("This frame is none of start, resume, stop and refine, or a value is wrong."))
        except LivewrightError as error:
            await self._complain(error)
        except DatabaseUnavailable as error:
            await self._complain(Unavailable(str(error)))

    async def _obey(self, frame: Start | Resume | Stop | RefineThis) -> None:
        user_id = self._who.user.id
        if not (self._may_start or isinstance(frame, Resume)):
            raise TokenExpired("This stream token may only resume by now: ask for a new one and connect again.")
        match frame:
            case Start():
                run = await self._studio.runs.start(user_id, self._project_id, self._side, frame.order())
                await self._follow(await self._studio.runs.log(user_id, run.id), 0)
            case Resume(run_id=run_id, offset=offset):
                await self._follow(await self._own(run_id), offset)
            case Stop():
                live = self._studio.runs.live(self._project_id, self._side)
                if live is None:
                    raise Conflict("Nothing is being written here, so there is nothing to stop.")
                await self._studio.runs.stop(user_id, live.id)
            case RefineThis(instructions=instructions):
                run = await self._studio.versions.refine(user_id, await self._version(), instructions)
                await self._follow(await self._studio.runs.log(user_id, run.id), 0)

    async def _own(self, run_id: str) -> RunLog[RunInfo]:
        log = await self._studio.runs.log(self._who.user.id, run_id)
        if (log.state.project_id, log.state.side) != (self._project_id, self._side):
            raise NotFound(NO_RUN)
        return log

    async def _version(self) -> str:
        project = await self._studio.projects.get(self._who.user.id, self._project_id)
        run_id = self._followed or project.run_of(self._side)
        if run_id is None:
            raise Conflict("There is no version to refine yet: start a run first.")
        return run_id

    async def _follow(self, log: RunLog[RunInfo], offset: int) -> None:
        if offset > log.length:
            raise BadRequest("The offset lies beyond the text of this run: resume from where you are.")
        await self._unfollow()
        self._followed = log.state.id
        self._following = asyncio.create_task(self._pass_on(log, offset), name=f"socket of {log.state.id}")

    async def _unfollow(self) -> None:
        if self._following:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def _pass_on(self, log: RunLog[RunInfo], offset: int) -> None:
        run_id = log.told.id
        try:
            async with aclosing(follow(log, offset)) as happenings:
                async for happening in happenings:
                    match happening:
                        case Slice():
                            chunk = {"run_id": run_id, "offset": happening.offset, "text": happening.text}
                            await self._send("chunk", chunk)
                        case Status(run):
                            await self._send("status", RunOut.of(run).model_dump(mode="json"))
                        case Thought(text):
                            await self._send("thinking", {"run_id": run_id, "text": text})
                        case Ended():
                            await self._send(*await ending(self._studio, log))
        except TimeoutError:
            await self._socket.close(1008, "Nothing was read for too long: connect again and resume.")

    async def _complain(self, error: LivewrightError) -> None:
        run_id = error.run_id if isinstance(error, Conflict) else None
        retryable = isinstance(error, TooManyRequests | Unavailable)
        data = {"code": error.code, "message": error.message, "retryable": retryable, "run_id": run_id}
        await self._send("error", data)

    async def _send(self, kind: str, data: dict[str, Any]) -> None:
        text = json.dumps({"type": kind, **data}, ensure_ascii=False, separators=(",", ":"))
        async with asyncio.timeout(STALLED_SECONDS):
            await self._socket.send_text(text)


class BadFrame(LivewrightError):
    """A frame that means nothing here."""

    code = "bad_message"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise NotFound("There is no such project.")
    return int(text)


def _side(text: str) -> Side:
    try:
        return Side(text)
    except ValueError:
        raise NotFound("A project has two sides, backend and frontend.") from None
