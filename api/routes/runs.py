"""Runs over HTTP: start, look, stop, go on from one, and the files in it."""

from typing import Annotated

from fastapi import APIRouter, Body, Response
from fastapi.responses import PlainTextResponse

from api.downloads import FormattedQuery, zip_response
from api.routes.auth import CurrentIdentity, StudioDep
from api.schemas.runs import (
    EditRequest,
    FileOut,
    FixRequest,
    GenerateRequest,
    RefineRequest,
    RenameRequest,
    RunOut,
    RunWithText,
    UnassignedBlockOut,
)
from api.schemas.trials import TrialOut
from core.catalog.stacks import Side

router = APIRouter(prefix="/api", tags=["runs"])

CREATED = 201
ACCEPTED = 202


@router.post("/projects/{project_id}/generate/{side}", status_code=ACCEPTED)
async def generate(
    studio: StudioDep,
    identity: CurrentIdentity,
    project_id: int,
    side: Side,
    body: Annotated[GenerateRequest | None, Body()] = None,
) -> RunOut:
    """Start a run; 409 with its ``run_id`` where that side has a live one."""
    run_request = (body or GenerateRequest()).to_run_request()
    return RunOut.from_run(await studio.runs.start(identity.user.id, project_id, side, run_request))


@router.get("/projects/{project_id}/runs")
async def list_runs(studio: StudioDep, identity: CurrentIdentity, project_id: int) -> list[RunOut]:
    """The runs of a project, newest first."""
    return [RunOut.from_run(run) for run in await studio.runs.list_runs(identity.user.id, project_id)]


@router.get("/runs/{run_id}")
async def get(studio: StudioDep, identity: CurrentIdentity, run_id: str) -> RunWithText:
    """One run with its text as far as it is stored."""
    log = await studio.runs.open_log(identity.user.id, run_id)
    unassigned = [UnassignedBlockOut.model_validate(block) for block in await studio.versions.unassigned_blocks(log)]
    return RunWithText(**RunOut.from_run(log.state).model_dump(), text=log.text, unassigned=unassigned)


@router.post("/runs/{run_id}/stop")
async def stop(studio: StudioDep, identity: CurrentIdentity, run_id: str) -> RunOut:
    """Stop the model and keep what was written; a run that has ended is left as it is."""
    return RunOut.from_run(await studio.runs.stop(identity.user.id, run_id))


@router.post("/runs/{run_id}/continue", status_code=ACCEPTED)
async def continue_run(studio: StudioDep, identity: CurrentIdentity, run_id: str) -> RunOut:
    """A new run that goes on where this one was cut; its text begins with this run's text."""
    return RunOut.from_run(await studio.versions.continue_run(identity.user.id, run_id))


@router.post("/runs/{run_id}/refine", status_code=ACCEPTED)
async def refine(studio: StudioDep, identity: CurrentIdentity, run_id: str, body: RefineRequest) -> RunOut:
    """A new run that changes this version by the instruction."""
    return RunOut.from_run(await studio.versions.refine(identity.user.id, run_id, body.instructions))


@router.post("/runs/{run_id}/restore")
async def restore(studio: StudioDep, identity: CurrentIdentity, run_id: str) -> RunOut:
    """Make this version the side's current one."""
    return RunOut.from_run(await studio.versions.restore(identity.user.id, run_id))


@router.post("/runs/{run_id}/fix", status_code=ACCEPTED)
async def fix(
    studio: StudioDep, identity: CurrentIdentity, run_id: str, body: Annotated[FixRequest | None, Body()] = None
) -> RunOut:
    """A new run that corrects the problems of this version, and what went wrong when it ran; kept only if no worse."""
    errors = (body.errors if body else None) or []
    return RunOut.from_run(await studio.fixes.start(identity.user.id, run_id, errors))


@router.post("/runs/{run_id}/try")
async def try_run(studio: StudioDep, identity: CurrentIdentity, run_id: str) -> TrialOut:
    """Start a back end in its sandbox and ask its routes; 422 ``not_runnable`` with the reason for other kinds."""
    log = await studio.runs.open_log(identity.user.id, run_id)
    return TrialOut.from_report(await studio.trials.try_version(log))


@router.post("/runs/{run_id}/edit", status_code=CREATED)
async def edit(studio: StudioDep, identity: CurrentIdentity, run_id: str, body: EditRequest) -> RunOut:
    """A new current version with these files changed, added or removed."""
    return RunOut.from_run(await studio.hand_edits.add(identity.user.id, run_id, body.files, body.name))


@router.patch("/runs/{run_id}")
async def rename(studio: StudioDep, identity: CurrentIdentity, run_id: str, body: RenameRequest) -> RunOut:
    """Give a version a name."""
    return RunOut.from_run(await studio.versions.rename(identity.user.id, run_id, body.name))


@router.delete("/runs/{run_id}", status_code=204)
async def delete(studio: StudioDep, identity: CurrentIdentity, run_id: str) -> None:
    """Delete a version that is not live and on which no other builds; the one before a current one becomes current."""
    await studio.versions.delete(identity.user.id, run_id)


@router.get("/runs/{run_id}/files")
async def files(
    studio: StudioDep, identity: CurrentIdentity, run_id: str, formatted: FormattedQuery = True
) -> list[FileOut]:
    """The files in a run."""
    reviewed = await studio.versions.reviewed_files(identity.user.id, run_id, formatted=formatted)
    return [FileOut.from_file(file) for file in reviewed]


@router.get("/runs/{run_id}/files/{path:path}", response_class=PlainTextResponse)
async def file(
    studio: StudioDep, identity: CurrentIdentity, run_id: str, path: str, formatted: FormattedQuery = True
) -> PlainTextResponse:
    """One file as text; an uploaded one as its bytes, whose encoding the header names."""
    encoded = (await studio.versions.file(identity.user.id, run_id, path, formatted=formatted)).encoded
    return PlainTextResponse(encoded.content, media_type=f"text/plain; charset={encoded.encoding}")


@router.get("/runs/{run_id}/download", response_class=Response)
async def download(
    studio: StudioDep, identity: CurrentIdentity, run_id: str, formatted: FormattedQuery = True
) -> Response:
    """A zip of the files in a run."""
    return zip_response(await studio.versions.download(identity.user.id, run_id, formatted=formatted))


@router.get("/runs/{run_id}/diff/{other_id}", response_class=PlainTextResponse)
async def diff(
    studio: StudioDep, identity: CurrentIdentity, run_id: str, other_id: str, formatted: FormattedQuery = True
) -> PlainTextResponse:
    """What changed from the first version to the other, as a unified diff per file."""
    return PlainTextResponse(await studio.versions.diff(identity.user.id, run_id, other_id, formatted=formatted))
