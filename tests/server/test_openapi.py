"""The OpenAPI document says what the server does: schemathesis asks every route, in every way that it can think of."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.pulls import WHOLE_PULL
from tests.support.servers.scripted_server import DONE_LINE, answer_lines, answer_status, content_line, scripted_server
from tests.support.servers.server_process import ROOT, running_server
from tests.support.users.browser_user import PASSWORD

pytestmark = pytest.mark.slow

BOUND = 240.0
MAX_EXAMPLES = "8"
"""Random requests of each route, beside the systematic ones."""
ENDS_SESSION = "/api/auth/logout"
"""Asked by itself: after it, the token that asks is no longer one."""
NEEDS_RUNTIME = "/api/runs/{run_id}/try"
"""Left out: without what apps need to run it is a 503, and for a front end a 422, whatever the request."""


LIBRARY = {"/api/pull": WHOLE_PULL, "/api/delete": answer_status(200)}
ANSWER = content_line("### FILE: a.py\n```python\na = 1\n```\n")


@asynccontextmanager
async def installation_with_a_run(home: Path) -> AsyncGenerator[tuple[str, str], None]:
    """Its address, and the token of an admin who has a project and a run."""
    async with (
        scripted_server([answer_lines(ANSWER, DONE_LINE)], LIBRARY) as model,
        running_server(home, OLLAMA_HOST=model.url, LIVEWRIGHT_MODEL="m") as product,
        httpx.AsyncClient(base_url=product.url, timeout=20) as client,
    ):
        account = {"username": "ada", "password": PASSWORD}
        token = (await client.post("/api/auth/register", json=account)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        project_id = (await client.post("/api/projects", json={"name": "x", "prompt": "x"})).json()["id"]
        assert "complete" in (await client.get(f"/api/projects/{project_id}/generate/backend/stream")).text
        yield product.url, token


def schemathesis(folder: Path, url: str, token: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json")
    bounds = ("--max-examples", MAX_EXAMPLES, "--phases", "examples,coverage,fuzzing", "--request-timeout", "20")
    repeatable = ("--generation-deterministic", "--no-color")
    return subprocess.run(
        (*command, "--header", f"Authorization: Bearer {token}", *bounds, *repeatable, *options),
        env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.server.schemathesis_hooks", "PYTHONPATH": str(ROOT)},
        cwd=folder,  # it leaves a cache there
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )


@pytest.mark.parametrize(
    "selection",
    [("--exclude-path", ENDS_SESSION, "--exclude-path", NEEDS_RUNTIME), ("--include-path", ENDS_SESSION)],
    ids=["all but logout", "logout"],
)
async def test_every_route_does_what_its_description_says(tmp_path: Path, selection: tuple[str, ...]) -> None:
    async with asyncio.timeout(BOUND), installation_with_a_run(tmp_path / "home") as (url, token):
        done = await asyncio.to_thread(schemathesis, tmp_path, url, token, *selection)
    assert done.returncode == 0, done.stdout + done.stderr
