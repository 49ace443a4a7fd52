"""The address that a preview's frame shows: a run's front end as one document that can reach nothing."""

import html
from collections.abc import Callable, Mapping
from pathlib import Path

from nicegui import app
from nicegui.storage import request_contextvar

from core.blocking import computed
from core.errors import DatabaseUnavailable, NotFound
from core.files.source_file import size_of
from core.studio import Studio
from core.versions.preview import document, front_page
from ui import session

Answer = Callable[[str, int, Mapping[str, str]], object]
"""Makes an HTTP answer of HTML, status and headers; given from outside, for the class is of a framework."""

INSIDE = (Path(__file__).parents[1] / "components" / "preview" / "preview_inside.js").read_text("utf-8")

POLICY = {
    "sandbox": "allow-scripts",  # also where somebody opens the address by itself
    "default-src": "'none'",
    "script-src": "'unsafe-inline' 'unsafe-eval' data:",  # a calculator is a page around eval()
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
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def register(studio: Studio, answer: Answer) -> None:
    """Make /preview/{run_id} known; ``page`` is one of the project's, the front page where it is empty."""

    @app.get("/preview/{run_id}", include_in_schema=False, response_model=None)
    async def preview(run_id: str, page: str = "") -> object:
        try:
            return answer(await _page(studio, run_id, page), 200, HEADERS)
        except NotFound as error:
            return answer(_said(str(error)), 404, HEADERS)
        except DatabaseUnavailable as error:
            return answer(_said(str(error)), 503, HEADERS)


async def _page(studio: Studio, run_id: str, page: str) -> str:
    identity = await session.current(studio)
    if identity is None:
        _leave_no_cookie()
        raise NotFound("There is no such run.")
    run = (await studio.runs.log(identity.user.id, run_id)).state
    found = await studio.versions.served(identity.user.id, run_id)
    files = [file for file in found if file.whole or not run.live]
    page = page or front_page(file.path for file in files) or "index.html"
    return await computed(size_of(files), lambda: document(files, page, INSIDE))


def _leave_no_cookie() -> None:
    """A frame that goes on by itself comes without the cookie: a new one would sign its user out."""
    request = request_contextvar.get()
    if request and not request.cookies:
        request.session.clear()


def _said(sentence: str) -> str:
    return f"<!doctype html><title>Preview</title><p style='font: 14px system-ui'>{html.escape(sentence)}</p>"
