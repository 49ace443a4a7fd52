"""The files of the runtime, as a browser asks for them."""

import gzip
from pathlib import Path

import pytest

from core.runtime.app_runtime import AppRuntime
from core.runtime.manifest import read_manifest, write_manifest
from tests.support.installation import Installation

SCRIPT = "export const word = 1;\n" * 100


@pytest.fixture
def base(installation: Installation, tmp_path: Path) -> str:
    """Where a runtime of three files is served."""
    runtime = installation.studio.runtime
    folder = tmp_path / "built" / runtime.id
    for path, content in {
        "modules/react.mjs": SCRIPT.encode(),
        "modules/react.mjs.gz": gzip.compress(SCRIPT.encode()),
        "pyodide/python.wasm": b"\0asm",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    write_manifest(folder, runtime.id, {"modules": {"react": "modules/react.mjs"}})
    (folder / "stray.txt").write_text("not in the manifest", "utf-8")
    (tmp_path / "built" / "secret").write_text("hush", "utf-8")
    runtime._use(folder, read_manifest(folder))
    return f"/runtime/{runtime.id}"


async def test_a_file_is_served_to_everybody_for_ever(installation: Installation, base: str) -> None:
    answer = await installation.client.get(f"{base}/pyodide/python.wasm", headers={"Origin": "null"})
    assert (answer.status_code, answer.content) == (200, b"\0asm")
    expected = {
        "content-type": "application/wasm",
        "cache-control": "public, max-age=31536000, immutable",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    assert expected.items() <= dict(answer.headers).items()
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("*", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("br", False),
        ("x-gzip-not", False),
    ],
)
async def test_it_comes_compressed_to_who_takes_that(
    installation: Installation, base: str, accepted: str, is_packed: bool
) -> None:
    answer = await installation.client.get(f"{base}/modules/react.mjs", headers={"Accept-Encoding": accepted})
    assert answer.text == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert (answer.headers.get("content-encoding") == "gzip") is is_packed
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == (len(gzip.compress(SCRIPT.encode())) if is_packed else len(SCRIPT))


async def test_its_manifest_is_served(installation: Installation, base: str) -> None:
    answer = await installation.client.get(f"{base}/manifest.json")
    assert answer.json()["modules"] == {"react": "modules/react.mjs"}


@pytest.mark.parametrize("path", ["stray.txt", "nothing.mjs", "", "../secret", "..%2fsecret", "modules/../stray.txt"])
async def test_no_other_file_is_served(installation: Installation, base: str, path: str) -> None:
    answer = await installation.client.get(f"{base}/{path}")
    assert answer.status_code == 404
    assert "hush" not in answer.text


async def test_another_id_is_not_there(installation: Installation, base: str) -> None:
    answer = await installation.client.get(f"/runtime/{'0' * 16}/modules/react.mjs")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert base


async def test_without_a_runtime_it_is_said_what_is_missing(installation: Installation) -> None:
    runtime = installation.studio.runtime
    assert isinstance(runtime, AppRuntime)
    answer = await installation.client.get(f"/runtime/{runtime.id}/manifest.json")
    assert answer.status_code == 404
    assert "main.py runtime" in answer.json()["detail"]
