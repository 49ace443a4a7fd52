"""The pages without a browser: NiceGUI simulates the users of the application that main.py builds."""

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from nicegui import Client, ui
from nicegui.storage import Storage
from nicegui.testing import User

import main
from core.engines.registry import EngineRegistry
from core.settings import EngineChoice, Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine
from tests.support.fake_reviews import skip_review
from tests.support.users.simulated_user import SimulatedUser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pages(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> AsyncGenerator[httpx.ASGITransport, None]:
    """The application, one for all tests: NiceGUI has one per process, which cannot be started twice."""
    home = tmp_path_factory.mktemp("pages") / "home"
    home.mkdir()
    shutil.copy(empty_database, home)
    settings = Settings.load(_env_file=None, home=home, password_rounds=4).prepare()
    engine = ScriptedEngine()
    studio = Studio(settings, EngineRegistry({engine.name: engine}, EngineChoice.OLLAMA), skip_review)
    Storage.path = home / "sessions"  # what main.py asks for comes too late where NiceGUI is imported already
    app = main._build_app(settings, studio)
    async with app.router.lifespan_context(app):
        yield httpx.ASGITransport(app)


@pytest_asyncio.fixture(loop_scope="session")
async def user(pages: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[SimulatedUser, None]:
    """A user without an account, who has opened no page yet."""
    for name in ("navigate", "notify", "download"):  # which a simulated user replaces
        monkeypatch.setattr(ui, name, getattr(ui, name))
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as client:
        yield SimulatedUser(User(client))
        for page in list(Client.instances.values()):
            page.delete()  # its timers would go on during the next test
