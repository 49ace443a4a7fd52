"""What operators and monitors ask."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.engines.protocol import Health, ServerHealth
from core.errors import DatabaseUnavailable, Unavailable
from data.database import Database
from tests.support.installation import ApiUser, Installation

FROM_ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}


async def test_healthz_says_that_the_process_serves(installation: Installation) -> None:
    answer = await installation.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readyz_names_database_engine_and_model(installation: Installation) -> None:
    answer = await installation.client.get("/readyz")
    assert answer.status_code == 200
    assert {name: answer.json()[name]["ready"] for name in ("database", "engine", "model")} == {
        "database": True,
        "engine": True,
        "model": True,
    }


async def test_readyz_names_each_of_several_servers(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = await installation.engine.health()
    servers = (ServerHealth("http://a", True, "a answers."), ServerHealth("http://b", False, "Start b."))

    async def of_two() -> Health:
        return replace(health, servers=servers)

    monkeypatch.setattr(installation.engine, "health", of_two)
    installation.studio.engines.invalidate_health(installation.engine.name)
    assert (await installation.client.get("/readyz")).json()["engine"]["servers"] == [
        {"server": "http://a", "ready": True, "message": "a answers."},
        {"server": "http://b", "ready": False, "message": "Start b."},
    ]


async def test_readyz_says_which_of_them_is_not_ready(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Database) -> None:
        raise DatabaseUnavailable("The disk is full: make room.")

    monkeypatch.setattr(Database, "ping", fail)
    installation.engine.ready = False
    answer = await installation.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"ready": False, "message": "The disk is full: make room."}
    assert not answer.json()["engine"]["ready"]


async def test_readyz_says_that_the_disk_is_full(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_home: Path) -> None:
        raise Unavailable("The disk is full: make room in the state folder.")

    monkeypatch.setattr("core.studio.check_room", fail)
    answer = await installation.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert answer.json()["database"] == {"ready": False, "message": "The disk is full: make room in the state folder."}


async def test_strangers_learn_that_it_is_ready_and_no_more(installation: Installation, ada: ApiUser) -> None:
    answer = await installation.client.get("/readyz", headers=FROM_ELSEWHERE)
    assert answer.json() == {
        "status": "ready",
        "database": {"ready": True},
        "engine": {"ready": True},
        "model": {"ready": True},
    }
    wrong = await installation.client.get("/readyz", headers=FROM_ELSEWHERE | {"Authorization": "Bearer x"})
    assert wrong.json() == answer.json()
    assert (await ada.get("/readyz", headers=FROM_ELSEWHERE)).json()["engine"]["name"] == "ollama"


async def test_metrics_are_for_this_machine_and_for_admins(installation: Installation, ada: ApiUser) -> None:
    assert (await installation.client.get("/metrics")).status_code == 200
    assert (await installation.client.get("/metrics", headers=FROM_ELSEWHERE)).status_code == 401
    assert (await ada.get("/metrics", headers=FROM_ELSEWHERE)).status_code == 200
    bob = await installation.register_user("bob")
    refused = await bob.get("/metrics", headers=FROM_ELSEWHERE)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
@pytest.mark.parametrize("prefix", [{}, {"X-Forwarded-Prefix": "/lw"}])
async def test_the_openapi_page_is_not_for_strangers(
    installation: Installation, ada: ApiUser, path: str, prefix: dict[str, str]
) -> None:
    refused = await installation.client.get(path, headers=FROM_ELSEWHERE | prefix)
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert (await ada.get(path, headers=FROM_ELSEWHERE | prefix)).status_code == 200


async def test_the_openapi_page_works_under_a_sub_path(ada: ApiUser) -> None:
    headers = FROM_ELSEWHERE | {"X-Forwarded-Prefix": "/lw"}
    page = (await ada.get("/docs", headers=headers)).text
    assert "'/lw/openapi.json'" in page
    assert "/lw/static-offline-docs/" in page
    assert (await ada.get("/openapi.json", headers=headers)).json()["servers"] == [{"url": "/lw"}]


async def test_the_openapi_page_needs_no_foreign_host(installation: Installation) -> None:
    page = await installation.client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text.replace(installation.url, "")
