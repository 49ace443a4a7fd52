"""A disk that is full, as far as this machine lets a test have one of its own."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.servers.server_process import running_server

pytestmark = pytest.mark.slow

BOUND = 180.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)), check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount")
    yield folder
    subprocess.run(("umount", "--lazy", str(folder)), check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


async def test_readyz_tells_the_truth_while_the_disk_is_full(small_disk: Path, tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{small_disk / 'home' / 'livewright.db'}"
    (small_disk / "home").mkdir()
    settings = {"LIVEWRIGHT_DATABASE_URL": database, "LIVEWRIGHT_EMBEDDED_MODEL": "off"}
    async with (
        asyncio.timeout(BOUND),
        running_server(small_disk / "home", tmp_path / "log", **settings) as product,
        httpx.AsyncClient(base_url=product.url) as client,
    ):
        assert (await client.get("/readyz")).json()["database"]["ready"]
        await asyncio.to_thread(fill, small_disk / "filling")
        for _ in range(3):
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert "disk is full" in answer.json()["database"]["message"]
        (small_disk / "filling").unlink()
        assert (await client.get("/readyz")).json()["database"]["ready"]
