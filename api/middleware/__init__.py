"""What every request passes before the application: who forwarded it, from which page, how large; and what goes out."""

from starlette.types import ASGIApp

from api.middleware.client_context import ClientContext
from api.middleware.disconnect_watch import DisconnectWatch
from api.middleware.forwarded_headers import ForwardedHeaders
from api.middleware.origin_check import OriginCheck
from api.middleware.security_headers import SecurityHeaders
from core.settings import Settings


def wrap_app(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application inside this middleware, which stays outermost: NiceGUI adds its own inside."""
    # Forwarded headers first: all the others read host, scheme and client as the visitor knows them.
    checked = OriginCheck(DisconnectWatch(app), settings.cors_origins)
    return ForwardedHeaders(ClientContext(SecurityHeaders(checked)), settings.trusted_networks, settings.root_path)
