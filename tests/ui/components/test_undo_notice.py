"""What is offered last can be taken back, once."""

from functools import partial

import pytest
from nicegui.events import GenericEventArguments

from tests.support.users.simulated_user import SimulatedUser
from ui.components.undo_notice import UndoNotice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_only_the_last_offer_is_taken_back_and_only_once_and_the_others_are_settled(user: SimulatedUser) -> None:
    await user.open("/login")
    undone: list[str] = []
    settled: list[str] = []

    async def settle(name: str) -> None:
        settled.append(name)

    with user.client:
        notice = UndoNotice()
        for name in ("first", "second"):
            await notice.offer(name, partial(undone.append, name), settle=partial(settle, name), subject=name)
        for number in (1, 2, 2, None):
            await notice._on_undo(GenericEventArguments(sender=notice, client=user.client, args=number))
        assert (undone, settled) == (["second"], ["first"])
        for name, is_dismissed in (("third", True), ("fourth", False)):
            await notice.offer(name, partial(undone.append, name), settle=partial(settle, name), subject=name)
            await notice.withdraw("another")
            if is_dismissed:
                await notice._on_settle(GenericEventArguments(sender=notice, client=user.client, args=3))
            else:
                await notice.withdraw(name)
            await notice._on_undo(GenericEventArguments(sender=notice, client=user.client, args=notice._number))
    assert (undone, settled) == (["second"], ["first", "third", "fourth"])
