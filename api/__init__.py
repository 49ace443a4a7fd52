"""The HTTP API: translates HTTP to core and back. ``create_api`` makes the application that the pages hang on too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware

from api.error_handlers import ERROR_RESPONSES, install_error_handlers
from api.middleware.body_limit import BodyLimit
from api.middleware.docs_guard import DocsGuard
from api.openapi import describe_errors_as_json
from api.routes import (
    admin,
    auth,
    keys,
    metrics,
    models,
    not_found,
    operations,
    projects,
    runs,
    runtime,
    shares,
    streams,
    uploads,
    websockets,
)
from core import __version__
from core.studio import Studio

DESCRIPTION = "Describe an app, press a button, and watch a local model write its code live."


def create_api(studio: Studio) -> FastAPI:
    """The application with every route of the API; opens ``studio`` at its start and closes it at its end."""
    app: FastAPI = FastAPIOffline(
        title="Livewright",
        description=DESCRIPTION,
        version=__version__,
        redirect_slashes=False,
        redoc_url=None,
        lifespan=_lifespan,
        responses=ERROR_RESPONSES,
    )
    app.state.studio = studio
    install_error_handlers(app)
    # Matched in this order: ``not_found`` takes what the others leave.
    for module in (
        streams,
        auth,
        keys,
        admin,
        models,
        projects,
        shares,
        runs,
        runtime,
        uploads,
        websockets,
        metrics,
        operations,
        not_found,
    ):
        app.include_router(module.router)
    describe_errors_as_json(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(DocsGuard)
    # Added last, so outermost: a page of another origin can read the refusals of the others too.
    if studio.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(studio.settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After", "Content-Disposition"],
        )
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    studio: Studio = app.state.studio
    await studio.open()
    try:
        yield
    finally:
        await studio.close()
