"""The real product, a model that writes awkward text, and a line that is cut twice on the way to each client."""

import asyncio
import itertools
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser_setup import SwitchableModel, launched_browser, product_over
from tests.support.installation import PASSWORD
from tests.support.reconnect_scenario import CUTS, PIECES_AFTER, PIECES_BEFORE, ReconnectScenario
from tests.support.servers.cutting_proxy import cutting_proxy
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.server_process import ServerProcess

_names = (f"reader{number}" for number in itertools.count())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> SwitchableModel:
    """The model behind Ollama's address."""
    return SwitchableModel()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(
    tmp_path_factory: pytest.TempPathFactory, model: SwitchableModel
) -> AsyncGenerator[ServerProcess, None]:
    """The product over that model, for all tests in here."""
    async with product_over(tmp_path_factory.mktemp("clients") / "home", model) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def scene(product: ServerProcess, model: SwitchableModel) -> AsyncGenerator[ReconnectScenario, None]:
    """The model writes up to the first cut, and the rest when that has been made."""
    typist = model.active = ManualModel()
    async with (
        asyncio.timeout(180),
        httpx.AsyncClient(base_url=product.url, timeout=10) as api,
        cutting_proxy(product.url, CUTS) as line,
    ):
        account = {"username": next(_names), "password": PASSWORD}
        login = (await api.post("/api/auth/register", json=account)).json()["token"]
        api.headers["Authorization"] = f"Bearer {login}"
        project = (await api.post("/api/projects", json={"name": "Todo", "prompt": "A todo list."})).json()
        token = (await api.post("/api/auth/stream-token")).json()["token"]

        async def write() -> None:
            for piece in PIECES_BEFORE:
                typist.write(piece)
            await line.first_cut.wait()
            for piece in PIECES_AFTER:
                typist.write(piece)
            typist.finish()

        writing = asyncio.create_task(write(), name="the model writes")
        yield ReconnectScenario(api, line, project["id"], token)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser, None]:
    """One browser for all."""
    async with launched_browser() as browser:
        yield browser
