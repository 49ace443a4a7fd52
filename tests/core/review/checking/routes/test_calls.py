"""Calls of a front end to its back end."""

import pytest

from core.review.checking.checks import check
from core.review.checking.project_files import ReviewContext
from tests.support.source_files import source_file

BACKEND = """from fastapi import APIRouter, FastAPI

app = FastAPI()
router = APIRouter(prefix="/api/todos")


@router.get("/")
def every(): return []


@router.post("/")
def add(): return {}


@router.delete("/{todo_id}")
def remove(todo_id: int): return {}


app.include_router(router)
"""


async def told(script: str, path: str = "src/a.js", *others: str, backend: str = BACKEND) -> list[str]:
    files = [source_file(path, script), *(source_file(other, "x\n") for other in others)]
    context = ReviewContext(backend=(source_file("main.py", backend),))
    return [problem.message for problem in (await check(files, context=context)).problems[path]]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("fetch('/api/items');", "The back end has no route `/api/items`."),
        ("fetch(`${BASE}/api/items/${id}`);", "The back end has no route `/api/items/${id}`."),
        ("fetch('http://localhost:8000/api/items?x=1');", "The back end has no route `/api/items`."),
        ("fetch('/api/todos', { method: 'PUT' });", "The back end does not take PUT at `/api/todos`."),
        ("axios.patch(`/api/todos/${id}`, x);", "The back end does not take PATCH at `/api/todos/${id}`."),
        ("const c = axios.create({}); c.get('/items');", "The back end has no route `/items`."),
        ("fetch('/api/todos/1/done', { method: 'POST' });", "The back end has no route `/api/todos/1/done`."),
    ],
)
async def test_a_call_that_the_back_end_does_not_answer_is_told(script: str, message: str) -> None:
    assert await told(script) == [message]


@pytest.mark.parametrize(
    "script",
    [
        "fetch('/api/todos'); fetch('/api/todos/');",
        "fetch('/api/todos', { method: 'POST', body });",
        "fetch(`${BASE}/todos/${id}`, { method: 'DELETE' });",
        "axios.get('/todos');",
        "fetch('/proxy/api/todos');",
        "fetch('https://example.org/api/items');",
        "fetch('/logo.svg'); fetch('data.json'); fetch(url); fetch('/api/' + name);",
        "fetch('/api/todos', options); fetch('/api/todos', { ...options, method: 'PUT' });",
        "fetch('/api/todos', { method });",
        "fetch(`/api/${kind}s`); fetch(`/${x}`);",
        "client.get('/items'); fetchItems('/api/items');",
    ],
)
async def test_a_call_that_it_answers_or_that_may_go_elsewhere_is_not(script: str) -> None:
    assert await told(script) == []


async def test_only_where_all_routes_are_known() -> None:
    call = "fetch('/api/items');"
    assert await told(call, backend=BACKEND + "app.mount('/x', other)\n") == []
    assert await told(call, "src/a.js", "src/mocks/handlers.js") == []
    assert await told(call, "src/a.test.js") == []
    assert (await check([source_file("a.js", call)])).problems["a.js"] == ()


async def test_scripts_in_pages_and_components_call_too() -> None:
    assert await told("<script>\nfetch('/api/items');\n</script>\n", "index.html") != []
    assert await told("<script setup>\nfetch('/api/items');\n</script>\n<template><p/></template>\n", "A.vue") != []
