"""Chromium, and the product over a model that writes what the test tells it to."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.support.servers.manual_model import ManualModel
from tests.support.servers.scripted_server import Call, scripted_server
from tests.support.servers.server_process import ServerProcess, running_server

CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is the same browser without a window, and takes a third less of the processor."""
CHROMIUM_PATH = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--site-per-process",  # as every Chromium with a window does
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class SwitchableModel:
    """Answers by the model of the current test."""

    def __init__(self) -> None:
        self.active = ManualModel()

    async def answer(self, call: Call) -> None:
        """Answer one call."""
        await self.active.answer(call)


@asynccontextmanager
async def launched_browser(*arguments: str, path: str | None = CHROMIUM_PATH) -> AsyncGenerator[Browser, None]:
    """A browser with further ``arguments``; if there is none, the test is skipped, or fails in CI."""
    if path is None:
        assert not os.environ.get("CI"), "CI must have Chromium"
        pytest.skip("needs Chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_ARGS, *arguments])
        try:
            yield browser
        finally:
            await browser.close()


def nice_browser(folder: Path) -> str | None:
    """A program in this folder that runs the browser at the lowest priority: as if it were on a machine of its own."""
    if CHROMIUM_PATH is None:
        return None
    script = folder / "nice-browser"
    script.write_text(f'#!/bin/sh\nexec nice -n 19 {CHROMIUM_PATH} "$@"\n', encoding="utf-8")
    script.chmod(0o700)
    return str(script)


@asynccontextmanager
async def product_over(home: Path, model: SwitchableModel, **changes: str) -> AsyncGenerator[ServerProcess, None]:
    """The product over that model, without a runtime for apps. Tests leave live runs behind, so that many must fit."""
    async with scripted_server([model.answer]) as server:
        settings = {
            "OLLAMA_HOST": server.url,
            "LIVEWRIGHT_MODEL": "m",
            "LIVEWRIGHT_MAX_RUNS": "64",
            "LIVEWRIGHT_RUNTIME": "off",
        }
        async with running_server(home, **settings | changes) as started:
            yield started
