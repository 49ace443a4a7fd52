"""Headers of every response that tell browsers what a page may load, and who may frame it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = {
    "default-src": "'self'",
    # NiceGUI starts its pages by an inline script, and Vue compiles templates: without these two no page comes up.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
API_POLICY = {"default-src": "'none'", "frame-ancestors": "'none'"}
SHARED_ADDRESSES = ("/s/", "/api/shared/")
SHARED_HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
"""A link's address opens a project: it is for no search engine, and no other site hears of it."""
UNUSED_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")


def _as_header(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
}
PAGE_HEADERS = {**COMMON_HEADERS, "Content-Security-Policy": _as_header(PAGE_POLICY)}
API_HEADERS = {**COMMON_HEADERS, "Content-Security-Policy": _as_header(API_POLICY)}


class SecurityHeaders:
    """Adds them where the response has none of its own: the document of a running app brings a stricter policy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its response out with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # The API's answers are data: nothing in them has to load or to run.
        wanted = API_HEADERS if scope["path"].startswith("/api/") else PAGE_HEADERS
        if scope["path"].startswith(SHARED_ADDRESSES):
            wanted = wanted | SHARED_HEADERS

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                for name, value in wanted.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, send_with_headers)
