"""Any other address below /api is the API's to refuse, not a page's."""

from fastapi import APIRouter, HTTPException, Request
from starlette.routing import Match

from api.routes import auth, operations, projects, runs, streams, uploads
from core.errors import NotFound

METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]

router = APIRouter(include_in_schema=False)


@router.api_route("/api", methods=METHODS)
@router.api_route("/api/{path:path}", methods=METHODS)
async def reject_unknown_path(request: Request, path: str = "") -> None:
    """Nothing is here, or something that takes other methods: it would hide that from Starlette's own 405."""
    if allowed := [method for method in METHODS if _accepts_method(request, method)]:
        raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
    raise NotFound(f"There is nothing at /api/{path[:100]}: see /docs for what there is.")


def _accepts_method(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    modules = (auth, projects, runs, streams, operations, uploads)
    return any(route.matches(scope)[0] is Match.FULL for module in modules for route in module.router.routes)
