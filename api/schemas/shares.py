"""The JSON of links to projects and of what they lead to, as docs/contract.md defines it."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from api.schemas.numbers import JSON_NUMBER
from core.projects.project import Project
from core.sharing.shares import MAX_LIFETIME_SECONDS, Share


class NewShare(BaseModel):
    """What makes a link."""

    expires_in: Annotated[int, Field(ge=1, le=MAX_LIFETIME_SECONDS), JSON_NUMBER] | None = Field(
        None, description="Seconds; null is for ever."
    )


class ShareOut(BaseModel):
    """A link to a project."""

    id: int
    url: str
    token: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def from_share(cls, share: Share, url: str) -> Self:
        """The JSON of core's link."""
        return cls(id=share.id, url=url, token=share.token, created_at=share.created_at, expires_at=share.expires_at)


class SharedProjectOut(BaseModel):
    """What a link leads to: the code of both current versions, and which runs are live; nothing that was asked for."""

    name: str
    owner: str
    backend_stack: str
    frontend_stack: str
    backend_code: str | None
    frontend_code: str | None
    backend_run_id: str | None
    frontend_run_id: str | None
    backend_live_run_id: str | None
    frontend_live_run_id: str | None
    watching: int
    updated_at: datetime
    expires_at: datetime | None

    @classmethod
    def from_project(
        cls, project: Project, *, owner: str, live_run_ids: tuple[str | None, str | None], watching: int, share: Share
    ) -> Self:
        """The JSON of core's project; ``live_run_ids`` are those of the back end and the front end."""
        return cls(
            name=project.name,
            owner=owner,
            backend_stack=project.backend_stack,
            frontend_stack=project.frontend_stack,
            backend_code=project.backend_code,
            frontend_code=project.frontend_code,
            backend_run_id=project.backend_run_id,
            frontend_run_id=project.frontend_run_id,
            backend_live_run_id=live_run_ids[0],
            frontend_live_run_id=live_run_ids[1],
            watching=watching,
            updated_at=project.updated_at,
            expires_at=share.expires_at,
        )
