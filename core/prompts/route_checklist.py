"""The routes that a requirement names, as lines of code: small models lose what prose says. No I/O."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.catalog.stacks import Stack

MAX_ROUTES = 24
"""A longer list says less than the words it comes from."""
_ROUTE = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\s{1,4}(/[\w{}<>:./-]{0,100})")
_NUMBER = re.compile(r"(?<![\w.{])([2-5]\d\d)(?![\w}]|\.\d)")
_BODY = re.compile(r"\bJSON\b|\bbody\b", re.IGNORECASE)
_UNKNOWN = re.compile(r"\b(?:unknown|not found|no such|does(?: not|n't) exist)\b[^.]{0,60}\b404\b", re.IGNORECASE)
_PARAMETER = re.compile(r"[{<:](?:\w+:)?(\w+)[}>]?")
_STATUSES = frozenset(
    {200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415}
    | {418, 422, 423, 429, 500, 501, 502, 503}
)
"""Those that a requirement may name; other numbers are amounts."""
_OK, _FIRST_FAILURE, _NOT_FOUND, _UNPROCESSABLE = 200, 400, 404, 422


@dataclass(frozen=True, slots=True)
class Route:
    """A route with the statuses that the requirement names for it, in their order."""

    method: str
    path: str
    statuses: tuple[int, ...]
    takes_body: bool

    @property
    def success(self) -> int | None:
        """The first status of a success that is named."""
        return next((status for status in self.statuses if status < _FIRST_FAILURE), None)

    @property
    def failures(self) -> tuple[int, ...]:
        """The statuses of failures that are named."""
        return tuple(status for status in self.statuses if status >= _FIRST_FAILURE)


def named_routes(requirement: str) -> list[Route]:
    """The routes that a requirement names by method and path, each once; fixed paths before those with parameters.

    What is said up to the next route counts for a route, and what is said of unknown things for all that take one.
    """
    not_found = (_NOT_FOUND,) if _UNKNOWN.search(requirement) else ()
    found = list(_ROUTE.finditer(requirement))
    ends = [*(match.start() for match in found), len(requirement)][1:]
    routes: dict[tuple[str, str], Route] = {}
    for match, end in zip(found, ends, strict=True):
        said, path = requirement[match.end() : end], _PARAMETER.sub(r"{\1}", match[2].rstrip(".:"))
        takes_body = match[1] in ("PUT", "PATCH") or bool(match[1] == "POST" and _BODY.search(said.partition(". ")[0]))
        statuses = (*_statuses_in(said), *(not_found if "{" in path else ()))
        routes.setdefault((match[1], path), Route(match[1], path, tuple(dict.fromkeys(statuses)), takes_body))
    return sorted(routes.values(), key=lambda route: route.path.count("{"))


def route_checklist(stack: Stack, requirement: str) -> str:
    """Lines that declare the routes in the stack's language; empty where it names none, or too many."""
    routes = named_routes(requirement)
    if not routes or len(routes) > MAX_ROUTES or stack.id not in _DECLARATIONS:
        return ""
    return "\n".join(_DECLARATIONS[stack.id](route) for route in routes)


def _statuses_in(said: str) -> Iterator[int]:
    yield from (number for match in _NUMBER.finditer(said) if (number := int(match[1])) in _STATUSES)


def _fastapi_line(route: Route) -> str:
    status = f", status_code={route.success}" if route.success not in (None, _OK) else ""
    notes = ["the body is a Pydantic model"] if route.takes_body else []
    # 422 is what FastAPI answers by itself.
    notes += [f"or: raise HTTPException({code})" for code in route.failures if code != _UNPROCESSABLE]
    return f'@app.{route.method.lower()}("{route.path}"{status})' + _comment("#", notes)


def _flask_line(route: Route) -> str:
    path = route.path.replace("{", "<").replace("}", ">")
    return f'@app.{route.method.lower()}("{path}")' + _comment("#", _answers(route))


def _express_line(route: Route) -> str:
    path = _PARAMETER.sub(r":\1", route.path)
    return f'app.{route.method.lower()}("{path}", …)' + _comment("//", _answers(route))


def _answers(route: Route) -> list[str]:
    return [f"answers {', or '.join(map(str, route.statuses))}"] if route.statuses else []


def _comment(mark: str, notes: list[str]) -> str:
    return f"  {mark} {'; '.join(notes)}" if notes else ""


_DECLARATIONS = {"fastapi": _fastapi_line, "flask": _flask_line, "express": _express_line}
