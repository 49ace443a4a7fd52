"""What a sign-in has opened ends with it: streams and sockets, within a second."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from core.accounts.administration.user_changes import UserChanges
from core.engines.protocol import TextDelta
from core.wire import SseEvent
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate
from tests.support.installation import PASSWORD, ApiUser, Installation, stream_path

BOUND = 1.0
"""Seconds after which what a sign-in has opened must have ended."""

End = Callable[[Installation, ApiUser], Awaitable[None]]


async def sign_out(_: Installation, user: ApiUser) -> None:
    assert (await user.post("/api/auth/logout")).status_code == 204


async def disable(installation: Installation, user: ApiUser) -> None:
    await installation.studio.accounts.change(await id_of(user), UserChanges(disabled=True), "admin")


async def delete(installation: Installation, user: ApiUser) -> None:
    await installation.studio.accounts.delete(await id_of(user), "admin")


async def id_of(user: ApiUser) -> int:
    return int((await user.get("/api/auth/me")).json()["id"])


@pytest.fixture
async def eve(installation: Installation, ada: ApiUser) -> ApiUser:
    """Somebody who is no admin, whose runs pause after their first text."""
    assert ada.name != "eve"
    installation.engine.play((TextDelta("a"), Gate(), FINISHED_STOP))
    return await installation.register_user("eve")


async def sign_in_again(installation: Installation, user: ApiUser) -> ApiUser:
    body = {"username": user.name, "password": PASSWORD}
    token = (await installation.client.post("/api/auth/login", json=body)).json()["token"]
    return ApiUser(user.name, token, user.client, user.engine)


async def read_to_end(events: AsyncIterator[SseEvent]) -> None:
    async for _ in events:
        pass


async def read_until_chunk(events: AsyncIterator[SseEvent]) -> None:
    while (await anext(events)).event != "code-chunk":
        pass


@pytest.mark.parametrize("end", [sign_out, disable, delete])
async def test_a_stream_ends_with_its_sign_in(installation: Installation, eve: ApiUser, end: End) -> None:
    project_id = await eve.create_project()
    async with eve.stream_events(stream_path(project_id)) as events:
        await read_until_chunk(events)
        await end(installation, eve)
        async with asyncio.timeout(BOUND):
            await read_to_end(events)
    assert (await eve.get(stream_path(project_id))).status_code == 401


@pytest.mark.parametrize("end", [sign_out, disable, delete])
async def test_a_socket_ends_with_its_sign_in(installation: Installation, eve: ApiUser, end: End) -> None:
    async with eve.connect_socket(await eve.create_project()) as socket:
        await socket.send('{"type": "start"}')
        while '"chunk"' not in str(await socket.recv()):
            pass
        await end(installation, eve)
        async with asyncio.timeout(BOUND):
            await socket.wait_closed()
    assert socket.close_code == 4401


async def test_a_stream_of_a_stream_token_ends_with_the_sign_in_behind_it(
    installation: Installation, eve: ApiUser
) -> None:
    token = (await eve.post("/api/auth/stream-token")).json()["token"]
    reader = ApiUser(eve.name, token, eve.client, eve.engine)
    async with reader.stream_events(stream_path(await eve.create_project())) as events:
        await read_until_chunk(events)
        await sign_out(installation, eve)
        async with asyncio.timeout(BOUND):
            await read_to_end(events)


async def test_other_sign_ins_and_other_people_read_on(installation: Installation, ada: ApiUser, eve: ApiUser) -> None:
    gate = Gate()
    installation.engine.play((TextDelta("a"), gate, TextDelta("b"), FINISHED_STOP))
    project_id, others_project_id = await eve.create_project(), await ada.create_project()
    elsewhere = await sign_in_again(installation, eve)
    async with (
        elsewhere.stream_events(stream_path(project_id)) as own_events,
        ada.stream_events(stream_path(others_project_id)) as others_events,
    ):
        for events in (own_events, others_events):
            await read_until_chunk(events)
        await sign_out(installation, eve)
        gate.open()
        for events in (own_events, others_events):
            assert [event.event async for event in events][-1] == "complete"
