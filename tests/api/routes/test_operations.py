"""What operators and monitors ask."""

import pytest

from core.engines.protocol import TextDelta
from core.errors import DatabaseUnavailable
from data.database import Database
from tests.support.engines.scripted_engine import Gate
from tests.support.installation import ApiUser, Installation


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


async def test_metrics_count_the_live_runs(installation: Installation, ada: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("x"), gate))
    await ada.start_run(await ada.create_project())
    await gate.reached.wait()
    answer = await installation.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'livewright_runs{status="running"} 1.0' in answer.text
    assert 'livewright_runs{status="queued"} 0.0' in answer.text


async def test_the_models_of_every_engine_are_listed(installation: Installation, ada: ApiUser) -> None:
    installation.engine.model_names = ["scripted", "other:7b"]
    models = (await ada.get("/api/models")).json()
    assert [(model["name"], model["engine"]) for model in models] == [("scripted", "ollama"), ("other:7b", "ollama")]


async def test_the_openapi_page_needs_no_foreign_host(installation: Installation) -> None:
    page = await installation.client.get("/docs")
    assert page.status_code == 200
    assert "https://" not in page.text.replace(installation.url, "")
