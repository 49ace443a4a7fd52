"""A shared project as a guest finds it, and the owner's dialog that makes the link."""

import asyncio
import re

import httpx
import pytest
import pytest_asyncio
from nicegui import ui

from core.catalog.stacks import Side
from core.generation.run_request import RunRequest
from core.projects.project import Project
from core.studio import Studio
from tests.support.engines.scripted_engine import Gate
from tests.support.users.simulated_user import SimulatedUser, session_of, wait_until
from tests.support.users.studio_user import StudioUser, register_user, wait_for_end
from ui.components.code.code_view import CodeView

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def owner(studio: Studio, request: pytest.FixtureRequest) -> StudioUser:
    return await register_user(studio, "own-" + re.sub(r"\W", "-", request.node.name)[-40:])


@pytest_asyncio.fixture(loop_scope="session")
async def project(owner: StudioUser) -> Project:
    return await owner.studio.projects.create(owner.id, "Slow Club", "A secret requirement.")


def texts(user: SimulatedUser) -> list[str]:
    return [element._text or "" for element in user.client.layout.descendants()]


async def test_a_guest_watches_a_run_being_written(
    user: SimulatedUser, studio: Studio, owner: StudioUser, project: Project, engine_gate: Gate
) -> None:
    share = await studio.shares.create(owner.id, project.id)
    await user.open(f"/s/{share.token}")
    await user.expect_text("No backend yet")
    run = await studio.runs.start(owner.id, project.id, Side.BACKEND, RunRequest(instructions="A secret wish."))
    await user.expect_text("LIVE")
    engine_gate.open()
    await wait_for_end(await owner.log(run))
    await user.expect_no_text("LIVE")
    await user.expect_text("Finished")
    assert not any("secret" in text for text in texts(user))
    assert not [each for each in user.client.layout.descendants() if isinstance(each, ui.input)]
    views = [each for each in user.client.layout.descendants() if isinstance(each, CodeView)]
    assert [view.props.get("account") for view in views] == [None, None], "what its owner has typed is not for guests"
    for label in ("Stop", "Refine", "Generate again", "Download"):
        assert label not in user.labels


async def test_the_page_of_a_link_tells_search_engines_to_stay_out(
    pages: httpx.ASGITransport, studio: Studio, owner: StudioUser, project: Project
) -> None:
    share = await studio.shares.create(owner.id, project.id)
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as guest:
        page = await guest.get(f"/s/{share.token}")
    assert page.status_code == 200
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert "secret" not in page.text


async def test_an_ended_link_and_one_that_never_was_look_the_same(
    user: SimulatedUser, studio: Studio, owner: StudioUser, project: Project
) -> None:
    share = await studio.shares.create(owner.id, project.id)
    await user.open(f"/s/{share.token}")
    await user.expect_text("View only")
    opened = user.client
    await studio.shares.end(owner.id, project.id, share.id)
    await wait_until(lambda: opened.is_deleted)
    seen = []
    for token in (share.token, "none"):
        await user.expect_not_found(f"/s/{token}")
        await user.expect_text("There is nothing to see at this link.")
        seen.append([text for text in texts(user) if text])
    assert seen[0] == seen[1]


async def test_the_apps_files_come_by_the_link_of_their_project_alone(
    pages: httpx.ASGITransport, studio: Studio, owner: StudioUser, project: Project
) -> None:
    log = await owner.finished_run(project)
    other = await owner.create_project()
    tokens = [(await studio.shares.create(owner.id, each.id)).token for each in (project, other)]
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as guest:
        statuses = [
            (await guest.get(f"/app-files/{log.state.id}{query}")).status_code
            for query in (f"?share={tokens[0]}", f"?share={tokens[1]}", "?share=none", "")
        ]
    assert statuses == [200, 404, 404, 404]


async def test_who_is_signed_in_takes_a_copy(
    user: SimulatedUser, studio: Studio, owner: StudioUser, project: Project
) -> None:
    await owner.finished_run(project)
    share = await studio.shares.create(owner.id, project.id)
    await user.open(f"/s/{share.token}")
    assert "Duplicate" not in user.labels
    await user.register("copies-shared")
    await user.open(f"/s/{share.token}")
    await user.press("Duplicate")
    await wait_until(lambda: user.current_path.startswith("/projects/"))
    copy_id = int(user.current_path.rpartition("/")[2])
    user_id = (await studio.accounts.sessions.identify(session_of(user.http_client)["token"])).user.id
    assert (await studio.projects.get(user_id, copy_id)).name == "Slow Club (copy)"


async def test_who_watches_is_counted(user: SimulatedUser, studio: Studio, owner: StudioUser, project: Project) -> None:
    share = await studio.shares.create(owner.id, project.id)
    await user.open(f"/s/{share.token}")
    leave = studio.presence.enter(owner.id, project.id)
    await wait_until(lambda: any(re.fullmatch(r"[12] watching", text) for text in texts(user)))
    before = studio.presence.count(project.id)
    leave()
    assert studio.presence.count(project.id) == before - 1


async def test_the_owner_makes_and_ends_a_link(user: SimulatedUser, studio: Studio) -> None:
    await user.register("sharing-owner")
    user_id = (await studio.accounts.sessions.identify(session_of(user.http_client)["token"])).user.id
    project = await studio.projects.create(user_id, "Slow Club", "A book club.")
    await user.open(f"/projects/{project.id}")
    await user.press("Share")
    await user.expect_text("Anyone with the link can watch")
    await user.press("Make a link")
    await user.expect_text("Ends in 7 days")
    [share] = await studio.shares.shares_of(user_id, project.id)
    await user.expect_field("Link", f"http://test/s/{share.token}")
    opened = await studio.shares.open(share.token)
    await user.press("End this link")
    async with asyncio.timeout(2):
        await studio.shares.wait_for_end(opened)
    await user.expect_no_text("Ends in 7 days")
