"""Links to projects over HTTP: made, listed and ended by the owner, opened by whoever has one."""

from typing import Annotated

from fastapi import APIRouter, Body, Request

from api.page_address import page_address
from api.routes.auth import CurrentIdentity, StudioDep
from api.schemas.projects import ProjectOut
from api.schemas.shares import NewShare, SharedProjectOut, ShareOut
from core.catalog.stacks import Side
from core.studio import Studio

router = APIRouter(prefix="/api", tags=["sharing"])


@router.get("/projects/{project_id}/shares")
async def list_shares(
    studio: StudioDep, identity: CurrentIdentity, request: Request, project_id: int
) -> list[ShareOut]:
    """The open links to a project, the newest first."""
    found = await studio.shares.shares_of(identity.user.id, project_id)
    return [ShareOut.from_share(share, page_address(request, f"/s/{share.token}")) for share in found]


@router.post("/projects/{project_id}/shares", status_code=201)
async def create(
    studio: StudioDep,
    identity: CurrentIdentity,
    request: Request,
    project_id: int,
    body: Annotated[NewShare | None, Body()] = None,
) -> ShareOut:
    """A link by which anybody can watch this project: code, files, running app, live; and change nothing."""
    share = await studio.shares.create(identity.user.id, project_id, (body or NewShare()).expires_in)
    return ShareOut.from_share(share, page_address(request, f"/s/{share.token}"))


@router.delete("/projects/{project_id}/shares/{share_id}", status_code=204)
async def end(studio: StudioDep, identity: CurrentIdentity, project_id: int, share_id: int) -> None:
    """End a link; streams and pages that were opened by it end at once."""
    await studio.shares.end(identity.user.id, project_id, share_id)


@router.get("/shared/{token}")
async def shared(studio: StudioDep, token: str) -> SharedProjectOut:
    """What this link leads to; needs no sign-in."""
    opened = await studio.shares.open(token)
    project = await studio.projects.get(opened.owner_id, opened.share.project_id, with_code=True)
    return SharedProjectOut.from_project(
        project,
        owner=opened.owner_name,
        live_run_ids=(_live_run_id(studio, project.id, Side.BACKEND), _live_run_id(studio, project.id, Side.FRONTEND)),
        watching=studio.presence.count(project.id),
        share=opened.share,
    )


@router.post("/shared/{token}/duplicate", status_code=201)
async def duplicate(studio: StudioDep, identity: CurrentIdentity, token: str) -> ProjectOut:
    """Make a project of one's own that begins with what this link shows."""
    opened = await studio.shares.open(token)
    return ProjectOut.from_project(await studio.duplication.duplicate_shared(identity.user.id, opened))


def _live_run_id(studio: Studio, project_id: int, side: Side) -> str | None:
    live_run = studio.runs.live_run(project_id, side)
    return live_run.id if live_run else None
