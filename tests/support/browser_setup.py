"""What tests before the whole product share: Chromium, and the product over a model that a test types for."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.support.servers.manual_model import Typist
from tests.support.servers.scripted_server import Call, scripted
from tests.support.servers.server_process import Product, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Model:
    """Whoever sits at the keyboard now answers."""

    def __init__(self) -> None:
        self.typist = Typist()

    async def answer(self, call: Call) -> None:
        """Answer one call."""
        await self.typist.answer(call)


@asynccontextmanager
async def launched() -> AsyncGenerator[Browser, None]:
    """A browser; where there is none the test is skipped, in CI it fails."""
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI must have Chromium"
        pytest.skip("needs Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def staged(home: Path, model: Model) -> AsyncGenerator[Product, None]:
    """The product over that model, with room for every run that a test leaves behind."""
    async with scripted([model.answer]) as server:
        settings = {"OLLAMA_HOST": server.url, "LIVEWRIGHT_MODEL": "m", "LIVEWRIGHT_MAX_RUNS": "64"}
        async with running(home, **settings) as started:
            yield started
