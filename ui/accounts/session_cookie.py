"""The pages' cookie: signed, HttpOnly, with a name of its own for each installation and address."""

import hashlib
import hmac
import re
from typing import Any

from itsdangerous import TimestampSigner
from starlette.datastructures import Headers
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from core.accounts.security import LOGIN_TOKEN_LIFETIME
from core.engines.http.address import DEFAULT_PORTS

SECURE_SCHEMES = {"https", "wss"}
_PORT = re.compile(r":([0-9]{1,5})$")


class SessionCookie:
    """Middleware that reads and writes ``request.session``, as Starlette's, with name and flags by the request.

    Browsers keep cookies by host without its port, so two installations on one host need two names. Behind TLS the
    cookie is ``Secure``, and ``__Host-`` keeps other hosts of the domain from setting it.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self._app = app
        self._secret = secret
        # Made of the secret: two installations that use one port in turn get two cookies.
        self._mark = hmac.digest(secret.encode(), b"name of the cookie", hashlib.sha256).hex()[:8]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its session."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        is_secure = scope["scheme"] in SECURE_SCHEMES
        name = f"{'__Host-' if is_secure else ''}livewright-{_public_port(scope, is_secure=is_secure)}-{self._mark}"
        await _Sessions(self._app, self._secret, name, is_secure=is_secure)(scope, receive, send)


class _Sessions(SessionMiddleware):
    def __init__(self, app: ASGIApp, secret: str, name: str, *, is_secure: bool) -> None:
        max_age = int(LOGIN_TOKEN_LIFETIME.total_seconds())
        super().__init__(app, secret, name, max_age, https_only=is_secure)
        self.signer = _AgelessSigner(secret)


class _AgelessSigner(TimestampSigner):
    """Does not look at the age of a cookie: the sign-in in it has an end of its own.

    The original refuses what was signed in the future, so a clock that is set back would sign everybody out.
    """

    def unsign(self, signed_value: str | bytes, *_args: Any, **_options: Any) -> Any:
        return super().unsign(signed_value)


def _public_port(scope: Scope, *, is_secure: bool) -> str:
    """The port in the address that the browser shows."""
    port = _PORT.search(Headers(scope=scope).get("host", ""))
    return port[1] if port else str(DEFAULT_PORTS["https" if is_secure else "http"])
