"""The runtime that back ends are tried in."""

import asyncio
from pathlib import Path

import pytest

from core.runtime.app_runtime import AppRuntime
from tests.support.app_runtime import link_runtime


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> AppRuntime:
    """One that is built, once for all tests of this machine."""
    home: Path = tmp_path_factory.mktemp("runtime") / "home"

    async def open_runtime() -> AppRuntime:
        await link_runtime(home)
        runtime = AppRuntime(home, builds_itself=False)
        assert await runtime.find()
        return runtime

    return asyncio.run(open_runtime())
