"""A link over HTTP: what a guest reads, and that it ends at once."""

import asyncio

from core.engines.protocol import TextDelta, ThinkingDelta
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate
from tests.support.installation import ApiUser, Installation, create_finished_run


async def test_a_link_is_made_listed_and_ended(installation: Installation, ada: ApiUser) -> None:
    project_id, _ = await create_finished_run(ada)
    made = await ada.post(f"/api/projects/{project_id}/shares", {"expires_in": 3600})
    share = made.json()
    assert made.status_code == 201
    assert share["url"] == f"{installation.url}/s/{share['token']}"
    assert (await ada.get(f"/api/projects/{project_id}/shares")).json() == [share]
    shared = await installation.client.get(f"/api/shared/{share['token']}")
    assert (shared.status_code, shared.headers["x-robots-tag"]) == (200, "noindex, nofollow")
    assert shared.json()["owner"] == "ada"
    assert (await ada.request("DELETE", f"/api/projects/{project_id}/shares/{share['id']}")).status_code == 204
    for token in (share["token"], "none"):
        gone = await installation.client.get(f"/api/shared/{token}")
        assert (gone.status_code, gone.json()["detail"]) == (404, "There is nothing to see at this link.")


async def test_a_link_has_the_address_that_a_proxy_tells(ada: ApiUser) -> None:
    project_id = await ada.create_project()
    headers = {"X-Forwarded-Host": "code.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/lw"}
    share = (await ada.post(f"/api/projects/{project_id}/shares", headers=headers)).json()
    assert share["url"] == f"https://code.example/lw/s/{share['token']}"


async def test_a_guest_reads_a_live_run_without_its_prompt_until_the_link_ends(
    installation: Installation, ada: ApiUser
) -> None:
    project_id = await ada.create_project()
    gate = Gate()
    installation.engine.play((ThinkingDelta("they want"), TextDelta("a"), gate, FINISHED_STOP))
    body = {"instructions": "a secret"}
    run_id = (await ada.post(f"/api/projects/{project_id}/generate/backend", body)).json()["id"]
    share = (await ada.post(f"/api/projects/{project_id}/shares")).json()
    path = f"/api/runs/{run_id}/stream?token={share['token']}"
    seen = ""
    async with installation.client.stream("GET", path) as response, asyncio.timeout(5):
        assert response.status_code == 200
        async for piece in response.aiter_text():
            seen += piece
            if "code-chunk" in seen and "ended" not in seen:
                assert (await installation.client.get(f"/api/shared/{share['token']}")).json()["watching"] == 1
                await ada.request("DELETE", f"/api/projects/{project_id}/shares/{share['id']}")
                seen += "ended"
    assert "secret" not in seen
    assert "they want" not in seen
    assert "event: complete" not in seen
    assert (await installation.client.get(path)).status_code == 404
    gate.open()


async def test_a_guest_reads_an_ended_run_and_none_of_another_project(ada: ApiUser, installation: Installation) -> None:
    project_id, run_id = await create_finished_run(ada)
    _, other_run_id = await create_finished_run(ada)
    token = (await ada.post(f"/api/projects/{project_id}/shares")).json()["token"]
    text = (await installation.client.get(f"/api/runs/{run_id}/stream?token={token}")).text
    assert "event: complete" in text
    assert (await installation.client.get(f"/api/runs/{other_run_id}/stream?token={token}")).status_code == 404
    resumed = await installation.client.get(f"/api/runs/{run_id}/stream?token={token}&last_event_id={run_id}:end")
    assert resumed.status_code == 204


async def test_the_token_of_a_link_opens_nothing_else(ada: ApiUser, installation: Installation) -> None:
    project_id, run_id = await create_finished_run(ada)
    token = (await ada.post(f"/api/projects/{project_id}/shares")).json()["token"]
    side = f"/api/projects/{project_id}/generate/backend/stream"
    for path in (side, f"/api/runs/{run_id}", f"/api/projects/{project_id}", f"/api/runs/{run_id}/files"):
        assert (await installation.client.get(f"{path}?token={token}")).status_code == 401, path
    headers = {"Authorization": f"Bearer {token}"}
    assert (await installation.client.post(f"/api/runs/{run_id}/stop", headers=headers)).status_code == 401
    assert (await installation.client.get(f"/api/runs/{run_id}/stream", headers=headers)).status_code == 401


async def test_the_password_of_a_proxy_does_not_stand_in_the_way(ada: ApiUser, installation: Installation) -> None:
    project_id, run_id = await create_finished_run(ada)
    token = (await ada.post(f"/api/projects/{project_id}/shares")).json()["token"]
    path = f"/api/runs/{run_id}/stream?token={token}"
    assert (await installation.client.get(path, auth=("a", "b"))).status_code == 200
    assert (await installation.client.get(path, headers={"Authorization": "Bearer x"})).status_code == 401


async def test_who_is_signed_in_makes_a_project_of_what_a_link_shows(ada: ApiUser, installation: Installation) -> None:
    project_id, run_id = await create_finished_run(ada)
    path = f"/api/projects/{project_id}/shares"
    share = (await ada.post(path)).json()
    bob = await installation.register_user("bob")
    made = await bob.post(f"/api/shared/{share['token']}/duplicate")
    assert made.status_code == 201
    copy = (await bob.get(f"/api/projects/{made.json()['id']}")).json()
    original = (await ada.get(f"/api/projects/{project_id}")).json()
    assert (copy["backend_code"], copy["prompt"]) == (original["backend_code"], "")
    assert copy["backend_run_id"] != run_id
    assert (await installation.client.post(f"/api/shared/{share['token']}/duplicate")).status_code == 401
    await ada.request("DELETE", f"{path}/{share['id']}")
    assert (await bob.post(f"/api/shared/{share['token']}/duplicate")).status_code == 404
