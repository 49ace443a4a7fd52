"""Firefox, driven over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), which it speaks by itself."""

import asyncio
import itertools
import json
import os
import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

FIREFOX_PATH = shutil.which("firefox-esr") or shutil.which("firefox")
BOUND = 60.0
"""Seconds that anything may take to show on a busy machine."""
POLL_SECONDS = 0.1
PREFERENCES = """
user_pref("app.normandy.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("remote.active-protocols", 1);
user_pref("toolkit.telemetry.enabled", false);
"""


class FirefoxError(Exception):
    """What Firefox answers to a command that fails."""


class FirefoxPage:
    """One tab. Scripts are expressions; those of ``frame`` run in the frame whose address has this in it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._context = ""

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command; commands go one after the other. Raises FirefoxError."""
        id_ = next(self._ids)
        await self._socket.send(json.dumps({"id": id_, "method": method, "params": parameters}))
        while (answer := json.loads(await self._socket.recv())).get("id") != id_:
            pass  # an event
        if answer["type"] == "error":
            raise FirefoxError(answer["message"])
        result: dict[str, Any] = answer["result"]
        return result

    async def open(self, url: str) -> None:
        """Go to this address, and wait until it has loaded."""
        if not self._context:
            await self.command("session.new", capabilities={})
            tree = await self.command("browsingContext.getTree", maxDepth=0)
            self._context = tree["contexts"][0]["context"]
        await self.command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, script: str, frame: str = "") -> Any:
        """The value of an expression: a text, a number or a boolean. Raises FirefoxError."""
        target = {"context": await self._frame(frame) if frame else self._context}
        answer = await self.command("script.evaluate", expression=script, target=target, awaitPromise=True)
        if answer["type"] == "exception":
            raise FirefoxError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    async def wait_for(self, script: str, frame: str = "") -> None:
        """Wait until an expression is true. Raises TimeoutError."""
        async with asyncio.timeout(BOUND):
            while True:
                try:
                    if await self.evaluate(script, frame):
                        return
                except FirefoxError:
                    pass  # the frame is not there yet, or no longer
                await asyncio.sleep(POLL_SECONDS)

    async def _frame(self, address: str) -> str:
        tree = await self.command("browsingContext.getTree", root=self._context)
        frames = tree["contexts"][0]["children"]
        found = [each["context"] for each in frames if each["url"].endswith(address)]
        if not found:
            raise FirefoxError(f"There is no frame {address}.")
        return str(found[-1])


@asynccontextmanager
async def firefox_page(folder: Path) -> AsyncGenerator[FirefoxPage, None]:
    """A tab of a Firefox with a profile in ``folder``; if there is none, the test is skipped, or fails in CI."""
    if FIREFOX_PATH is None:
        assert not os.environ.get("CI"), "CI must have Firefox"
        pytest.skip("needs Firefox")
    (folder / "user.js").write_text(PREFERENCES, "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(FIREFOX_PATH, "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", str(folder)),
        env={**os.environ, "HOME": str(folder)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with connect(f"{await _address(process)}/session", max_size=None, origin=None) as socket:
            yield FirefoxPage(socket)
    finally:
        process.kill()
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(BOUND):
        async for line in process.stderr:
            if found := re.search(rb"WebDriver BiDi listening on (ws://\S+)", line):
                return found[1].decode()
    raise FirefoxError("Firefox has ended.")
