"""Runs over HTTP: start, look, stop, go on from one, and the files in it."""

from typing import Annotated

from fastapi import APIRouter, Body, Response
from fastapi.responses import PlainTextResponse

from api.downloads import Formatted, attachment
from api.routes.auth import Installation, Signed
from api.schemas.runs import FileOut, Generate, Refine, Rename, RunOut, RunWithText
from core.catalog.stacks import Side

router = APIRouter(prefix="/api", tags=["runs"])

ACCEPTED = 202


@router.post("/projects/{project_id}/generate/{side}", status_code=ACCEPTED)
async def generate(
    studio: Installation,
    who: Signed,
    project_id: int,
    side: Side,
    body: Annotated[Generate | None, Body()] = None,
) -> RunOut:
    """Start a run; 409 with its ``run_id`` where that side has a live one."""
    order = (body or Generate()).order()
    return RunOut.of(await studio.runs.start(who.user.id, project_id, side, order))


@router.get("/projects/{project_id}/runs")
async def of_project(studio: Installation, who: Signed, project_id: int) -> list[RunOut]:
    """The runs of a project, newest first."""
    return [RunOut.of(run) for run in await studio.runs.of_project(who.user.id, project_id)]


@router.get("/runs/{run_id}")
async def get(studio: Installation, who: Signed, run_id: str) -> RunWithText:
    """One run with its text as far as it is stored."""
    log = await studio.runs.log(who.user.id, run_id)
    return RunWithText(**RunOut.of(log.state).model_dump(), text=log.text)


@router.post("/runs/{run_id}/stop")
async def stop(studio: Installation, who: Signed, run_id: str) -> RunOut:
    """Stop the model and keep what was written; a run that has ended is left as it is."""
    return RunOut.of(await studio.runs.stop(who.user.id, run_id))


@router.post("/runs/{run_id}/continue", status_code=ACCEPTED)
async def go_on(studio: Installation, who: Signed, run_id: str) -> RunOut:
    """A new run that goes on where this one was cut; its text begins with this run's text."""
    return RunOut.of(await studio.versions.go_on(who.user.id, run_id))


@router.post("/runs/{run_id}/refine", status_code=ACCEPTED)
async def refine(studio: Installation, who: Signed, run_id: str, body: Refine) -> RunOut:
    """A new run that changes this version by the instruction."""
    return RunOut.of(await studio.versions.refine(who.user.id, run_id, body.instructions))


@router.post("/runs/{run_id}/restore")
async def restore(studio: Installation, who: Signed, run_id: str) -> RunOut:
    """Make this version the side's current one."""
    return RunOut.of(await studio.versions.restore(who.user.id, run_id))


@router.post("/runs/{run_id}/fix", status_code=ACCEPTED)
async def fix(studio: Installation, who: Signed, run_id: str) -> RunOut:
    """A new run that corrects the problems of this version; it becomes current only if it has no more of them."""
    return RunOut.of(await studio.fixes.start(who.user.id, run_id))


@router.patch("/runs/{run_id}")
async def rename(studio: Installation, who: Signed, run_id: str, body: Rename) -> RunOut:
    """Give a version a name."""
    return RunOut.of(await studio.versions.rename(who.user.id, run_id, body.name))


@router.delete("/runs/{run_id}", status_code=204)
async def delete(studio: Installation, who: Signed, run_id: str) -> None:
    """Delete a version that is neither live nor current, and on which no other builds."""
    await studio.versions.delete(who.user.id, run_id)


@router.get("/runs/{run_id}/files")
async def files(studio: Installation, who: Signed, run_id: str, formatted: Formatted = True) -> list[FileOut]:
    """The files in a run."""
    found = await studio.versions.files(who.user.id, run_id, formatted=formatted)
    return [FileOut.of(file) for file in found]


@router.get("/runs/{run_id}/files/{path:path}", response_class=PlainTextResponse)
async def file(
    studio: Installation, who: Signed, run_id: str, path: str, formatted: Formatted = True
) -> PlainTextResponse:
    """One file as text."""
    return PlainTextResponse((await studio.versions.file(who.user.id, run_id, path, formatted=formatted)).text)


@router.get("/runs/{run_id}/download", response_class=Response)
async def download(studio: Installation, who: Signed, run_id: str, formatted: Formatted = True) -> Response:
    """A zip of the files in a run."""
    return attachment(await studio.versions.download(who.user.id, run_id, formatted=formatted))


@router.get("/runs/{run_id}/diff/{other_id}", response_class=PlainTextResponse)
async def diff(
    studio: Installation, who: Signed, run_id: str, other_id: str, formatted: Formatted = True
) -> PlainTextResponse:
    """What changed from the first version to the other, as a unified diff per file."""
    return PlainTextResponse(await studio.versions.diff(who.user.id, run_id, other_id, formatted=formatted))
