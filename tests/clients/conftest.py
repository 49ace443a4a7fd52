"""The real product, a model that writes awkward text, and a line that is cut twice on the way to each client."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.support.cuttable import cuttable
from tests.support.installation import PASSWORD
from tests.support.product import Product, running
from tests.support.scripted_ollama import Call, scripted
from tests.support.torn_scene import AFTER, BEFORE, CUTS, Scene
from tests.support.typist import Typist

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

_names = (f"reader{number}" for number in itertools.count())


class Model:
    """Whoever sits at the keyboard now answers."""

    def __init__(self) -> None:
        self.typist = Typist()

    async def answer(self, call: Call) -> None:
        """Answer one call."""
        await self.typist.answer(call)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> Model:
    """The model behind Ollama's address."""
    return Model()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory, model: Model) -> AsyncGenerator[Product, None]:
    """The product over that model, for all tests in here."""
    home = tmp_path_factory.mktemp("clients") / "home"
    async with scripted([model.answer]) as server:
        settings = {"OLLAMA_HOST": server.url, "LIVEWRIGHT_MODEL": "m", "LIVEWRIGHT_MAX_RUNS": "16"}
        async with running(home, **settings) as started:
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
    """A browser; where there is none the test is skipped, in CI it fails."""
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI must have Chromium"
        pytest.skip("needs Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()
