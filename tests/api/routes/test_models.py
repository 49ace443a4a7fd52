"""Models over HTTP, in front of a scripted Ollama: listed, pulled, removed."""

import json
from typing import Any

import httpx
import pytest

from core.settings import Settings
from core.wire import SseEvent
from tests.support.installation import ApiUser, Installation, stream_path
from tests.support.pulls import HANGING_PULL, PULL_LINES, WHOLE_PULL, installation_with_ollama
from tests.support.servers.scripted_server import (
    answer_json,
    answer_lines,
    answer_status,
    content_line,
)

TAGS = {
    "models": [
        {
            "name": "m:latest",
            "size": 4_700_000_000,
            "details": {"parameter_size": "7.6B", "quantization_level": "Q4_K_M", "context_length": 32768},
        },
        {"name": "hf.co/a/b:Q4_0", "size": 7},
    ]
}
ROUTES = {
    "/api/tags": answer_json(TAGS),
    "/api/ps": answer_json({"models": [{"name": "m:latest"}]}),
    "/api/show": answer_json({"model_info": {"x.context_length": 2048}}),
    "/api/pull": WHOLE_PULL,
    "/api/delete": answer_status(200),
}


def data_of(events: list[SseEvent]) -> list[tuple[str, dict[str, Any]]]:
    return [(event.event, json.loads(event.data)) for event in events]


async def pull(admin: ApiUser, model: str = "m") -> str:
    answer = await admin.post("/api/models/pulls", {"engine": "ollama", "model": model})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def pull_to_end(admin: ApiUser, model: str = "m") -> tuple[str, dict[str, Any]]:
    path = f"/api/models/pulls/{await pull(admin, model)}/stream"
    first, again = [data_of(await admin.read_events(path)) for _ in range(2)]
    assert [name for name, _ in first][:-1] == ["progress"] * (len(first) - 1)
    assert again[-1] == first[-1], "a late reader gets the end"
    return first[-1]


async def test_every_model_is_listed_with_its_figures(settings: Settings) -> None:
    async with installation_with_ollama(settings, ROUTES) as (ada, server, _):
        first, second, built_in = (await ada.get("/api/models")).json()
        assert first == {
            "engine": "ollama",
            "server": server.url,
            "name": "m",
            "size_bytes": 4_700_000_000,
            "parameters": "7.6B",
            "quantization": "Q4_K_M",
            "context": 32768,
            "loaded": True,
            "default": True,
            "recommended": False,
        }
        assert (second["context"], second["loaded"], second["default"]) == (2048, False, False)
        assert (built_in["engine"], built_in["server"], built_in["parameters"]) == ("embedded", None, "135M")


async def test_the_catalogue_says_what_fits(settings: Settings) -> None:
    async with installation_with_ollama(settings, ROUTES) as (ada, _, _):
        offers = (await ada.get("/api/models/catalog")).json()
    assert {"qwen2.5-coder:0.5b", "qwen2.5-coder:14b"} <= {offer["name"] for offer in offers}
    assert all(offer["licence"] and offer["memory_bytes"] > offer["size_bytes"] for offer in offers)
    assert [offer["installed"] for offer in offers if offer["name"] == "smollm2"] == [True]


async def test_a_model_is_pulled_and_everybody_gets_the_end(settings: Settings) -> None:
    async with installation_with_ollama(settings, ROUTES) as (ada, server, studio):
        pull_id = await pull(ada, "new:7b")
        events = await ada.read_events(f"/api/models/pulls/{pull_id}/stream", headers={"Last-Event-ID": "x:7"})
        assert data_of(events)[-2:] == [
            ("progress", {"status": "success", "completed": 1010, "total": 1010}),
            ("complete", {"id": pull_id, "engine": "ollama", "server": server.url, "model": "new:7b"}),
        ]
        late = await ada.read_events(f"/api/models/pulls/{pull_id}/stream")
        assert [event.event for event in late] == ["progress", "complete"]
        path = f"/api/models/pulls/{pull_id}/stream"
        had_it = await ada.get(path, headers={"Last-Event-ID": events[-1].id})
        assert had_it.status_code == 204
        [entry] = [event for event in await studio.accounts.audit.events() if event.action == "model_pulled"]
        assert (entry.username, entry.target) == ("ada", "new:7b (ollama)")


async def test_a_pull_is_joined_stopped_and_gone_on_with(settings: Settings) -> None:
    async with installation_with_ollama(settings, ROUTES | {"/api/pull": HANGING_PULL}) as (ada, server, _):
        pull_id = await pull(ada)
        assert await pull(ada, "M:latest") == pull_id
        async with ada.stream_events(f"/api/models/pulls/{pull_id}/stream") as events:
            while json.loads((await anext(events)).data)["completed"] != 400:
                pass
            assert (await ada.request("DELETE", f"/api/models/pulls/{pull_id}")).status_code == 204
            end = await anext(events)
            assert (end.event, json.loads(end.data)["code"]) == ("error", "stopped")
            assert [event async for event in events] == []
        [call] = [call for call in server.calls if call.path == "/api/pull"]
        await call.closed.wait()
        assert await pull(ada) != pull_id
        assert (await ada.request("DELETE", "/api/models/pulls/none")).status_code == 404


