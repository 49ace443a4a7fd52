"""Requests made up for the routes of an app."""

import json
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Cookie, FastAPI, Form, Header, Query, UploadFile
from pydantic import BaseModel, Field

from core.runtime.python.asgi import AsgiDriver
from core.runtime.python.examples import Example, examples_of
from core.runtime.python.messages import Request
from core.runtime.python.schema_values import example_value

Email = Annotated[str, Field(pattern=r"^\S+@\S+$", json_schema_extra={"format": "email"})]


class Kind(Enum):
    SMALL = "small"
    LARGE = "large"


class Part(BaseModel):
    kind: Kind
    size: float | None = None


class Thing(BaseModel):
    id: int | None = None
    name: str = Field(min_length=10, max_length=12)
    email: Email
    count: int = Field(ge=5, multiple_of=4)
    share: float = Field(gt=0, lt=1)
    parts: list[Part]
    note: str | None = None
    done: bool = False


def make_app() -> FastAPI:
    app = FastAPI()

    @app.delete("/things/{thing_id}")
    def remove(thing_id: int) -> int:
        return thing_id

    @app.get("/things")
    def find(
        word: str, limit: int = 10, token: Annotated[str, Header()] = "", seen: Annotated[str, Cookie()] = ""
    ) -> dict[str, Any]:
        return {"word": word, "limit": limit, "token": token, "seen": seen}

    @app.post("/token")
    def sign_in(username: Annotated[str, Form()], password: Annotated[str, Form()]) -> str:
        return username + password

    @app.post("/things")
    def add(thing: Thing) -> Thing:
        return thing

    @app.post("/users/register")
    def register(email: Annotated[Email, Query()]) -> str:
        return email

    @app.put("/files/{file_id}")
    def upload(file_id: UUID, file: UploadFile, words: Annotated[list[str], Form()]) -> dict[str, Any]:
        return {"name": file.filename, "words": words, "id": file_id}

    @app.get("/")
    def root() -> str:
        return "here"

    return app


def test_each_route_gets_an_example_in_the_order_in_which_they_make_sense() -> None:
    examples = examples_of(make_app())
    assert [f"{it.method} {it.route}" for it in examples] == [
        "POST /users/register",
        "POST /token",
        "POST /things",
        "GET /",
        "GET /things",
        "PUT /files/{file_id}",
        "DELETE /things/{thing_id}",
    ]


async def test_the_app_takes_its_examples() -> None:
    app = make_app()
    for example in examples_of(app):
        statuses: list[int] = []
        parts: list[bytes] = []

        def on_start(code: int, _headers: object, to: list[int] = statuses) -> None:
            to.append(code)

        request = Request(example.method, example.path, example.query, example.headers, example.body)
        await AsgiDriver(app).request(request, on_start, parts.append)
        assert statuses == [200], f"{example}: {parts}"


def test_what_a_schema_asks_for_is_in_its_value() -> None:
    document = make_app().openapi()
    value = example_value(document, {"$ref": "#/components/schemas/Thing"})
    assert value == {
        "name": "Examplexxx",
        "email": "example@example.com",
        "count": 8,
        "share": 0.5,
        "parts": [{"kind": "small"}],
        "note": "Example",
        "done": False,
    }


class Rule:
    """What is asked of a rule of Flask."""

    def __init__(self, rule: str, methods: set[str], endpoint: str = "view", **converters: str) -> None:
        self.rule, self.methods, self.endpoint = rule, methods, endpoint
        self.arguments = set(converters)
        self._converters: dict[str, Any] = {name: type(kind, (), {})() for name, kind in converters.items()}


def flask_like(*rules: Rule) -> Any:
    return SimpleNamespace(url_map=SimpleNamespace(iter_rules=lambda: list(rules)))


def test_flask_s_rules_get_examples() -> None:
    app = flask_like(
        Rule("/static/<path:filename>", {"GET"}, "static", filename="PathConverter"),
        Rule("/todos/<int:todo_id>", {"GET", "HEAD", "OPTIONS", "DELETE"}, todo_id="IntegerConverter"),
        Rule("/todos", {"POST", "OPTIONS"}),
        Rule(
            "/f/<float:x>/<uuid:key>/<name>", {"GET"}, x="FloatConverter", key="UUIDConverter", name="UnicodeConverter"
        ),
    )
    examples = examples_of(app)
    assert [(it.method, it.route, it.path) for it in examples] == [
        ("POST", "/todos", "/todos"),
        ("GET", "/todos/{todo_id}", "/todos/1"),
        ("GET", "/f/{x}/{key}/{name}", "/f/1.5/00000000-0000-4000-8000-000000000001/example"),
        ("DELETE", "/todos/{todo_id}", "/todos/1"),
    ]
    assert json.loads(examples[0].body)["title"] == "Example"
    assert examples[1].body == b""


def test_an_app_that_tells_nothing_of_its_routes_is_asked_for_its_first_page() -> None:
    assert examples_of(object()) == [Example("GET", "/", "/")]
