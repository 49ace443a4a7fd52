"""Chromium before the real product, its model a typist who writes what the test says; both serve all tests in here."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.support.people import Visitor
from tests.support.product import Product, running
from tests.support.scripted_ollama import Call, scripted
from tests.support.typist import Typist

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BOUND = 120.0

_names = (f"ada{number}" for number in itertools.count())


class Model:
    """Whoever sits at the keyboard now answers."""

    def __init__(self) -> None:
        self.typist = Typist()

    async def answer(self, call: Call) -> None:
        """Answer one call."""
        await self.typist.answer(call)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser, None]:
    """A browser; where there is none the test is skipped, in CI it fails."""
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI must have Chromium"
        pytest.skip("needs Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> Model:
    """The model behind Ollama's address."""
    return Model()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory, model: Model) -> AsyncGenerator[Product, None]:
    """The product over that model."""
    home = tmp_path_factory.mktemp("product") / "home"
    async with scripted([model.answer]) as server:
        settings = {"OLLAMA_HOST": server.url, "LIVEWRIGHT_MODEL": "m", "LIVEWRIGHT_MAX_RUNS": "64"}
        async with running(home, **settings) as started:
            yield started


@pytest_asyncio.fixture(loop_scope="session")
async def typist(model: Model) -> Typist:
    """Someone new at the keyboard for each test."""
    model.typist = Typist()
    return model.typist


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(chromium: Browser, product: Product) -> AsyncGenerator[Visitor, None]:
    """Somebody with an account of his own, before an empty list of projects."""
    visitor = await Visitor.arrive(chromium, product.url)
    await visitor.register(next(_names))
    async with asyncio.timeout(BOUND):
        yield visitor
    await visitor.context.close()
    assert visitor.foreign == [], "nothing is loaded from another host"
    assert visitor.faults == [], "the page's scripts run without an error"
