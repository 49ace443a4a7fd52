"""The pages without a browser: NiceGUI simulates the users of the application that main.py builds."""

import shutil
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
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
from tests.support.engines.scripted_engine import Gate, ScriptedEngine, text_script
from tests.support.fake_reviews import skip_review
from tests.support.installation import PASSWORD
from tests.support.users.simulated_user import SimulatedUser


@dataclass(frozen=True)
class RunningPages:
    """The application, and what is behind it."""

    transport: httpx.ASGITransport
    studio: Studio
    engine: ScriptedEngine


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_pages(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> AsyncGenerator[RunningPages, None]:
    """The application, one for all tests: NiceGUI has one per process, which cannot be started twice."""
    home = tmp_path_factory.mktemp("pages") / "home"
    home.mkdir()
    shutil.copy(empty_database, home)
    settings = Settings.load(_env_file=None, home=home, password_rounds=4, runtime="off").prepare()
    engine = ScriptedEngine()
    studio = Studio(settings, EngineRegistry({engine.name: engine}, EngineChoice.OLLAMA), skip_review)
    Storage.path = home / "sessions"  # what main.py asks for comes too late where NiceGUI is imported already
    app = main._build_app(settings, studio)
    async with app.router.lifespan_context(app):
        # The first account is an admin's: no test's user is, whichever comes first.
        await studio.accounts.register("the-first", PASSWORD)
        yield RunningPages(httpx.ASGITransport(app), studio, engine)


@pytest.fixture(scope="session")
def pages(running_pages: RunningPages) -> httpx.ASGITransport:
    """The way to the application."""
    return running_pages.transport


@pytest.fixture(scope="session")
def studio(running_pages: RunningPages) -> Studio:
    """The core of the application."""
    return running_pages.studio


@pytest.fixture
def engine_gate(running_pages: RunningPages) -> Iterator[Gate]:
    """A pause in which the engine waits before it writes, until the test opens it."""
    gate = Gate()
    running_pages.engine.play((gate, *text_script("hello")))
    yield gate
    gate.open()
    running_pages.engine.play(text_script("hello"))


@pytest_asyncio.fixture(loop_scope="session")
async def user(pages: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[SimulatedUser, None]:
    """A user without an account, who has opened no page yet."""
    for name in ("navigate", "notify", "download"):  # which a simulated user replaces
        monkeypatch.setattr(ui, name, getattr(ui, name))
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as client:
        yield SimulatedUser(User(client))
        for page in list(Client.instances.values()):
            page.delete()  # its timers would go on during the next test
