"""Projects over HTTP, and the stacks to choose from."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.downloads import Formatted, attachment
from api.routes.auth import Installation, Signed
from api.schemas.projects import AutoFix, NewProject, ProjectChanges, ProjectOut, StackOut
from core.catalog.stacks import STACKS
from core.projects.projects import Changes

router = APIRouter(prefix="/api", tags=["projects"])


@router.get("/stacks")
async def stacks() -> list[StackOut]:
    """The stacks to choose from."""
    return [StackOut.of(stack) for stack in STACKS]


@router.get("/projects")
async def search(
    studio: Installation,
    who: Signed,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> list[ProjectOut]:
    """Your projects, newest first; ``q`` is looked for in names and requirements."""
    found = await studio.projects.search(who.user.id, q, limit, offset)
    return [ProjectOut.of(listed.project) for listed in found]


@router.post("/projects", status_code=201)
async def create(studio: Installation, who: Signed, body: NewProject) -> ProjectOut:
    """A new project."""
    stacks_chosen = Changes(backend_stack=body.backend_stack, frontend_stack=body.frontend_stack)
    return ProjectOut.of(await studio.projects.create(who.user.id, body.name, body.prompt, stacks_chosen))


@router.get("/projects/{project_id}")
async def get(studio: Installation, who: Signed, project_id: int) -> ProjectOut:
    """One project."""
    return ProjectOut.of(await studio.projects.get(who.user.id, project_id))


@router.patch("/projects/{project_id}")
async def change(studio: Installation, who: Signed, project_id: int, body: ProjectChanges) -> ProjectOut:
    """Change what is given."""
    return ProjectOut.of(await studio.projects.change(who.user.id, project_id, Changes(**body.model_dump())))


@router.delete("/projects/{project_id}", status_code=204)
async def delete(studio: Installation, who: Signed, project_id: int) -> None:
    """Delete a project with its runs; what is being written in it is stopped first."""
    await studio.projects.delete(who.user.id, project_id)


@router.get("/projects/{project_id}/auto-fix")
async def auto_fix(studio: Installation, who: Signed, project_id: int) -> AutoFix:
    """Whether the problems of a new version are corrected without being asked."""
    return AutoFix(auto_fix=(await studio.projects.get(who.user.id, project_id)).auto_fix)


@router.put("/projects/{project_id}/auto-fix")
async def set_auto_fix(studio: Installation, who: Signed, project_id: int, body: AutoFix) -> AutoFix:
    """Say so; never more than one round is made."""
    project = await studio.projects.change(who.user.id, project_id, Changes(auto_fix=body.auto_fix))
    return AutoFix(auto_fix=project.auto_fix)


@router.get("/projects/{project_id}/download", response_class=Response)
async def download(studio: Installation, who: Signed, project_id: int, formatted: Formatted = True) -> Response:
    """A zip of both sides' current versions, under ``backend/`` and ``frontend/``."""
    return attachment(await studio.versions.download_project(who.user.id, project_id, formatted=formatted))
