"""Links to projects: what they open, and when they end."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from core.accounts.administration.user_changes import UserChanges
from core.errors import Conflict, InvalidInput, NotFound
from core.projects.project import Project
from core.sharing import shares
from core.sharing.shares import TOKEN_PATTERN, Shares
from core.studio import Studio
from tests.support.users.studio_user import StudioUser, register_user


@pytest.fixture
async def project(ada: StudioUser) -> Project:
    return await ada.create_project("Slow Club")


async def waiting_guest(studio: Studio, token: str) -> asyncio.Task[None]:
    guest = asyncio.create_task(studio.shares.wait_for_end(await studio.shares.open(token)))
    await asyncio.sleep(0)
    return guest


async def test_a_link_opens_its_project_and_its_runs(studio: Studio, ada: StudioUser, project: Project) -> None:
    share = await studio.shares.create(ada.id, project.id)
    assert re.fullmatch(TOKEN_PATTERN, share.token)
    opened = await studio.shares.open(share.token)
    assert (opened.owner_name, (await studio.shares.project(opened)).name) == ("ada", "Slow Club")
    own, other = [await ada.finished_run(each) for each in (project, await ada.create_project())]
    assert await studio.shares.open_log(opened, own.state.id) is own
    for run_id in (other.state.id, "0" * 32):
        with pytest.raises(NotFound):
            await studio.shares.open_log(opened, run_id)


async def test_another_users_project_has_no_links(studio: Studio, ada: StudioUser, project: Project) -> None:
    eve = await register_user(studio, "eve")
    share = await studio.shares.create(ada.id, project.id)
    for refused in (
        studio.shares.create(eve.id, project.id),
        studio.shares.shares_of(eve.id, project.id),
        studio.shares.end(eve.id, project.id, share.id),
        studio.shares.end(ada.id, project.id, share.id + 1),
        studio.shares.open("none"),
    ):
        with pytest.raises(NotFound):
            await refused
    assert await studio.shares.shares_of(ada.id, project.id) == [share]


async def test_an_ended_link_opens_nothing_and_its_guests_go(studio: Studio, ada: StudioUser, project: Project) -> None:
    ended, kept = [await studio.shares.create(ada.id, project.id) for _ in range(2)]
    gone, stays = [await waiting_guest(studio, each.token) for each in (ended, kept)]
    await studio.shares.end(ada.id, project.id, ended.id)
    await asyncio.wait_for(gone, 1)
    with pytest.raises(NotFound):
        await studio.shares.open(ended.token)
    assert not stays.done()
    await studio.projects.delete(ada.id, project.id)
    await asyncio.wait_for(stays, 1)


async def test_the_links_of_a_disabled_account_lead_nowhere(studio: Studio, ada: StudioUser) -> None:
    eve = await register_user(studio, "eve")
    share = await studio.shares.create(eve.id, (await eve.create_project()).id)
    guest = await waiting_guest(studio, share.token)
    await studio.accounts.change(eve.id, UserChanges(disabled=True), ada.id)
    await asyncio.wait_for(guest, 1)
    with pytest.raises(NotFound):
        await studio.shares.open(share.token)


async def test_a_link_ends_by_itself(studio: Studio, ada: StudioUser, project: Project) -> None:
    now = datetime.now(UTC)
    timed = Shares(
        studio.database,
        access=studio.shares._access,
        log_registry=studio.shares._log_registry,
        sessions=studio.accounts.sessions,
        audit=studio.accounts.audit,
        clock=lambda: now,
    )
    share = await timed.create(ada.id, project.id, expires_in=60)
    opened = await timed.open(share.token)
    now += timedelta(seconds=60)
    await asyncio.wait_for(timed.wait_for_end(opened), 1)
    assert await timed.shares_of(ada.id, project.id) == []
    with pytest.raises(NotFound):
        await timed.open(share.token)


@pytest.mark.parametrize("seconds", [0, -1, shares.MAX_LIFETIME_SECONDS + 1])
async def test_an_end_is_in_the_future(studio: Studio, ada: StudioUser, project: Project, seconds: int) -> None:
    with pytest.raises(InvalidInput):
        await studio.shares.create(ada.id, project.id, seconds)


async def test_a_project_has_so_many_links(
    studio: Studio, ada: StudioUser, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "MAX_SHARES", 1)
    await studio.shares.create(ada.id, project.id)
    with pytest.raises(Conflict):
        await studio.shares.create(ada.id, project.id)
