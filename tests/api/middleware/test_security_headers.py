"""What browsers are told with every response."""

import pytest

from tests.support.installation import ApiUser, Installation, create_finished_run


@pytest.mark.parametrize("path", ["/api/projects", "/api/nothing", "/healthz", "/nothing", "/docs"])
async def test_every_response_says_what_it_may_do(installation: Installation, path: str) -> None:
    headers = (await installation.client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "//" not in headers["content-security-policy"], "no foreign origin"
    assert headers["content-security-policy"].startswith(
        "default-src 'none'" if path.startswith("/api/") else "default-src 'self'"
    )


async def test_a_stream_and_a_download_say_it_too(ada: ApiUser) -> None:
    _, run_id = await create_finished_run(ada)
    for path in (f"/api/runs/{run_id}/stream", f"/api/runs/{run_id}/download"):
        headers = (await ada.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
