"""Whatever is asked wrongly is answered in one shape, with the right status and a sentence."""

import json
from itertools import product
from typing import Any

import pytest

from core.errors import DatabaseUnavailable
from core.projects.projects import Projects
from data import queries
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate
from tests.support.error_bodies import problem
from tests.support.installation import ApiUser, Installation

IDS = ["0", "-1", str(2**31), str(2**63), str(2**64), "9" * 5000, "abc", "1.5", "%00", "%20"]


async def test_an_id_that_cannot_be_is_not_found(ada: ApiUser) -> None:
    asked = [
        ("GET", ""), ("DELETE", ""), ("GET", "/runs"), ("GET", "/download"),
        ("POST", "/generate/backend"), ("GET", "/generate/backend/stream"),
    ]  # fmt: skip
    for project_id, (method, path) in product(IDS, asked):
        problem(await ada.request(method, f"/api/projects/{project_id}{path}"), 404, "not_found")


async def test_an_unknown_run_and_side_are_not_found(ada: ApiUser) -> None:
    for run_id in ("x", "0" * 32, "%00", "%F0%9F%98%80"):
        problem(await ada.get(f"/api/runs/{run_id}"), 404, "not_found")
    problem(await ada.post(f"/api/projects/{await ada.create_project()}/generate/middle"), 404, "not_found")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/projects/", "/api/v2/x/y", "/api/auth/login/"])
async def test_an_unknown_address_is_not_found(installation: Installation, path: str) -> None:
    problem(await installation.client.get(path), 404, "not_found")
    problem(await installation.client.post(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/projects", "GET, POST"),
        ("GET", "/api/auth/login", "POST"),
        ("POST", "/api/projects/1", "DELETE, GET, PATCH"),
    ],
)
async def test_a_wrong_method_says_which_are_right(
    installation: Installation, method: str, path: str, allowed: str
) -> None:
    answer = await installation.client.request(method, path)
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b'{"name": }', b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
async def test_a_body_that_is_not_json_is_a_bad_request(ada: ApiUser, body: bytes) -> None:
    headers = ada.headers | {"Content-Type": "application/json"}
    answer = await ada.client.post("/api/auth/login", content=body or b" ", headers=headers)
    problem(answer, 400, "bad_request")


WRONG: list[tuple[str, Any, list[str]]] = [
    ("/api/projects", {"name": 1, "prompt": ["x"]}, ["name", "prompt"]),
    ("/api/projects", {"name": "x"}, ["prompt"]),
    ("/api/projects", {"name": " \t", "prompt": "x"}, ["name"]),
    ("/api/projects", {"name": "x" * 300, "prompt": "x"}, ["name"]),
    ("/api/projects", {"name": "a\x00b", "prompt": "x"}, ["name"]),
    ("/api/projects", {"name": "x", "prompt": ""}, ["prompt"]),
    ("/api/projects", {"name": "x", "prompt": " \n\t "}, ["prompt"]),
    ("/api/projects", {"name": "x", "prompt": "x" * 20_001}, ["prompt"]),
    ("/api/projects", {"name": "x", "prompt": "a\x00b"}, ["prompt"]),
    ("/api/projects", {"name": "x", "prompt": "x\ud800"}, ["prompt"]),
    ("/api/projects", {"name": "x\udfff", "prompt": "x"}, ["name"]),
    ("/api/projects", {"name": "x", "prompt": "x", "backend_stack": "\ud800"}, ["backend_stack"]),
    ("/api/projects", {"name": "x", "prompt": "x", "backend_stack": ""}, ["backend_stack"]),
    ("/api/projects", {"name": "x", "prompt": "x", "backend_stack": "cobol"}, ["backend_stack"]),
    ("/api/projects", {"name": "x", "prompt": "x", "frontend_stack": "fastapi"}, ["frontend_stack"]),
    ("/api/projects/{id}/generate/backend", {"model": "gpt-17"}, ["model"]),
    ("/api/projects/{id}/generate/backend", {"model": "x\ud800"}, ["model"]),
    ("/api/projects/{id}/generate/backend", {"stack": "x\0"}, ["stack"]),
    ("/api/projects/{id}/generate/backend", {"instructions": "a\0b\ud800"}, ["instructions"]),
    ("/api/projects/{id}/generate/backend", {"options": {"\ud800": 1}}, ["options"]),
    ("/api/runs/x/refine", {"instructions": " \n"}, ["instructions"]),
    ("/api/projects/{id}/generate/backend", {"stack": "cobol"}, ["stack"]),
    ("/api/projects/{id}/generate/backend", {"instructions": 5}, ["instructions"]),
    ("/api/projects/{id}/generate/backend", {"instructions": "x" * 20_001}, ["instructions"]),
    ("/api/projects/{id}/generate/backend", {"options": {"temperature": "hot"}}, ["options.temperature"]),
    ("/api/projects/{id}/generate/backend", {"options": {"nonsense": 1}}, ["options.nonsense"]),
    ("/api/projects/{id}/generate/backend", [], ["body"]),
    ("/api/projects", "text", ["body"]),
    ("/api/projects", None, ["body"]),
    ("/api/auth/register", {"username": "x", "password": "long enough"}, ["username"]),
    ("/api/auth/register", {"username": "a b", "password": "long enough"}, ["username"]),
    ("/api/auth/register", {"username": "bob", "password": "short"}, ["password"]),
    ("/api/auth/register", {"username": "bob", "password": "long enough", "email": "nonsense"}, ["email"]),
    ("/api/auth/register", {"username": "bob", "password": "long enough", "email": "a@b\ud800"}, ["email"]),
    ("/api/auth/register", {"username": "b\ud800b", "password": "long enough"}, ["username"]),
    ("/api/auth/login", {"username": "b\ud800b", "password": "long enough"}, ["username"]),
]


