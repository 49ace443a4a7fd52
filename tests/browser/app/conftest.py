"""The product with the runtime that apps need."""

import asyncio
import itertools
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.app_runtime import link_runtime
from tests.support.browser_setup import SwitchableModel, product_over
from tests.support.servers.server_process import ServerProcess
from tests.support.users.browser_user import BrowserUser

BOUND = 120.0

_names = (f"grace{number}" for number in itertools.count())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(
    tmp_path_factory: pytest.TempPathFactory, model: SwitchableModel
) -> AsyncGenerator[ServerProcess, None]:
    """The product over that model, in which apps can run."""
    home = tmp_path_factory.mktemp("product") / "home"
    await link_runtime(home)
    async with product_over(home, model) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_studio(chromium: Browser, product: ServerProcess) -> AsyncGenerator[BrowserUser, None]:
    """One project for the tests of a file, so that Python is started once: each has versions of its own written."""
    visitor = await BrowserUser.open_window(chromium, product.url)
    await visitor.register(next(_names))
    await visitor.create_project()
    yield visitor
    await visitor.context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def studio(shared_studio: BrowserUser) -> AsyncGenerator[BrowserUser, None]:
    """A user in that project, at rest."""
    await shared_studio.wait_until_idle()
    async with asyncio.timeout(BOUND):
        yield shared_studio
    foreign_requests, script_errors = shared_studio.foreign_requests[:], shared_studio.script_errors[:]
    shared_studio.foreign_requests.clear()
    shared_studio.script_errors.clear()
    assert foreign_requests == [], "nothing is loaded from another host"
    assert script_errors == [], "the page's scripts run without an error"
