"""What is offered last can be taken back, once."""

from functools import partial

import pytest
from nicegui.events import GenericEventArguments

from tests.support.users.simulated_user import SimulatedUser
from ui.components.undo_notice import UndoNotice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_only_the_last_offer_is_taken_back_and_only_once(user: SimulatedUser) -> None:
    await user.open("/login")
    undone: list[str] = []
    with user.client:
        notice = UndoNotice()
        for name in ("first", "second"):
            notice.offer(name, partial(undone.append, name))
        for number in (1, 2, 2, None):
            await notice._on_undo(GenericEventArguments(sender=notice, client=user.client, args=number))
    assert undone == ["second"]
