"""The files of the runtime for apps, which a sandboxed page loads: for everybody, for ever, and already compressed."""

import re
from pathlib import PurePosixPath

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from api.routes.auth import StudioDep
from core.errors import NotFound

router = APIRouter(tags=["service"])

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}
HEADERS = {
    # The id in the address names the content, so that it never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    # A sandboxed page has an origin of its own, which none equals.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}
_TAKES_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)", re.IGNORECASE)


@router.get("/runtime/{runtime_id}/{path:path}", include_in_schema=False)
async def runtime_file(studio: StudioDep, request: Request, runtime_id: str, path: str) -> FileResponse:
    """A file of the runtime for apps."""
    runtime = studio.runtime
    if runtime.manifest is None or runtime.files_folder is None or runtime_id != runtime.id:
        raise NotFound(f"There is no runtime of this id. {runtime.state.message}")
    if path not in runtime.manifest.files and path != "manifest.json":
        raise NotFound("There is no such file in the runtime.")
    media_type = MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
    packed_path = f"{path}.gz"
    if packed_path in runtime.manifest.files and _TAKES_GZIP.search(request.headers.get("accept-encoding", "")):
        headers = {**HEADERS, "Content-Encoding": "gzip"}
        return FileResponse(runtime.files_folder / packed_path, 200, headers, media_type)
    return FileResponse(runtime.files_folder / path, 200, HEADERS, media_type)
