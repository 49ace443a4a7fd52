"""Other sites' pages call the API only where a setting allows it, and never with a cookie."""

import pytest

from core.engines.registry import EngineRegistry
from core.settings import EngineChoice, Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine
from tests.support.fake_reviews import skip_review
from tests.support.installation import ApiUser, Installation, serving_installation

ORIGIN = "https://app.example"


async def test_no_origin_is_allowed_by_default(installation: Installation) -> None:
    answer = await installation.client.get("/healthz", headers={"Origin": ORIGIN})
    assert "access-control-allow-origin" not in answer.headers


@pytest.fixture
def open_to_others(settings: Settings, engine: ScriptedEngine) -> Studio:
    changed = settings.model_copy(update={"cors_origins": (ORIGIN,)})
    return Studio(changed, EngineRegistry({engine.name: engine}, EngineChoice.OLLAMA), skip_review)


async def test_a_configured_origin_may_call_and_stream(open_to_others: Studio, engine: ScriptedEngine) -> None:
    async with serving_installation(open_to_others, engine) as installation:
        ada = await installation.register_user("ada")
        path = f"/api/projects/{await ada.create_project()}/generate/backend/stream"
        asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
        asked["Access-Control-Request-Headers"] = "authorization, last-event-id"
        preflight = await installation.client.options(path, headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == ORIGIN
        for answer in [
            await ada.get(path, headers={"Origin": ORIGIN}),
            await ada.get("/api/projects/0", headers={"Origin": ORIGIN}),
            await ada.post("/api/projects", {"prompt": "x" * 600_000}, headers={"Origin": ORIGIN}),
        ]:
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            assert "access-control-allow-credentials" not in answer.headers
        foreign = await ada.get("/api/projects", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in foreign.headers


async def test_the_api_knows_no_cookie(ada: ApiUser) -> None:
    answer = await ada.client.get("/api/projects", headers={"Cookie": f"token={ada.token}; livewright={ada.token}"})
    assert answer.status_code == 401
    assert "set-cookie" not in (await ada.get("/api/projects")).headers
