"""Chromium before the real product, its model a typist who writes what the test says; both serve all tests in here."""

import asyncio
import itertools
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.browser_setup import Model, launched, staged
from tests.support.servers.manual_model import Typist
from tests.support.servers.server_process import Product
from tests.support.users.browser_user import Visitor

BOUND = 120.0

_names = (f"ada{number}" for number in itertools.count())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncGenerator[Browser, None]:
    """One browser for all."""
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def model() -> Model:
    """The model behind Ollama's address."""
    return Model()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory, model: Model) -> AsyncGenerator[Product, None]:
    """The product over that model."""
    async with staged(tmp_path_factory.mktemp("product") / "home", model) as started:
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