async def test_wrong_values_are_named_field_by_field(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    for path, body, fields in WRONG:
        content, headers = json.dumps(body), ada.headers | {"Content-Type": "application/json"}
        answer = await ada.client.post(path.format(id=project_id), content=content, headers=headers)
        errors = problem(answer, 422, "invalid")["errors"]
        assert [error["field"] for error in errors] == fields, (path, body)
        assert all(error["message"] for error in errors)
        assert "pattern" not in str(errors)


@pytest.mark.parametrize("text", ['"\\ud800"', "NaN", "-Infinity", "1e999"])
async def test_json_that_is_no_good_value_is_invalid(ada: ApiUser, text: str) -> None:
    field = "instructions" if text.startswith('"') else "temperature"
    body = f'{{"instructions": {text}}}' if field == "instructions" else f'{{"options": {{"temperature": {text}}}}}'
    headers = ada.headers | {"Content-Type": "application/json"}
    path = f"/api/projects/{await ada.create_project()}/generate/backend"
    problem(await ada.client.post(path, content=body, headers=headers), 422, "invalid")


async def test_a_prompt_of_emoji_alone_is_a_prompt(ada: ApiUser) -> None:
    assert await ada.create_project(prompt="🧮🐈")


async def test_a_wrong_query_is_invalid(ada: ApiUser) -> None:
    for query in ("limit=0", "limit=201", "limit=x", "offset=-1", f"offset={2**70}", f"q={'x' * 201}"):
        answer = await ada.get(f"/api/projects?{query}")
        assert [error["field"] for error in problem(answer, 422, "invalid")["errors"]] == [query.partition("=")[0]]


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer x", "Bearer a.b.c", "nonsense"])
async def test_a_token_that_is_none_is_not_authenticated(installation: Installation, header: str) -> None:
    answer = await installation.client.get("/api/projects", headers={"Authorization": header})
    problem(answer, 401, "not_authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_conflict_names_the_run(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((gate, FINISHED_STOP))
    project_id = await ada.create_project()
    run_id = await ada.start_run(project_id)
    refused = await ada.post(f"/api/projects/{project_id}/generate/backend")
    assert problem(refused, 409, "conflict")["run_id"] == run_id
    gate.open()


async def test_a_database_in_trouble_is_unavailable_and_logged(
    ada: ApiUser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("The database does not answer: see the server's log.") from OSError("the cause")

    monkeypatch.setattr(queries, "list_projects", fail)
    problem(await ada.get("/api/projects"), 503, "unavailable")
    assert "the cause" in caplog.text


async def test_what_nobody_thought_of_says_nothing_of_the_inside(ada: ApiUser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("/home/secret.py")

    monkeypatch.setattr(Projects, "search", fail)
    assert "secret" not in problem(await ada.get("/api/projects"), 500, "internal")["detail"]
