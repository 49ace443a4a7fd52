"""The routes of a back end, or nothing where there may be others."""

import pytest

from core.review.checking.routes.backend import ALWAYS_THERE, read_routes
from core.review.checking.routes.route import ANY, Route
from tests.support.source_files import source_file

FASTAPI = """from fastapi import APIRouter, FastAPI

app = FastAPI()
router = APIRouter(prefix="/todos", tags=["todos"])


@app.get("/")
def home(): return {}


@router.post("/", status_code=201)
async def add(): return {}


@router.delete("/{todo_id}")
def remove(todo_id: int): return {}


app.include_router(router, prefix="/api")
"""
FLASK = """from flask import Flask

app = Flask(__name__)


@app.route("/todos", methods=["GET", "POST"])
def todos(): return []


@app.route("/todos/<int:id>")
def todo(id): return {}
"""
EXPRESS = """const express = require("express");
const app = express();
const cache = new Map();
app.use(express.json());
app.get("/api/todos", (req, res) => res.json(cache.get("x")));
app.put("/api/todos/:id", update);
app.listen(3000);
"""


def routes(path: str, text: str) -> set[Route] | None:
    found = read_routes([source_file(path, text), source_file("requirements.txt", "fastapi\n")])
    return set(found) - set(ALWAYS_THERE) if found is not None else None


def test_routes_are_read_with_their_methods() -> None:
    home, add, remove = Route("GET", ()), Route("POST", ("todos",)), Route("DELETE", ("todos", ANY))
    assert routes("main.py", FASTAPI) == {home, add, remove}
    assert routes("app.py", FLASK) == {
        Route("GET", ("todos",)),
        Route("POST", ("todos",)),
        Route("GET", ("todos", ANY)),
    }
    assert routes("server.js", EXPRESS) == {Route("GET", ("api", "todos")), Route("PUT", ("api", "todos", ANY))}


@pytest.mark.parametrize(
    "more",
    [
        "app.add_api_route('/x', home)\n",
        "app.mount('/static', StaticFiles(directory='x'))\n",
        "@app.get(PATH)\ndef x(): return 1\n",
        "@app.get(f'/{NAME}')\ndef x(): return 1\n",
        "@app.get('/{rest:path}')\ndef x(): return 1\n",
        "app.include_router(router, prefix=settings.prefix)\n",
        "@app.exception_handler(404)\ndef x(): return 1\n",
        "@app.middleware('http')\nasync def x(request, call_next): return 1\n",
        "import sqladmin\nsqladmin.get_router(app)\napp.include_router(sqladmin.router)\n",
        "def f(:\n",
    ],
)
def test_where_there_may_be_others_none_are_known(more: str) -> None:
    assert routes("main.py", FASTAPI + more) is None


def test_nor_are_they_in_other_languages_and_where_there_are_none() -> None:
    assert routes("main.go", "package main\n") is None
    assert routes("main.py", "x = 1\n") is None
    assert routes("server.js", EXPRESS.replace("express.json()", "express.static('x')") + "app.all('*', f);\n") is None
    assert routes("server.js", EXPRESS + "const next = require('next');\n") is None
    assert routes("server.js", EXPRESS + "app.get(path, handler);\n") is None
