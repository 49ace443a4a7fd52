"""What a trial of a back end showed: whether it starts, and how its own routes answer. No I/O."""

from dataclasses import asdict, dataclass
from typing import Any

from core.text import pluralize
from core.trial.finding import MAX_FINDINGS, Finding, FindingKind

FIRST_ERROR_STATUS = 500


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """How a route answered an example; ``status`` is None where it did not answer in time."""

    method: str
    path: str
    status: int | None
    milliseconds: int
    error: Finding | None = None

    @property
    def answers(self) -> bool:
        """Whether it answered without a failure of its own; that something is not found is an answer."""
        return self.status is not None and self.status < FIRST_ERROR_STATUS and self.error is None


@dataclass(frozen=True, slots=True)
class TrialReport:
    """``unknown`` is why nothing could be found out, as a sentence; then the rest says nothing."""

    starts: bool = False
    routes: tuple[RouteAnswer, ...] = ()
    start_error: Finding | None = None
    seconds: float = 0.0
    unknown: str | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What went wrong, the same place only once."""
        if self.unknown:
            return ()
        found = [self.start_error] if self.start_error else [_finding_of(it) for it in self.routes if not it.answers]
        by_place = {(finding.path, finding.line) if finding.path else finding.message: finding for finding in found}
        return tuple(by_place.values())[:MAX_FINDINGS]

    @property
    def verdict(self) -> str | None:
        """In one line: ``Starts · 5 of 6 routes answer``; None where nothing is known."""
        if self.unknown:
            return None
        if not self.starts:
            error = self.start_error
            place = f" ({error.place})" if error and error.place else ""
            return f"Does not start: {error.message if error else 'no reason is known'}{place}"
        if not self.routes:
            return "Starts"
        answering = sum(route.answers for route in self.routes)
        count = pluralize(len(self.routes), "route")
        return (
            f"Starts · {count} answer{'s' if len(self.routes) == 1 else ''}"
            if answering == len(self.routes)
            else f"Starts · {answering} of {count} answer"
        )

    def to_json(self) -> dict[str, Any]:
        """The fields by name, for the database."""
        return asdict(self)


def _finding_of(route: RouteAnswer) -> Finding:
    asked = f"{route.method} {route.path}"
    if route.status is None and route.error is None:
        return Finding(FindingKind.REQUEST, f"{asked} does not answer.")
    reason = f": {route.error.message}" if route.error else ""
    status = f"answers {route.status}" if route.status is not None else "fails"
    path, line = (route.error.path, route.error.line) if route.error else (None, None)
    return Finding(FindingKind.REQUEST, f"{asked} {status}{reason}", path, line)
