"""Projects over HTTP, and the stacks to choose from."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.downloads import FormattedQuery, zip_response
from api.routes.auth import CurrentIdentity, StudioDep
from api.schemas.projects import AutoFixSetting, NewProject, ProjectOut, ProjectPatch, StackOut
from core.catalog.stacks import STACKS
from core.projects.projects import ProjectUpdate

router = APIRouter(prefix="/api", tags=["projects"])


@router.get("/stacks")
async def stacks() -> list[StackOut]:
    """The stacks to choose from."""
    return [StackOut.from_stack(stack) for stack in STACKS]


@router.get("/projects")
async def search(
    studio: StudioDep,
    identity: CurrentIdentity,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> list[ProjectOut]:
    """Your projects, newest first; ``q`` is looked for in names and requirements."""
    results = await studio.projects.search(identity.user.id, q, limit, offset, with_code=True)
    return [ProjectOut.from_project(listed.project) for listed in results]


@router.post("/projects", status_code=201)
async def create(studio: StudioDep, identity: CurrentIdentity, body: NewProject) -> ProjectOut:
    """A new project."""
    chosen_stacks = ProjectUpdate(backend_stack=body.backend_stack, frontend_stack=body.frontend_stack)
    return ProjectOut.from_project(
        await studio.projects.create(identity.user.id, body.name, body.prompt, chosen_stacks)
    )


@router.get("/projects/{project_id}")
async def get(studio: StudioDep, identity: CurrentIdentity, project_id: int) -> ProjectOut:
    """One project."""
    return ProjectOut.from_project(await studio.projects.get(identity.user.id, project_id, with_code=True))


@router.patch("/projects/{project_id}")
async def change(studio: StudioDep, identity: CurrentIdentity, project_id: int, body: ProjectPatch) -> ProjectOut:
    """Change what is given."""
    await studio.projects.update(identity.user.id, project_id, ProjectUpdate(**body.model_dump()))
    return await get(studio, identity, project_id)


@router.delete("/projects/{project_id}", status_code=204)
async def delete(studio: StudioDep, identity: CurrentIdentity, project_id: int) -> None:
    """Delete a project with its runs; what is being written in it is stopped first."""
    await studio.projects.delete(identity.user.id, project_id)


@router.get("/projects/{project_id}/auto-fix")
async def auto_fix(studio: StudioDep, identity: CurrentIdentity, project_id: int) -> AutoFixSetting:
    """Whether the problems of a new version are corrected without being asked."""
    return AutoFixSetting(auto_fix=(await studio.projects.get(identity.user.id, project_id)).auto_fix)


@router.put("/projects/{project_id}/auto-fix")
async def set_auto_fix(
    studio: StudioDep, identity: CurrentIdentity, project_id: int, body: AutoFixSetting
) -> AutoFixSetting:
    """Switch automatic fixes on or off; at most two fixes follow one another by themselves."""
    project = await studio.projects.update(identity.user.id, project_id, ProjectUpdate(auto_fix=body.auto_fix))
    return AutoFixSetting(auto_fix=project.auto_fix)


@router.get("/projects/{project_id}/download", response_class=Response)
async def download(
    studio: StudioDep, identity: CurrentIdentity, project_id: int, formatted: FormattedQuery = True
) -> Response:
    """A zip of both sides' current versions, under ``backend/`` and ``frontend/``."""
    return zip_response(await studio.versions.download_project(identity.user.id, project_id, formatted=formatted))
