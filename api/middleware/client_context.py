"""Tells core where a request comes from, for the list of sign-ins and the audit log."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from core.accounts.client import Client, current_client


class ClientContext:
    """Sets ``current_client`` for a request or socket, and whatever is started by it.

    ``app`` is public because NiceGUI follows that attribute from the server to its application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] in {"http", "websocket"}:
            address = scope["client"][0] if scope.get("client") else ""
            current_client.set(Client(address, Headers(scope=scope).get("user-agent", "")))
        await self.app(scope, receive, send)
