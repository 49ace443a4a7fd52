"""What operators and monitors ask: is it alive, is it ready, how much is going on."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.middleware.forwarded_headers import is_local_client
from api.routes.auth import StudioDep, bearer_identity
from core.engines.protocol import Health
from core.errors import NotAuthenticated, Unavailable
from core.studio import Studio

router = APIRouter(tags=["service"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process serves."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Something is not ready; its message says what to do"}})
async def readyz(studio: StudioDep, request: Request) -> JSONResponse:
    """Database, engine and model, each by name: ready or not; what to do if not is for this machine and accounts."""
    engine = await studio.engines.default_engine()
    health = await studio.engines.health(engine)
    checks: dict[str, dict[str, Any]] = {
        "database": await _check_database(studio),
        "engine": {"ready": health.engine_ready, "name": engine.name, "message": health.engine_message}
        | _describe_servers(health),
        "model": {"ready": health.model_ready, "name": health.model, "message": health.model_message},
    }
    ready = all(check["ready"] for check in checks.values())
    if await _is_stranger(request):
        checks = {name: {"ready": check["ready"]} for name, check in checks.items()}
    return JSONResponse({"status": "ready" if ready else "not_ready", **checks}, 200 if ready else 503)


def _describe_servers(health: Health) -> dict[str, Any]:
    """Each of an engine's servers, where there are several."""
    servers = [{"server": each.url, "ready": each.ready, "message": each.message} for each in health.servers]
    return {"servers": servers} if servers else {}


async def _is_stranger(request: Request) -> bool:
    if is_local_client(request.scope):
        return False
    try:
        await bearer_identity(request)
    except (NotAuthenticated, Unavailable):
        return True
    return False


async def _check_database(studio: Studio) -> dict[str, Any]:
    try:
        await studio.check_storage()
    except Unavailable as error:
        return {"ready": False, "message": str(error)}
    return {"ready": True, "message": "The database answers."}
