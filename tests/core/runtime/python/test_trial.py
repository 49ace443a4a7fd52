"""The routes of an app, asked one after the other."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Form, HTTPException
from fastapi.responses import StreamingResponse
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel

from core.runtime.python import trial
from core.runtime.python.app_errors import AppError, describe
from core.runtime.python.asgi import AsgiDriver
from core.runtime.python.examples import examples_of
from core.runtime.python.messages import Request
from core.runtime.python.trial import try_routes


class Host:
    """A host of one app that runs already."""

    def __init__(self, app: FastAPI) -> None:
        self._app, self._driver = app, AsgiDriver(app)

    def examples(self) -> list[Any]:
        return examples_of(self._app)

    async def request(self, request: Request, on_start: Any, on_body: Callable[[bytes], None]) -> AppError | None:
        try:
            await self._driver.request(request, on_start, on_body)
        except Exception as error:  # noqa: BLE001  as the host does
            return describe(error)
        return None


async def try_app(app: FastAPI) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is told before each route is asked, and after."""
    told: list[dict[str, Any]] = []
    await try_routes(Host(app), told.append)  # type: ignore[arg-type]  # it asks no more of a host
    return [it for it in told if "status" not in it], [it for it in told if "status" in it]


class Item(BaseModel):
    title: str


async def test_each_route_is_told_before_it_is_asked_and_when_it_has_answered() -> None:
    app = FastAPI()

    @app.get("/fine")
    async def fine() -> str:
        return "fine"

    @app.get("/broken")
    async def broken() -> str:
        raise ValueError("no")

    asked, answered = await try_app(app)
    assert asked == [{"method": "GET", "path": "/fine"}, {"method": "GET", "path": "/broken"}]
    assert [it["status"] for it in answered] == [200, 500]
    assert answered[0]["error"] is None
    assert answered[0]["milliseconds"] >= 0
    assert answered[1]["error"]["message"] == "ValueError: no"


async def test_what_makes_things_is_asked_twice_and_fails_if_the_second_does() -> None:
    app = FastAPI()
    items: list[dict[str, int]] = []

    @app.post("/items", status_code=201)
    async def make(item: Item) -> dict[str, int]:
        items.append({"id": max(items, default=0) + 1, "size": len(item.title)})  # type: ignore[operator, type-var]  # as a model wrote it
        return items[-1]

    @app.post("/names", status_code=201)
    async def name(item: Item) -> dict[str, str]:
        if item.title in names:
            raise KeyError(item.title)
        names.add(item.title)
        return {"id": item.title}

    names: set[str] = set()
    asked, answered = await try_app(app)
    assert len(asked) == 2
    assert [(it["path"], it["status"], bool(it["error"])) for it in answered] == [
        ("/items", 500, True),
        ("/names", 201, False),
    ]


async def test_the_second_thing_has_the_same_dates_addresses_and_ids() -> None:
    app = FastAPI()

    class Task(BaseModel):
        title: str
        due_date: str
        category_id: str
        url: str

    seen: list[Task] = []

    @app.post("/tasks", status_code=201)
    async def make(task: Task) -> dict[str, str]:
        seen.append(task)
        return {}

    await try_app(app)
    first, second = seen
    assert second.title == f"2{first.title}"
    assert second.model_dump(exclude={"title"}) == first.model_dump(exclude={"title"})


async def test_the_id_of_what_was_made_is_used_afterwards() -> None:
    app, items = FastAPI(), {"k7": "first"}

    @app.post("/items", status_code=201)
    async def add(item: Item) -> dict[str, Any]:
        items["k8"] = item.title
        return {"item": {"id": "k8", "title": item.title}}

    @app.get("/items/{item_id}/parts/{part_id}")
    async def parts(item_id: str, part_id: int) -> str:
        if item_id not in items:
            raise HTTPException(404)
        return f"{items[item_id]} {part_id}"

    _, answered = await try_app(app)
    assert [it["status"] for it in answered] == [201, 200]


async def test_the_token_of_a_sign_in_is_used_afterwards() -> None:
    app = FastAPI()
    bearer = OAuth2PasswordBearer("login")

    @app.get("/me")
    async def me(token: Annotated[str, Depends(bearer)]) -> str:
        return token

    @app.post("/login")
    async def login(username: Annotated[str, Form()], password: Annotated[str, Form()]) -> dict[str, str]:
        return {"access_token": f"{username}:{password}"}

    _, answered = await try_app(app)
    assert [(it["path"], it["status"]) for it in answered] == [("/login", 200), ("/me", 200)]


async def test_an_answer_without_end_counts_by_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "ANSWER_TIMEOUT", 0.05)
    app = FastAPI()

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def parts() -> Any:
            yield "one"
            await asyncio.Event().wait()

        return StreamingResponse(parts())

    @app.get("/never")
    async def never() -> None:
        await asyncio.Event().wait()

    _, answered = await try_app(app)
    assert [(it["status"], it["error"]) for it in answered] == [(None, None), (200, None)]


async def test_an_app_whose_types_cannot_be_described_is_told() -> None:
    app = FastAPI()

    def fail() -> dict[str, Any]:
        raise TypeError("not fully defined")

    app.openapi = fail  # type: ignore[method-assign]  # as a type that is nowhere does
    _, answered = await try_app(app)
    assert [(it["path"], it["status"], it["error"]["message"]) for it in answered] == [
        ("/openapi.json", 500, "TypeError: not fully defined")
    ]
