"""The routes that a requirement names: what is read from its words, and the lines that small models are given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.stacks import Side, find_stack
from core.prompts.messages import generation_messages
from core.prompts.route_checklist import MAX_ROUTES, Route, named_routes, route_checklist

PLANTS = (
    "An API for plants. POST /plants takes JSON with name and answers 201 with the plant of 300 g at most. "
    "GET /plants/{id} answers 200. GET /plants/rare, too. DELETE /plants/{id} answers 204. An unknown id answers 404."
)


def test_routes_are_read_with_what_is_said_of_them_fixed_paths_first() -> None:
    assert named_routes(PLANTS) == [
        Route("POST", "/plants", (201,), takes_body=True, fields=("name",)),
        Route("GET", "/plants/rare", ()),
        Route("GET", "/plants/{id}", (200, 404)),
        Route("DELETE", "/plants/{id}", (204, 404)),
    ]


@pytest.mark.parametrize(
    ("stack", "lines"),
    [
        (
            "fastapi",
            [
                "class PostPlants(BaseModel):  # the JSON body: name, nothing else",
                '@app.post("/plants", status_code=201)  # takes a PostPlants',
                '@app.get("/plants/rare")',
                '@app.get("/plants/{id}")  # or: raise HTTPException(404)',
                '@app.delete("/plants/{id}", status_code=204)  # or: raise HTTPException(404)',
            ],
        ),
        ("flask", ['@app.delete("/plants/<id>")  # answers 204, or 404']),
        ("express", ['app.delete("/plants/:id", …)  // answers 204, or 404']),
        ("go", []),
    ],
)
def test_the_lines_are_in_the_stacks_own_words(stack: str, lines: list[str]) -> None:
    checklist = route_checklist(find_stack(stack, Side.BACKEND), PLANTS).splitlines()
    assert checklist[-len(lines) :] == lines if lines else checklist == []


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("POST /a with JSON {x, y} answers 201", ("x", "y")),
        ("POST /a takes JSON with x (text), y and z (1 to 3) and answers 201", ("x", "y", "z")),
        ('POST /a takes JSON {"x", "y"}.', ("x", "y")),
        ("POST /a takes JSON with the name of a plant and answers 201", ()),
        ("POST /a. The list has JSON {x}", ()),
        ("GET /a with JSON {x}", ()),
    ],
)
def test_the_fields_of_a_body_are_read_where_they_are_plain_names(said: str, fields: tuple[str, ...]) -> None:
    assert [route.fields for route in named_routes(said)] == [fields]


@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        ("POST /books takes a title of 1 to 200 characters and answers 201.", (201,)),
        ("GET /a answers a text of up to 500 characters", ()),
        ("GET /a gives 204, 404 if it is gone or 410", (204, 404, 410)),
        ("GET /a \u2192 200 or 404 (else 500)", (200, 404, 500)),
        ("GET /a returns 200 items, status code 206", (206,)),
        ("GET /a with HTTP 202: later", (202,)),
    ],
)
def test_amounts_are_no_statuses(said: str, statuses: tuple[int, ...]) -> None:
    assert [route.statuses for route in named_routes(said)] == [statuses]


def test_what_replaces_a_thing_has_the_fields_of_what_makes_one() -> None:
    routes = named_routes("POST /notes with JSON {content}. PUT /notes/{id} replaces it.")
    assert [(route.body_name, route.fields) for route in routes] == [
        ("PostNotes", ("content",)),
        ("PutNotes", ("content",)),
    ]


def test_a_body_without_named_fields_has_no_id() -> None:
    checklist = route_checklist(find_stack("fastapi", Side.BACKEND), "PATCH /notes/{id}")
    assert checklist == '@app.patch("/notes/{id}")  # the body is a Pydantic model without id'


def test_a_parameter_of_fastapi_keeps_its_kind() -> None:
    fastapi, flask = (find_stack(name, Side.BACKEND) for name in ("fastapi", "flask"))
    assert route_checklist(fastapi, "GET /files/{name:path}") == '@app.get("/files/{name:path}")'
    assert route_checklist(flask, "GET /files/{name:path}") == '@app.get("/files/<name>")'


@pytest.mark.parametrize("path", ["/a/<int:id>", "/a/:id", "/a/{id}."])
def test_parameters_are_read_in_every_common_form(path: str) -> None:
    assert [route.path for route in named_routes(f"GET {path}")] == ["/a/{id}"]


def test_words_without_routes_have_no_checklist_and_too_many_routes_neither() -> None:
    fastapi = find_stack("fastapi", Side.BACKEND)
    assert route_checklist(fastapi, "Please GET it done / POST the letter") == ""
    many = " ".join(f"GET /r{number}" for number in range(MAX_ROUTES + 1))
    assert route_checklist(fastapi, many) == ""


def test_only_small_models_are_given_it_after_the_persons_words() -> None:
    fastapi = find_stack("fastapi", Side.BACKEND)
    told = generation_messages(fastapi, PLANTS, is_small_model=True)[-1].content
    assert told.index(PLANTS) < told.index('@app.get("/plants/rare")')
    assert "@app" not in generation_messages(fastapi, PLANTS)[-1].content


@given(st.text(alphabet="GETPOS /{}<>:.a20148\n", max_size=200))
def test_any_words_are_read(words: str) -> None:
    assert all(route.path.startswith("/") for route in named_routes(words))
