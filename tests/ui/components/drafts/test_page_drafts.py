"""The drafts of a page, as far as a page without a browser shows them."""

from typing import Any

import pytest
import pytest_asyncio
from nicegui import ui
from nicegui.events import GenericEventArguments

from core.projects.drafts import MAX_DRAFT_LENGTH, DraftForm, DraftPlace
from core.studio import Studio
from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui.components.drafts.page_drafts import MAX_UNSENT_FIELDS, PageDrafts

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = DraftPlace(DraftForm.NEW_PROJECT)


class Typist:
    """An account with a page that keeps drafts, and a form of one field on it."""

    def __init__(self, page: PageDrafts, user_id: int, field: ui.input) -> None:
        self.page, self.user_id, self.field = page, user_id, field
        page.attach(NEW, {"name": field}, initial={"name": ""})

    async def bring(self, unsent: Any) -> None:
        """Load a page in a tab that has noted this."""
        with self.page.client:
            await self.page._take_unsent(GenericEventArguments(sender=self.page, client=self.page.client, args=unsent))


@pytest_asyncio.fixture(loop_scope="session")
async def typist(user: SimulatedUser, studio: Studio, request: pytest.FixtureRequest) -> Typist:
    sign_in = await studio.accounts.register(f"t{abs(hash(request.node.name))}", "correct horse")
    await user.open("/login")
    with user.client:
        return Typist(PageDrafts(studio.drafts, sign_in.user.id), sign_in.user.id, ui.input())


async def test_what_is_typed_is_kept_until_it_is_sent(typist: Typist) -> None:
    typist.field.set_value("Choir")
    assert await typist.page.find(NEW) == {"name": "Choir"}, "also what was typed in this very moment"
    form = typist.page.attach(NEW, {"name": typist.field}, initial={"name": ""})
    await typist.page.finish(form)
    assert await typist.page.find(NEW) == {}


async def test_what_is_as_it_was_saved_is_no_draft(typist: Typist) -> None:
    for text in ("Choir", ""):
        typist.field.set_value(text)
        form = typist.page._forms[NEW]
        await form.flush()
    await typist.page.discard(DraftPlace(DraftForm.EDIT_PROJECT))  # any write: what is before it is done
    assert await typist.page.find(NEW) == {}


async def test_a_page_that_is_closed_stores_what_was_typed_last(typist: Typist, studio: Studio) -> None:
    typist.field.set_value("Choir")
    typist.page.client.delete()
    while await studio.drafts.find(typist.user_id, NEW) != {"name": "Choir"}:
        pass


async def test_what_the_tab_has_noted_comes_into_the_open_field_and_into_the_drafts(
    typist: Typist, studio: Studio
) -> None:
    project = await studio.projects.create(typist.user_id, "Choir", "A rota.")
    place = DraftPlace(DraftForm.EDIT_PROJECT, project.id)
    await studio.drafts.keep(typist.user_id, place, {"name": "old", "prompt": "as it was"})
    await typist.bring({f"{NEW.key}#name": "typed", f"{place.key}#name": "new"})
    assert typist.field.value == "typed"
    assert await studio.drafts.find(typist.user_id, place) == {"name": "new", "prompt": "as it was"}


@pytest.mark.parametrize(
    "unsent", [None, [], "x", {"": ""}, {"refine/1/backend": "x"}, {"nonsense#a": "b"}, {"a#b": {}}]
)
async def test_what_a_tab_cannot_have_noted_is_ignored(typist: Typist, unsent: Any) -> None:
    await typist.bring(unsent)
    assert typist.field.value == ""


async def test_a_tab_brings_along_a_limited_number(typist: Typist, studio: Studio) -> None:
    places = [DraftPlace(DraftForm.NEW_PROJECT, subject=str(number)) for number in range(MAX_UNSENT_FIELDS + 1)]
    await typist.bring({f"{place.key}#name": "x" for place in places})
    kept = [bool(await studio.drafts.find(typist.user_id, place)) for place in places]
    assert kept == [True] * MAX_UNSENT_FIELDS + [False]


async def test_fields_say_what_they_are_to_the_tab(typist: Typist) -> None:
    await wait_until(lambda: typist.field.props.get("data-draft") == "new-project//#name")


async def test_of_two_tabs_the_last_that_was_typed_stays_and_no_field_is_written_into(
    typist: Typist, user: SimulatedUser, studio: Studio
) -> None:
    await user.open("/login")
    with user.client:
        other = Typist(PageDrafts(studio.drafts, typist.user_id), typist.user_id, ui.input())
    for writer, text in ((typist, "one"), (other, "two")):
        writer.field.set_value(text)
        await writer.page._forms[NEW].flush()
    assert (typist.field.value, other.field.value) == ("one", "two")
    assert await studio.drafts.find(typist.user_id, NEW) == {"name": "two"}


async def test_what_is_sent_in_one_tab_leaves_the_newer_text_of_another(
    typist: Typist, user: SimulatedUser, studio: Studio
) -> None:
    await user.open("/login")
    with user.client:
        other = Typist(PageDrafts(studio.drafts, typist.user_id), typist.user_id, ui.input())
    for writer, text in ((typist, "one"), (other, "two")):
        writer.field.set_value(text)
        await writer.page._forms[NEW].flush()
    typist.field.set_value("")  # as a field is after it was sent
    await typist.page._forms[NEW].flush()
    assert await studio.drafts.find(typist.user_id, NEW) == {"name": "two"}
    await other.page.finish(other.page._forms[NEW])
    assert await studio.drafts.find(typist.user_id, NEW) == {}


async def test_a_tab_that_is_back_is_told_what_is_stored(typist: Typist, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(typist.page, "run_method", lambda *call: told.append(call))
    await typist.page._confirm()
    typist.field.set_value("x" * (MAX_DRAFT_LENGTH + 1))
    await typist.page._confirm()
    typist.field.set_value("Choir")
    await typist.page._confirm()
    key = f"{NEW.key}#name"
    assert told == [("forget", key, ""), ("forget", key, "Choir"), ("forget", key, "Choir")]
