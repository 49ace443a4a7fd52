"""The small picture of a project's app, for its owner alone."""

from nicegui import app
from starlette.responses import Response

from core.studio import Studio
from ui.accounts import session
from ui.components.home.project_card import PICTURE_ADDRESS

HEADERS = {
    # Another picture has another address. "private": a proxy has no account to ask.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def register(studio: Studio) -> None:
    """Add the address."""

    @app.get(PICTURE_ADDRESS + "/{project_id}/{digest}", include_in_schema=False)
    async def picture(project_id: int, digest: str) -> Response:  # noqa: ARG001  it names the content for caches
        identity = await session.current_identity(studio)
        if identity is None:
            session.leave_no_cookie()
        content = await studio.pictures.find(identity.user.id, project_id) if identity else None
        if content is None:
            return Response("There is no such picture.", 404, {"Cache-Control": "no-store"}, "text/plain")
        return Response(content, 200, HEADERS, "image/jpeg")
