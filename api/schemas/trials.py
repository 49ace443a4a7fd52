"""The JSON of what a trial of a back end showed, as docs/contract.md defines it."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from core.trial.report import TrialReport


class RouteOut(BaseModel):
    """How a route of a tried back end answered; ``status`` is null where it did not."""

    model_config = ConfigDict(from_attributes=True)

    method: str
    path: str
    status: int | None
    milliseconds: int


class FindingOut(BaseModel):
    """Something that went wrong when an app ran, with its place in the app's files where that is known."""

    model_config = ConfigDict(from_attributes=True)

    message: str
    path: str | None
    line: int | None


class TrialOut(BaseModel):
    """What a trial of a back end showed."""

    starts: bool
    routes: list[RouteOut]
    errors: list[FindingOut]
    seconds: float

    @classmethod
    def from_report(cls, report: TrialReport) -> Self:
        """The JSON of core's report."""
        routes = [RouteOut.model_validate(route) for route in report.routes]
        errors = [FindingOut.model_validate(finding) for finding in report.findings]
        return cls(starts=report.starts, routes=routes, errors=errors, seconds=report.seconds)
