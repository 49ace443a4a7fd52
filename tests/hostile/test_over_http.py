"""Hostile content through the running product: nobody else waits for it, and the server can still be stopped."""

import asyncio
import io
import signal
import time
import zipfile
from pathlib import Path

import pytest

from tests.support.hostile_content.files import HOSTILE_FILES
from tests.support.hostile_content.product import ANSWERS, HOSTILE, Delays, person, running_product, watched

pytestmark = pytest.mark.slow

BOUND = 240.0
MAX_STOP_SECONDS = 5.0


def zipped(path: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path, text)
    return buffer.getvalue()


async def go_through(url: str, name: str) -> dict[str, str]:
    """Have a hostile file written, checked, opened, compared, downloaded, fixed and uploaded; unexpected answers."""
    path, text = HOSTILE_FILES.get(name, ("a.py", "x = 1\n"))
    unexpected: dict[str, str] = {}
    async with person(url, name.replace(" ", "-"), f"{HOSTILE}{name}.") as writer:
        run_id = await writer.generate()
        await writer.read_to_end(run_id)
        upload = await writer.client.post(
            f"/api/projects/{writer.project_id}/upload/backend",
            files={"file": ("app.zip", await asyncio.to_thread(zipped, path, text))},
        )
        # What is minified is not taken.
        other_id = upload.json()["run"]["id"] if upload.status_code == 201 else run_id
        assert upload.status_code in {201, 422}, upload.text
        for address in (
            f"/api/runs/{run_id}/files",
            f"/api/runs/{other_id}/files",
            f"/api/runs/{other_id}/files/{path}",
            f"/api/runs/{run_id}/diff/{other_id}",
            f"/api/runs/{run_id}/download",
            f"/api/projects/{writer.project_id}/download",
        ):
            response = await writer.client.get(address)
            if response.status_code != 200:
                unexpected[address] = response.text[:200]
        fix = await writer.client.post(f"/api/runs/{run_id}/fix", json={})
        if fix.status_code == 202:
            await writer.read_to_end(fix.json()["id"])
    return unexpected


async def test_nobody_waits_for_hostile_content(tmp_path: Path) -> None:
    delays = Delays()
    unexpected: dict[str, str] = {}
    async with asyncio.timeout(BOUND), running_product(tmp_path) as product, watched(product.url, delays):
        for name in ANSWERS:
            unexpected |= await go_through(product.url, name)
    assert delays.late() == []
    assert unexpected == {}


async def test_the_server_stops_while_it_works_on_hostile_content(tmp_path: Path) -> None:
    async with asyncio.timeout(BOUND), running_product(tmp_path) as product:
        work = [asyncio.create_task(go_through(product.url, name)) for name in ANSWERS]
        await asyncio.sleep(2)
        start = time.monotonic()
        assert await product.stop() in {0, -signal.SIGTERM}
        assert time.monotonic() - start < MAX_STOP_SECONDS
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
