"""The routes that a requirement names, as lines of code: small models lose what prose says. No I/O."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.catalog.stacks import Stack

MAX_ROUTES = 24
"""A longer list says less than the words it comes from."""
_ROUTE = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\s{1,4}(/(?:[\w{}<>:./-]{0,100}[\w}>])?)")
_STATUS = re.compile(
    r"(?:\b(?:answer|return|respond|response|give|send|get|status|code|http)(?:s|ed|ing)?|\b(?:with|or|and|else|otherwise|an?)"
    r"|[:(,=>\u2192-])\s{0,3}(?:(?:an?|with|status|code|http)\s{1,3}){0,3}([2-5]\d\d)"
    r"(?=\s{0,3}(?:$|[^\w\s]|(?:with|without|and|or|if|when|where|for|on|in|to|otherwise|the|a|an|instead|not|no|ok"
    r"|created|unless|as|but|because|while|after|until|once)\b))(?!\.\d)",
    re.IGNORECASE,
)
"""A status where it is said to be answered: other numbers are amounts."""
_BODY = re.compile(r"\bJSON\b|\bbody\b", re.IGNORECASE)
_UNKNOWN = re.compile(r"\b(?:unknown|not found|no such|does(?: not|n't) exist)\b[^.]{0,60}\b404\b", re.IGNORECASE)
_FIELDS_IN_BRACES = re.compile(r"\bJSON\b[^{.]{0,20}\{([^{}]{1,300})\}")
_FIELDS_IN_WORDS = re.compile(r"\bJSON with ([^.;:]{1,300}?)(?= and (?:answers|returns)\b|[.;:]|$)")
_REMARK = re.compile(r"\([^()]{0,100}\)")
_SEPARATOR = re.compile(r",? and |, ?")
_OTHER_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|(?<=/):(\w+)")
"""As Flask and Express write it; FastAPI's has braces."""
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_STATUSES = frozenset(
    {200, 201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415}
    | {418, 422, 423, 429, 500, 501, 502, 503}
)
"""Those that a requirement may name."""
_OK, _FIRST_FAILURE, _NOT_FOUND, _UNPROCESSABLE = 200, 400, 404, 422


@dataclass(frozen=True, slots=True)
class Route:
    """A route with the statuses that the requirement names for it, in their order.

    ``fields`` are those of its JSON body: empty where they are not named.
    """

    method: str
    path: str
    statuses: tuple[int, ...]
    takes_body: bool = False
    fields: tuple[str, ...] = ()

    @property
    def success(self) -> int | None:
        """The first status of a success that is named."""
        return next((status for status in self.statuses if status < _FIRST_FAILURE), None)

    @property
    def failures(self) -> tuple[int, ...]:
        """The statuses of failures that are named."""
        return tuple(status for status in self.statuses if status >= _FIRST_FAILURE)

    @property
    def body_name(self) -> str:
        """A name for the class of its body: the method, and the words of the path."""
        words = re.findall(r"[a-zA-Z0-9]+", _PARAMETER.sub("", self.path))
        return "".join(word.capitalize() for word in (self.method, *words))


def named_routes(requirement: str) -> list[Route]:
    """The routes that a requirement names by method and path, each once; fixed paths before those with parameters.

    What is said up to the next route counts for a route, and what is said of unknown things for all that take one.
    """
    not_found = (_NOT_FOUND,) if _UNKNOWN.search(requirement) else ()
    found = list(_ROUTE.finditer(requirement))
    ends = [*(match.start() for match in found), len(requirement)][1:]
    routes: dict[tuple[str, str], Route] = {}
    for match, end in zip(found, ends, strict=True):
        said, path = requirement[match.end() : end], _OTHER_PARAMETER.sub(_in_braces, match[2])
        sentence = said.partition(". ")[0]
        takes_body = match[1] in ("PUT", "PATCH") or bool(match[1] == "POST" and _BODY.search(sentence))
        statuses = tuple(dict.fromkeys((*_statuses_in(said), *(not_found if "{" in path else ()))))
        fields = _fields_in(sentence) if takes_body else ()
        routes.setdefault((match[1], path), Route(match[1], path, statuses, takes_body, fields))
    filled = [_with_fields_of_new(route, routes) for route in routes.values()]
    return sorted(filled, key=lambda route: route.path.count("{"))


def _in_braces(match: re.Match[str]) -> str:
    return f"{{{match[1] or match[2]}}}"


def _with_fields_of_new(route: Route, routes: Mapping[tuple[str, str], Route]) -> Route:
    """What replaces a thing has the fields of what makes one, where nothing else is said."""
    made_by = routes.get(("POST", route.path.rpartition("/{")[0]))
    return replace(route, fields=made_by.fields) if route.method == "PUT" and not route.fields and made_by else route


def route_checklist(stack: Stack, requirement: str) -> str:
    """Lines that declare the routes in the stack's language; empty where it names none, or too many."""
    routes = named_routes(requirement)
    if not routes or len(routes) > MAX_ROUTES or stack.id not in _DECLARATIONS:
        return ""
    return "\n".join([*_body_lines(stack, routes), *(_DECLARATIONS[stack.id](route) for route in routes)])


def _body_lines(stack: Stack, routes: Sequence[Route]) -> Iterator[str]:
    """What a small model does else: one class for body and answer, so that each body needs the answer's id."""
    for route in routes if stack.id == "fastapi" else ():
        if route.fields:
            yield f"class {route.body_name}(BaseModel):  # the JSON body: {', '.join(route.fields)}, nothing else"


def _fields_in(sentence: str) -> tuple[str, ...]:
    """The fields that a sentence names after ``JSON``; empty where one of them is no plain name."""
    match = _FIELDS_IN_BRACES.search(sentence) or _FIELDS_IN_WORDS.search(sentence)
    names = _SEPARATOR.split(_REMARK.sub("", match[1]).strip()) if match else []
    stripped = tuple(name.strip().strip("\"'") for name in names)
    return stripped if all(name.isidentifier() for name in stripped) else ()


def _statuses_in(said: str) -> Iterator[int]:
    yield from (number for match in _STATUS.finditer(said) if (number := int(match[1])) in _STATUSES)


def _fastapi_line(route: Route) -> str:
    status = f", status_code={route.success}" if route.success not in (None, _OK) else ""
    notes = []
    if route.takes_body:
        notes.append(f"takes a {route.body_name}" if route.fields else "the body is a Pydantic model without id")
    # 422 is what FastAPI answers by itself.
    notes += [f"or: raise HTTPException({code})" for code in route.failures if code != _UNPROCESSABLE]
    return f'@app.{route.method.lower()}("{route.path}"{status})' + _comment("#", notes)


def _flask_line(route: Route) -> str:
    path = _PARAMETER.sub(r"<\1>", route.path)
    return f'@app.{route.method.lower()}("{path}")' + _comment("#", _answers(route))


def _express_line(route: Route) -> str:
    path = _PARAMETER.sub(r":\1", route.path)
    return f'app.{route.method.lower()}("{path}", …)' + _comment("//", _answers(route))


def _answers(route: Route) -> list[str]:
    return [f"answers {', or '.join(map(str, route.statuses))}"] if route.statuses else []


def _comment(mark: str, notes: list[str]) -> str:
    return f"  {mark} {'; '.join(notes)}" if notes else ""


_DECLARATIONS = {"fastapi": _fastapi_line, "flask": _flask_line, "express": _express_line}
