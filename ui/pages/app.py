"""What the running app in the studio is made of: an empty sandboxed document, our scripts for it, and a run's files."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from nicegui import app
from starlette.responses import HTMLResponse, JSONResponse, Response

from core.errors import NotFound
from core.runs.log_registry import RUN_NOT_FOUND
from core.runtime.driver import LINKER_FOLDER, driver_files
from core.studio import Studio
from ui.accounts import session

APP_FOLDER = Path(__file__).parents[1] / "components" / "app"
FRAME_HTML = (APP_FOLDER / "inside" / "frame.html").read_text("utf-8")
SCRIPTS_ADDRESS = "/app-scripts"
FRAME_ADDRESS = "/app-frame"

APP_POLICY = {
    "sandbox": "allow-scripts allow-forms",  # also if somebody opens the address outside of the frame
    "default-src": "'none'",
    "script-src": "'unsafe-inline' 'unsafe-eval' data:",  # many a generated calculator calls eval()
    "style-src": "'unsafe-inline' data:",
    "img-src": "data: blob:",
    "font-src": "data:",
    "media-src": "data: blob:",
    "connect-src": "data: blob:",  # what an app has in its hands already
    "frame-src": "'none'",
    "worker-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}
WORKER_POLICY = APP_POLICY | {
    "script-src": "'unsafe-inline' 'unsafe-eval' data: blob:",
    "worker-src": "data:",  # a module worker of an opaque origin cannot come from blob:
    "connect-src": "'none'",
}


def frame_headers(policy: dict[str, str]) -> dict[str, str]:
    """The headers of a sandboxed document."""
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        # The policy above refuses a navigation only after the name of its host has been looked up, and a name can
        # carry data out. Chromium obeys this one before (https://wicg.github.io/connection-allowlists/).
        "Connection-Allowlist": "(response-origin)",
        "X-DNS-Prefetch-Control": "off",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def scripts_address() -> str:
    """Where this version of the scripts is served."""
    return f"{SCRIPTS_ADDRESS}/{app_scripts()[1]}/"


@cache
def app_scripts() -> tuple[dict[str, bytes], str]:
    """The scripts by address, and a name of their content."""
    files = {path.relative_to(APP_FOLDER / "browser").as_posix(): path for path in APP_FOLDER.glob("browser/**/*.js")}
    files |= {f"linker/{path.name}": path for path in LINKER_FOLDER.glob("*.js")}
    files |= {f"inside/{path.name}": path for path in APP_FOLDER.glob("inside/*.js")}
    contents = {name: path.read_bytes() for name, path in sorted(files.items())}
    contents["python.json"] = json.dumps(dict(driver_files())).encode()
    return contents, sha256(repr(sorted(contents.items())).encode()).hexdigest()[:16]


def register(studio: Studio) -> None:
    """Add the addresses; the frame and the scripts are the same for everybody, and hold nothing of anybody."""

    @app.get(FRAME_ADDRESS, include_in_schema=False)
    def frame() -> HTMLResponse:
        return HTMLResponse(FRAME_HTML, 200, frame_headers(APP_POLICY))

    @app.get(f"{FRAME_ADDRESS}/worker", include_in_schema=False)
    def worker_frame() -> HTMLResponse:
        # A process of its own, so that a page in an endless loop holds up neither the back end nor the next page:
        # frames that stay keep their process, and Chromium puts all sandboxed frames of a site into one.
        isolation = {"Document-Isolation-Policy": "isolate-and-require-corp"}
        return HTMLResponse(FRAME_HTML, 200, frame_headers(WORKER_POLICY) | isolation)

    @app.get(SCRIPTS_ADDRESS + "/{version}/{path:path}", include_in_schema=False)
    def script(version: str, path: str) -> Response:
        contents, current = app_scripts()
        if version != current or path not in contents:
            return Response("There is no such script.", 404)
        media_type = "application/json" if path.endswith(".json") else "text/javascript"
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(contents[path], media_type=media_type, headers=headers)

    @app.get("/app-files/{run_id}", include_in_schema=False, response_model=None)
    async def files(run_id: str, share: str = "") -> JSONResponse:
        try:
            owner_id = await (_owner_by_link(studio, share, run_id) if share else _signed_in_user(studio))
            content = await studio.versions.app_files(owner_id, run_id)
        except NotFound as error:
            return JSONResponse({"detail": str(error), "code": "not_found"}, 404, {"Cache-Control": "no-store"})
        return JSONResponse(content, 200, {"Cache-Control": "no-store"})


async def _signed_in_user(studio: Studio) -> int:
    identity = await session.current_identity(studio)
    if identity is None:
        session.leave_no_cookie()
        raise NotFound(RUN_NOT_FOUND)
    return identity.user.id


async def _owner_by_link(studio: Studio, token: str, run_id: str) -> int:
    """Whose run a guest with this link looks at. Raises NotFound, also for a run of another project."""
    session.leave_no_cookie()
    opened = await studio.shares.open(token)
    await studio.shares.open_log(opened, run_id)
    return opened.owner_id
