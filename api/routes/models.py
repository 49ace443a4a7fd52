"""Models over HTTP: those that can be used, those that could be had, and their fetching and removing by admins."""

from functools import partial
from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from starlette.convertors import StringConvertor, register_url_convertor

from api.pull_stream import PullStream, end_id
from api.routes.admin import AdminIdentity
from api.routes.auth import CurrentIdentity, StreamIdentity, StudioDep
from api.schemas.models import CatalogModelOut, EngineParameter, ModelOut, NewPull, PullOut
from core.engines.protocol import EngineName


class EngineConvertor(StringConvertor):
    """An engine in an address: without it, ``pulls`` would be one."""

    regex = "|".join(get_args(EngineParameter))


register_url_convertor("engine", EngineConvertor())
router = APIRouter(prefix="/api/models", tags=["models"])

STREAM_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "Events: progress, then complete or error"},
    204: {"description": "This reader has had the end of the pull"},
}
STREAM_OPENAPI = {
    "security": [{"HTTPBearer": []}],
    "parameters": [
        {"in": "query", "name": "token", "description": "For clients that cannot set a header.", "required": False,
         "schema": {"type": "string"}},
    ],
}  # fmt: skip


@router.get("")
async def models(studio: StudioDep, _identity: CurrentIdentity) -> list[ModelOut]:
    """The models that can be used now, of every engine and server, those of the default engine first."""
    return [ModelOut.from_model(model) for model in await studio.models.models()]


@router.get("/catalog")
async def catalog(studio: StudioDep, _identity: CurrentIdentity) -> list[CatalogModelOut]:
    """What could be had, with the memory that it needs and whether that fits this machine."""
    return [CatalogModelOut.from_offer(offer) for offer in await studio.models.catalog()]


@router.post("/pulls", status_code=202)
async def start_pull(studio: StudioDep, admin: AdminIdentity, body: NewPull) -> PullOut:
    """Fetch a model, or join the pull that fetches it already."""
    pull = await studio.models.pulls.start(EngineName(body.engine), body.model, admin.user.id, body.server)
    return PullOut.from_pull(pull)


@router.get(
    "/pulls/{pull_id}/stream", response_class=Response, responses=STREAM_RESPONSES, openapi_extra=STREAM_OPENAPI
)
async def stream_pull(studio: StudioDep, request: Request, identity: StreamIdentity, pull_id: str) -> Response:
    """How far a pull has come, and its end, also for those who come late."""
    identity.check_is_admin()
    last_event_id = request.headers.get("last-event-id") or request.query_params.get("last_event_id") or ""
    pull = studio.models.pulls.get(pull_id)
    if last_event_id == end_id(pull):
        return Response(status_code=204)
    if not last_event_id.startswith(f"{pull.id}:"):
        studio.accounts.sessions.check_may_start_stream(identity)
    return PullStream(pull, partial(studio.accounts.sessions.wait_for_end, identity))


@router.delete("/pulls/{pull_id}", status_code=204)
async def stop_pull(studio: StudioDep, _admin: AdminIdentity, pull_id: str) -> None:
    """Stop a pull; what was fetched is kept, and another pull of the model goes on from there."""
    await studio.models.pulls.stop(pull_id)


@router.delete("/{engine:engine}/{name:path}", status_code=204)
async def remove(
    studio: StudioDep, admin: AdminIdentity, engine: EngineParameter, name: str, server: str | None = None
) -> None:
    """Remove a model, from every server of the engine that has it, or from the one that is named."""
    await studio.models.remove(EngineName(engine), name, admin.user.id, server)
