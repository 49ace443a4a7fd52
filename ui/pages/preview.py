"""The document in a preview's frame: a run's front end in one piece, which its headers keep from the network."""

import html
from pathlib import Path

from nicegui import app
from nicegui.storage import request_contextvar
from starlette.responses import HTMLResponse

from core.errors import NotFound, Unavailable
from core.runs.log_registry import RUN_NOT_FOUND
from core.studio import Studio
from ui.accounts import session

PREVIEW_SCRIPT = (Path(__file__).parents[1] / "components" / "preview" / "preview_inside.js").read_text("utf-8")

CONTENT_SECURITY_POLICY = {
    "sandbox": "allow-scripts",  # also if somebody opens the address outside of the frame
    "default-src": "'none'",
    "script-src": "'unsafe-inline' 'unsafe-eval' data:",  # many a generated calculator calls eval()
    "style-src": "'unsafe-inline' data:",
    "img-src": "data: blob:",
    "font-src": "data:",
    "media-src": "data: blob:",
    "connect-src": "'none'",
    "frame-src": "'none'",
    "worker-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
PREVIEW_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items()),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # The policy above refuses a navigation only after the name of its host has been looked up, and a name can carry
    # data out. Chromium obeys this one before (https://wicg.github.io/connection-allowlists/).
    "Connection-Allowlist": "(response-origin)",
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def register(studio: Studio) -> None:
    """Add /preview/{run_id}; ``page`` is the path of one of the run's pages, empty for its start page."""

    @app.get("/preview/{run_id}", include_in_schema=False, response_model=None)
    async def preview(run_id: str, page: str = "") -> HTMLResponse:
        try:
            return HTMLResponse(await _render_document(studio, run_id, page), 200, PREVIEW_HEADERS)
        except NotFound as error:
            return HTMLResponse(_message_html(str(error)), 404, PREVIEW_HEADERS)
        except Unavailable as error:
            return HTMLResponse(_message_html(str(error)), 503, PREVIEW_HEADERS)


async def _render_document(studio: Studio, run_id: str, page: str) -> str:
    identity = await session.current_identity(studio)
    if identity is None:
        _clear_session()
        raise NotFound(RUN_NOT_FOUND)
    return await studio.versions.preview(identity.user.id, run_id, page, PREVIEW_SCRIPT)


def _clear_session() -> None:
    """Keep a request without a cookie from getting a new one, which would sign its user out.

    A sandboxed frame that loads its address again sends no cookie.
    """
    request = request_contextvar.get()
    if request and not request.cookies:
        request.session.clear()


def _message_html(message: str) -> str:
    return f"<!doctype html><title>Preview</title><p style='font: 14px system-ui'>{html.escape(message)}</p>"
