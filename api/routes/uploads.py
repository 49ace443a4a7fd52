"""Uploads over HTTP: an existing code base becomes the current version of a side."""

from typing import Any, Self

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import UploadFile

from api.routes.auth import CurrentIdentity, StudioDep
from api.schemas.runs import RunOut
from core.catalog.stacks import Side
from core.errors import BadRequest, InvalidInput
from core.uploads.unpack import UploadedFile
from core.uploads.uploads import UploadResult

router = APIRouter(prefix="/api", tags=["runs"])

MAX_FORM_PARTS = 1000
FORM_HINT = "Send a zip or files as multipart/form-data, each in a part named file."
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string", "format": "binary"},
                        "description": "One zip, or any number of single files; 10 MB in all.",
                    }
                },
            }
        }
    },
}


class SkippedOut(BaseModel):
    """What was not taken, and why."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    reason: str


class UploadOut(BaseModel):
    """The version that an upload became; its stack is the suggested one, where there is one."""

    run: RunOut
    skipped: list[SkippedOut]
    suggested_stack: str | None

    @classmethod
    def from_result(cls, result: UploadResult) -> Self:
        """The JSON of core's result."""
        return cls(
            run=RunOut.from_run(result.run),
            skipped=[SkippedOut.model_validate(skipped) for skipped in result.skipped],
            suggested_stack=result.suggested_stack,
        )


@router.post("/projects/{project_id}/upload/{side}", status_code=201, openapi_extra={"requestBody": REQUEST_BODY})
async def upload(
    studio: StudioDep, identity: CurrentIdentity, project_id: int, side: Side, request: Request
) -> UploadOut:
    """Start from files of your own: what is text in them becomes the side's current version.

    What was not taken (binary files, secrets, installed packages, whatever is over a limit) is named with its reason.
    409 with its ``run_id`` where that side has a live run.
    """
    # Before the body is read, and so not as a parameter: nobody sends megabytes to learn that there is no project.
    await studio.uploads.require_idle(identity.user.id, project_id, side)
    return UploadOut.from_result(
        await studio.uploads.add(identity.user.id, project_id, side, await _read_uploaded_files(request))
    )


async def _read_uploaded_files(request: Request) -> list[UploadedFile]:
    try:
        async with request.form(max_files=MAX_FORM_PARTS, max_fields=MAX_FORM_PARTS) as form:
            parts = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
            uploaded = [UploadedFile(part.filename or "file", await part.read()) for part in parts]
    except HTTPException as error:  # Starlette's own word for a form that it cannot read
        raise BadRequest(f"The form cannot be read ({error.detail.rstrip('.')}). {FORM_HINT}") from error
    if not uploaded:
        raise InvalidInput.for_field("file", FORM_HINT)
    return uploaded
