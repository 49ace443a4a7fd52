"""Chromium at the real product, over a model that writes what the test tells it to. All browser tests share both."""

import asyncio
import itertools
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser_setup import SwitchableModel, launched_browser, product_over
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.server_process import ServerProcess
from tests.support.users.browser_user import PASSWORD, BrowserUser

ADMIN = "admin"
BOUND = 120.0

_names = (f"ada{number}" for number in itertools.count())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser, None]:
    """One browser for all tests."""
    async with launched_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> SwitchableModel:
    """The model behind Ollama's address."""
    return SwitchableModel()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(
    tmp_path_factory: pytest.TempPathFactory, model: SwitchableModel
) -> AsyncGenerator[ServerProcess, None]:
    """The product over that model; its first account is ADMIN."""
    async with product_over(tmp_path_factory.mktemp("product") / "home", model) as started:
        async with httpx.AsyncClient(base_url=started.url) as client:
            registered = await client.post("/api/auth/register", json={"username": ADMIN, "password": PASSWORD})
        assert registered.status_code == 201
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def manual_model(model: SwitchableModel) -> ManualModel:
    """A model for each test, which writes what the test tells it to."""
    model.active = ManualModel()
    return model.active


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(chromium: Browser, product: ServerProcess) -> AsyncGenerator[BrowserUser, None]:
    """A user with a new account, at an empty list of projects."""
    visitor = await BrowserUser.open_window(chromium, product.url)
    await visitor.register(next(_names))
    async with asyncio.timeout(BOUND):
        yield visitor
    await visitor.context.close()
    assert visitor.foreign_requests == [], "nothing is loaded from another host"
    assert visitor.script_errors == [], "the page's scripts run without an error"
