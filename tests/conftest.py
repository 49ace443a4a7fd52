"""What most tests stand on: settings of their own, an engine that plays a script, an installation around it."""

import asyncio
import functools
import gc
import inspect
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from core.engines.registry import EngineRegistry
from core.review.reviews import ReviewFunction
from core.settings import EngineChoice, Settings
from core.studio import Studio
from core.workers.pools import close_workers
from data.database import Database
from tests.support.engines.scripted_engine import ScriptedEngine
from tests.support.fake_reviews import skip_review
from tests.support.installation import ApiUser, Installation, serving_installation

BOUND = 30.0
"""Seconds after which a test is stuck; those marked slow or browser bound themselves."""
GC_THRESHOLDS = (50_000, 20, 50)
"""Tests make many objects that go by themselves, and few circles of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        own_bound = item.get_closest_marker("slow") or item.get_closest_marker("browser")
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj) and not own_bound:
            item.obj = _bounded(item.obj)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives as long as the tests: their items took a third of its time from them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def _bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def bounded(*args: Any, **kwargs: Any) -> None:
        async with asyncio.timeout(BOUND):
            await test(*args, **kwargs)

    return bounded


@pytest.fixture(scope="session", autouse=True)
def _workers() -> Iterator[None]:
    """The worker processes are shared by all tests."""
    yield
    asyncio.run(close_workers())


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "livewright.db"

    async def migrate() -> None:
        database = await Database(f"sqlite+aiosqlite:///{path}").open()
        await database.close()

    asyncio.run(migrate())
    return path


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    """A state folder of this test's own, and cheap passwords."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(empty_database, home)
    return Settings.load(_env_file=None, home=home, password_rounds=4, runtime="off").prepare()


@pytest.fixture
def engine() -> ScriptedEngine:
    """The engine of this installation: the test tells it what to play."""
    return ScriptedEngine()


@pytest.fixture
def look() -> ReviewFunction:
    """How files are reviewed here; a module that is about that has a fixture of its own."""
    return skip_review


@pytest.fixture
def closed_studio(settings: Settings, engine: ScriptedEngine, look: ReviewFunction) -> Studio:
    """An installation that nobody has opened yet."""
    return Studio(settings, EngineRegistry({engine.name: engine}, EngineChoice.OLLAMA), look)


@pytest.fixture
async def studio(closed_studio: Studio) -> AsyncGenerator[Studio, None]:
    """An installation at work, without a server."""
    await closed_studio.open()
    yield closed_studio
    await closed_studio.close()


@pytest.fixture
async def another(settings: Settings, engine: ScriptedEngine) -> AsyncGenerator[Callable[..., Awaitable[Studio]], None]:
    """Opens one more studio over the same state folder, as after a crash or a restart; ``changes`` are settings."""
    async with AsyncExitStack() as opened:

        async def open_another(**changes: Any) -> Studio:
            changed = settings.model_copy(update=changes)
            studio = Studio(changed, EngineRegistry({engine.name: engine}, EngineChoice.OLLAMA), skip_review)
            opened.push_async_callback(studio.close)
            return await studio.open()

        yield open_another


@pytest.fixture
async def installation(closed_studio: Studio, engine: ScriptedEngine) -> AsyncGenerator[Installation, None]:
    """An installation that listens on a socket."""
    async with serving_installation(closed_studio, engine) as installation:
        yield installation


@pytest.fixture
async def ada(installation: Installation) -> ApiUser:
    """Somebody with an account; the first one, so an admin."""
    return await installation.register_user("ada")