async def test_pulls_are_bounded(settings: Settings) -> None:
    async with installation_with_ollama(settings, ROUTES | {"/api/pull": HANGING_PULL}) as (ada, _, _):
        for number in range(3):
            await pull(ada, f"m{number}")
        refused = await ada.post("/api/models/pulls", {"engine": "ollama", "model": "m4"})
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert refused.headers["retry-after"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((PULL_LINES[0], {"error": "pull model manifest: file does not exist"}), "model_not_found"),
        ((*PULL_LINES[:3], {"error": "write /x/blobs/sha256-60: no space left on device"}), "disk_full"),
        ((PULL_LINES[0], {"error": 'Get "https://h/v2/": dial tcp: lookup h: no such host'}), "registry_unreachable"),
        (PULL_LINES[:3], "incomplete"),
    ],
)
async def test_a_pull_that_fails_says_what_to_do(settings: Settings, lines: tuple[Any, ...], code: str) -> None:
    async with installation_with_ollama(settings, ROUTES | {"/api/pull": answer_lines(*lines)}) as (ada, _, _):
        name, error = await pull_to_end(ada)
        assert (name, error["code"]) == ("error", code)
        assert "/" not in error["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"engine": "openai", "model": "m"}, "engine"),
        ({"engine": "embedded", "model": "gpt"}, "model"),
        ({"engine": "ollama", "model": "a b"}, "model"),
        ({"engine": "ollama", "model": "../x?"}, "model"),
        ({"engine": "none", "model": "m"}, "engine"),
    ],
)
async def test_what_cannot_be_pulled_is_refused_at_once(settings: Settings, body: dict[str, str], field: str) -> None:
    async with installation_with_ollama(settings) as (ada, _, _):
        answer = await ada.post("/api/models/pulls", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_model_is_removed_by_its_whole_name(settings: Settings) -> None:
    async with installation_with_ollama(settings, ROUTES) as (ada, server, studio):
        for name in ("hf.co/a/b:Q4_0", "hf.co%2Fa%2Fb%3AQ4_0"):
            assert (await ada.request("DELETE", f"/api/models/ollama/{name}")).status_code == 204
        assert {call.body["model"] for call in server.calls if call.path == "/api/delete"} == {"hf.co/a/b:Q4_0"}
        assert [event.target for event in await studio.accounts.audit.events(limit=1)] == ["hf.co/a/b:Q4_0 (ollama)"]


async def status_of_removal(admin: ApiUser, path: str) -> int:
    answer: httpx.Response = await admin.request("DELETE", f"/api/models/{path}")
    return answer.status_code


async def test_what_cannot_be_removed(settings: Settings) -> None:
    gone = {"/api/delete": answer_status(404, b'{"error":"model \'x\' not found"}')}
    async with installation_with_ollama(settings, ROUTES | gone) as (ada, _, _):
        assert await status_of_removal(ada, "ollama/x") == 404
        assert await status_of_removal(ada, "embedded/x") == 404
        assert await status_of_removal(ada, "embedded/smollm2") == 422
        assert await status_of_removal(ada, "openai/x") == 422
        assert await status_of_removal(ada, "nothing/x") == 404


async def test_a_model_that_writes_is_not_removed(settings: Settings) -> None:
    async with installation_with_ollama(settings, ROUTES) as (ada, server, _):
        server.play_chats([answer_lines(content_line("x"), ending="hang")])
        project_id = await ada.create_project()
        async with ada.stream_events(stream_path(project_id)) as events:
            while (await anext(events)).event != "code-chunk":
                pass
            assert await status_of_removal(ada, "ollama/m") == 409


async def test_others_and_their_keys_only_look(installation: Installation, ada: ApiUser) -> None:
    eve = await installation.register_user("eve")
    pulls = "/api/models/pulls"
    forbidden = (
        ("POST", pulls, {"engine": "ollama", "model": "m"}),
        ("GET", f"{pulls}/x/stream", None),
        ("DELETE", f"{pulls}/x", None),
        ("DELETE", "/api/models/ollama/m", None),
    )
    for method, path, body in forbidden:
        answer = await eve.request(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
    assert (await eve.get("/api/models")).status_code == 200
    key = (await ada.post("/api/keys", {"name": "ci", "scopes": ["read"]})).json()["key"]
    reader = ApiUser("ada", key, ada.client, ada.engine)
    assert (await reader.post(pulls, {"engine": "ollama", "model": "m"})).status_code == 403
