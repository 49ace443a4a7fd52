"""The OpenAPI page and document: for programs of this machine, and for whoever is signed in."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.error_handlers import error_response
from api.middleware.forwarded_headers import is_local_client
from api.routes.auth import bearer_identity
from core.errors import LivewrightError

GUARDED_PATHS = frozenset({"/docs", "/openapi.json"})


class DocsGuard:
    """Answers 401 to strangers; FastAPI's own routes take no dependencies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is a stranger's for these pages."""
        if scope["type"] == "http" and _is_guarded(scope) and not is_local_client(scope):
            try:
                await bearer_identity(HTTPConnection(scope))
            except LivewrightError as error:
                await error_response(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_guarded(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) in GUARDED_PATHS
