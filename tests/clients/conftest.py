"""The real product, a model that writes awkward text, and a line that is cut twice on the way to each client."""

import asyncio
import itertools
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser_setup import Model, launched, staged
from tests.support.installation import PASSWORD
from tests.support.reconnect_scenario import AFTER, BEFORE, CUTS, Scene
from tests.support.servers.cutting_proxy import cuttable
from tests.support.servers.manual_model import Typist
from tests.support.servers.server_process import Product

_names = (f"reader{number}" for number in itertools.count())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> Model:
    """The model behind Ollama's address."""
    return Model()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory, model: Model) -> AsyncGenerator[Product, None]:
    """The product over that model, for all tests in here."""
    async with staged(tmp_path_factory.mktemp("clients") / "home", model) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def scene(product: Product, model: Model) -> AsyncGenerator[Scene, None]:
    """The model writes up to the first cut, and the rest when that has been made."""
    typist = model.typist = Typist()
    async with (
        asyncio.timeout(60),
        httpx.AsyncClient(base_url=product.url, timeout=10) as api,
        cuttable(product.url, CUTS) as line,
    ):
        account = {"username": next(_names), "password": PASSWORD}
        login = (await api.post("/api/auth/register", json=account)).json()["token"]
        api.headers["Authorization"] = f"Bearer {login}"
        project = (await api.post("/api/projects", json={"name": "Todo", "prompt": "A todo list."})).json()
        token = (await api.post("/api/auth/stream-token")).json()["token"]

        async def write() -> None:
            for piece in BEFORE:
                typist.write(piece)
            await line.first.wait()
            for piece in AFTER:
                typist.write(piece)
            typist.finish()

        writing = asyncio.create_task(write(), name="the model writes")
        yield Scene(api, line, project["id"], token)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser, None]:
    """One browser for all."""
    async with launched() as browser:
        yield browser
