"""A form that is closed without being sent: its text can be had back."""

import pytest
from nicegui import ui
from nicegui.events import GenericEventArguments

from core.projects.drafts import DraftForm, DraftPlace
from core.studio import Studio
from tests.support.users.simulated_user import SimulatedUser
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.drafts.put_away import put_away
from ui.components.undo_notice import UndoNotice

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE = DraftPlace(DraftForm.NEW_PROJECT)


@pytest.mark.parametrize(("typed", "is_offered"), [("Choir", True), ("", False)])
async def test_what_was_typed_is_forgotten_unless_it_is_wanted_back(
    user: SimulatedUser, studio: Studio, typed: str, *, is_offered: bool
) -> None:
    owner = (await studio.accounts.register(f"putter{len(typed)}", "correct horse")).user.id
    reopened: list[bool] = []

    async def reopen() -> None:
        reopened.append(True)

    await user.open("/login")
    with user.client:
        drafts, notice, field = PageDrafts(studio.drafts, owner), UndoNotice(), ui.input()
        form = drafts.attach(PLACE, {"name": field}, initial={"name": ""})
        field.set_value(typed)
        await form.flush()
        await put_away(drafts, form, notice, reopen)
        assert await studio.drafts.find(owner, PLACE) == {}
        await notice._on_undo(GenericEventArguments(sender=notice, client=user.client, args=notice._number))
    assert await studio.drafts.find(owner, PLACE) == ({"name": typed} if is_offered else {})
    assert bool(reopened) is is_offered
