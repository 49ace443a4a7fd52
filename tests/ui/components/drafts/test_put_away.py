"""A form that is closed without being sent: its text can be had back."""

import pytest
from nicegui import ui
from nicegui.events import GenericEventArguments

from core.projects.drafts import DraftForm, DraftPlace
from core.studio import Studio
from tests.support.users.simulated_user import SimulatedUser
from ui.components.drafts.page_drafts import PageDrafts
from ui.components.drafts.put_away import find_draft, put_away
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
        assert await studio.drafts.find(owner, PLACE) == ({"name": typed} if is_offered else {})  # of a reload
        await notice._on_undo(GenericEventArguments(sender=notice, client=user.client, args=notice._number))
    assert await studio.drafts.find(owner, PLACE) == ({"name": typed} if is_offered else {})
    assert bool(reopened) is is_offered


@pytest.mark.parametrize("is_opened_again", [True, False])
async def test_it_is_gone_once_the_offer_is_dismissed_or_the_form_opened_again(
    user: SimulatedUser, studio: Studio, *, is_opened_again: bool
) -> None:
    owner = (await studio.accounts.register(f"dismisser{is_opened_again}", "correct horse")).user.id
    await user.register(f"signed_in_{is_opened_again}".lower())
    with user.client:
        drafts, notice, field = PageDrafts(studio.drafts, owner), UndoNotice(), ui.input()
        form = drafts.attach(PLACE, {"name": field}, initial={"name": ""})
        field.set_value("Choir")

        async def reopen() -> None:
            raise AssertionError("this would replace what is typed now")

        await put_away(drafts, form, notice, reopen)
        event = GenericEventArguments(sender=notice, client=user.client, args=notice._number)
        if is_opened_again:
            assert await find_draft(drafts, PLACE, notice) == {}
        else:
            await notice._on_settle(event)
        await notice._on_undo(event)
    assert await studio.drafts.find(owner, PLACE) == {}
