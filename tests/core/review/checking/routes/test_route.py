"""When a call means a route."""

import pytest

from core.review.checking.routes.route import ANY, Route, find_routes, segments_of


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("/api/todos/", ("api", "todos")),
        ("/", ()),
        ("/a/{id}/b", ("a", ANY, "b")),
        ("/a/{id:int}", ("a", ANY)),
        ("/a/<int:id>", ("a", ANY)),
        ("/a/:id", ("a", ANY)),
        ("/a/{rest:path}", None),
        ("/a/<path:rest>", None),
        ("/a/:id(\\d+)", None),
        ("/a-{b}", None),
    ],
)
def test_parameters_stand_for_any_segment(path: str, segments: tuple[str, ...] | None) -> None:
    assert segments_of(path) == segments


@pytest.mark.parametrize(
    ("route", "call", "is_found"),
    [
        (("todos",), ("todos",), True),
        (("todos",), ("api", "todos"), True),
        (("api", "todos"), ("todos",), True),
        (("todos", ANY), ("todos", "1"), True),
        (("todos", "all"), ("todos", ANY), True),
        (("todos",), ("items",), False),
        (("todos",), ("todos", "1"), False),
        (("api", "todos"), ("web", "todos"), False),
        ((ANY,), ("api", "todos", "1"), True),
        (("docs",), ("todos", ANY), False),
        (("api", "todos", ANY), ("items",), False),
        ((), ("todos",), True),
        (("todos",), (), True),
    ],
)
def test_either_may_have_a_prefix_that_the_other_lacks(
    route: tuple[str, ...], call: tuple[str, ...], *, is_found: bool
) -> None:
    assert bool(find_routes(call, [Route("GET", route)])) is is_found
