"""Routes and calls as methods and segments of paths."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

PARAMETER = re.compile(r"^(?:\{\w+(?::\w+)?\}|<(?:\w+:)?\w+>|:\w+)$")
ANY = "*"
"""A segment that stands for every one."""


@dataclass(frozen=True, slots=True)
class Route:
    """``method`` is in capitals, None for any; of ``segments`` some are ``ANY``."""

    method: str | None
    segments: tuple[str, ...]

    def may_be(self, segments: tuple[str, ...]) -> bool:
        """Whether these are the segments of the route, where either may have a prefix that the other lacks."""
        length = min(len(self.segments), len(segments))
        if not length:
            return not segments or not self.segments
        pairs = list(zip(self.segments[-length:], segments[-length:], strict=True))
        is_sure = len(self.segments) == len(segments) or set(self.segments) == {ANY}
        # With a prefix left out, a parameter alone is too little to tell that both mean the same.
        has_word = is_sure or any(ours == theirs != ANY for ours, theirs in pairs)
        return has_word and all(ours == theirs or ANY in (ours, theirs) for ours, theirs in pairs)


def segments_of(path: str) -> tuple[str, ...] | None:
    """The segments of a route's path with ``ANY`` for parameters; None for a path that is more than that."""
    segments = [segment for segment in path.split("/") if segment]
    if any("path:" in segment or ":path" in segment for segment in segments):
        return None
    named = [ANY if PARAMETER.match(segment) else segment for segment in segments]
    return None if any(re.search(r"[^\w.~%@*-]", segment) for segment in named) else tuple(named)


def find_routes(segments: tuple[str, ...], routes: Iterable[Route]) -> list[Route]:
    """The routes that a call may mean."""
    return [route for route in routes if route.may_be(segments)]
