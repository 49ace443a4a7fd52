"""Every route, as the OpenAPI document lists them: nothing without a token, nothing of somebody else's."""

from collections.abc import Iterator
from typing import Any

import httpx

from api import create_api
from core.studio import Studio
from tests.support.engines.scripted_engine import text_script
from tests.support.installation import ApiUser, Installation

PUBLIC = {
    ("POST", "/api/auth/register"),
    ("POST", "/api/auth/login"),
    ("GET", "/api/stacks"),
    ("GET", "/api/shared/{token}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
}
METHODS = {"get", "post", "put", "patch", "delete"}
BODIES: dict[str, dict[str, Any]] = {
    "/refine": {"instructions": "in green"},
    "/edit": {"files": {"main.py": "x"}},
    "/projects": {"name": "x", "prompt": "x"},
    "/projects/{project_id}": {"name": "mine now"},
    "/auto-fix": {"auto_fix": True},
    "/runs/{run_id}": {"name": "mine now"},
    "/auth/password": {"current": "mine now", "new": "mine now"},
    "/auth/me": {"password": "mine now"},
    "/keys": {"name": "mine now"},
    "/users": {"username": "mine", "password": "mine now"},
    "/users/{user_id}": {"role": "admin"},
    "/settings": {"registration": "closed"},
    "/models/pulls": {"engine": "ollama", "model": "mine-now"},
}
UNKNOWN = {
    "project_id": "999999",
    "run_id": "0" * 32,
    "other_id": "0" * 32,
    "key_id": "999999",
    "session_id": "0" * 32,
    "user_id": "999999",
    "share_id": "999999",
    "token": "none",
    "pull_id": "0" * 32,
    "engine": "ollama",
    "name": "mine-now",
}
ADMIN = ("/api/admin/", "/api/models/")
OPEN_TO_ALL = {("GET", "/api/models/catalog")}
"""Of what begins as the admins' addresses do."""


def routes(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, operations in document["paths"].items():
        for method in METHODS & operations.keys():
            yield method.upper(), path


def body_of(path: str) -> dict[str, Any] | None:
    return next((body for end, body in BODIES.items() if path.endswith(end)), None)


async def document_of(installation: Installation) -> dict[str, Any]:
    answer = await installation.client.get("/openapi.json")
    document: dict[str, Any] = answer.json()
    return document


def test_the_document_lists_every_route_of_the_contract(closed_studio: Studio) -> None:
    found = set(routes(create_api(closed_studio).openapi()))
    assert {
        ("POST", "/api/auth/stream-token"),
        ("PATCH", "/api/projects/{project_id}"),
        ("POST", "/api/projects/{project_id}/generate/{side}"),
        ("GET", "/api/projects/{project_id}/generate/{side}/stream"),
        ("GET", "/api/runs/{run_id}/stream"),
        ("GET", "/api/runs/{run_id}/diff/{other_id}"),
    } <= found
    assert len(found) > len(PUBLIC) + 20


async def test_every_route_but_the_public_ones_wants_a_token(installation: Installation) -> None:
    fill = UNKNOWN | {"side": "backend", "path": "main.py"}
    for method, path in routes(await document_of(installation)):
        answer = await installation.client.request(method, path.format(**fill), json=body_of(path))
        if (method, path) in PUBLIC:
            assert answer.status_code != 401, path
        else:
            assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated"), f"{method} {path}"


def same(one: httpx.Response, other: httpx.Response) -> bool:
    return (one.status_code, one.json()) == (other.status_code, other.json())


async def test_what_is_another_users_answers_like_what_is_unknown(installation: Installation, ada: ApiUser) -> None:
    installation.engine.play(text_script("### FILE: main.py\n```python\nprint()\n```\n"))
    project_id = await ada.create_project()
    run_id = await ada.start_run(project_id)
    await ada.read_events(f"/api/runs/{run_id}/stream")
    await ada.post("/api/keys", {"name": "ci"})
    share = (await ada.post(f"/api/projects/{project_id}/shares")).json()
    before = (await ada.get(f"/api/projects/{project_id}")).json()
    eve = await installation.register_user("eve")
    [key], [sign_in] = [(await ada.get(path)).json() for path in ("/api/keys", "/api/auth/sessions")]
    foreign = {
        "project_id": str(project_id),
        "run_id": run_id,
        "other_id": run_id,
        "key_id": str(key["id"]),
        "session_id": sign_in["id"],
        "share_id": str(share["id"]),
    }
    tried = 0
    for method, path in routes(await document_of(installation)):
        if not any(f"{{{name}}}" in path for name in foreign):
            continue
        fixed = {"side": "backend", "path": "main.py"}
        answers = [await eve.request(method, path.format(**ids, **fixed), body_of(path)) for ids in (foreign, UNKNOWN)]
        assert answers[0].status_code == 404, f"{method} {path}"
        assert same(*answers), f"{method} {path}"
        tried += 1
    assert tried > 15
    assert (await ada.get(f"/api/projects/{project_id}")).json() == before
    assert len((await ada.get(f"/api/projects/{project_id}/runs")).json()) == 1
    assert [each["id"] for each in (await ada.get(f"/api/projects/{project_id}/shares")).json()] == [share["id"]]


async def test_what_admins_do_is_forbidden_to_everybody_else(installation: Installation, ada: ApiUser) -> None:
    eve = await installation.register_user("eve")
    found = set(routes(await document_of(installation))) - OPEN_TO_ALL
    admin_routes = [it for it in found if it[1].startswith(ADMIN)]
    for method, path in admin_routes:
        answer = await eve.request(method, path.format(**UNKNOWN | {"user_id": "1"}), body_of(path))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), f"{method} {path}"
    assert len(admin_routes) > 10
    assert (await ada.get("/api/auth/me")).json()["role"] == "admin"


async def test_another_users_run_cannot_be_the_other_half_of_a_diff(installation: Installation, ada: ApiUser) -> None:
    run_id = await ada.start_run(await ada.create_project())
    eve = await installation.register_user("eve")
    own = await eve.start_run(await eve.create_project())
    for path in (f"/api/runs/{own}/diff/{run_id}", f"/api/runs/{run_id}/diff/{own}"):
        assert (await eve.get(path)).status_code == 404


async def test_lists_hold_ones_own_things_only(installation: Installation, ada: ApiUser) -> None:
    await ada.create_project("Secret")
    eve = await installation.register_user("eve")
    assert (await eve.get("/api/projects")).json() == []
    assert (await eve.get("/api/projects?q=Secret")).json() == []
