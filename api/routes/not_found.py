"""Any other address below /api, and any other method of the service's, is the API's to refuse, not a page's."""

from fastapi import APIRouter, HTTPException
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from api.routes import admin, auth, keys, metrics, models, operations, projects, runs, runtime, shares, streams, uploads
from core.errors import NotFound

METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
RESERVED_ADDRESSES = ("/api", "/api/{path:path}", "/healthz", "/readyz", "/metrics", "/runtime/{path:path}")

router = APIRouter(include_in_schema=False)


class RejectUnknown:
    """Nothing is here, or something that takes other methods: it would hide that from Starlette's own 405.

    A class, because Starlette lets a function answer only the methods that it was told.
    """

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Raise what the error handlers answer."""
        if allowed := [method for method in METHODS if _accepts_method(scope, method)]:
            raise HTTPException(405, headers={"Allow": ", ".join(allowed)})
        raise NotFound(f"There is nothing at {scope['path'][:100]}: see /docs for what there is.")


for address in RESERVED_ADDRESSES:
    router.add_route(address, RejectUnknown())  # type: ignore[arg-type]  # an ASGI application will do


def _accepts_method(scope: Scope, method: str) -> bool:
    asked = {**scope, "method": method}
    modules = (auth, keys, admin, models, projects, shares, runs, runtime, streams, metrics, operations, uploads)
    return any(route.matches(asked)[0] is Match.FULL for module in modules for route in module.router.routes)
