"""Drafts: the last text of each place, for its owner alone, gone with what it belongs to."""

import pytest

from core.errors import InvalidInput, NotFound
from core.projects.drafts import MAX_DRAFT_LENGTH, DraftForm, DraftPlace
from tests.support.users.studio_user import StudioUser, register_user

NEW = DraftPlace(DraftForm.NEW_PROJECT)


@pytest.mark.parametrize(
    "place",
    [
        NEW,
        DraftPlace(DraftForm.NEW_PROJECT, subject="Choir rota"),
        DraftPlace(DraftForm.REFINE, 12, "backend"),
        DraftPlace(DraftForm.VERSION_NAME, 12, "0c9a3b6e-8a53-4d0f-9c5e-5f0f4a4d6f10"),
    ],
)
def test_a_key_leads_back_to_its_place(place: DraftPlace) -> None:
    assert DraftPlace.from_key(place.key) == place


@pytest.mark.parametrize(
    "key",
    ["", "other//", "refine/x/", "refine/-1/", "refine/²/", f"refine/{10**20}/", "refine/1/" + "s" * 65, "refine/1/\0"],
)
def test_what_is_no_key_has_no_place(key: str) -> None:
    assert DraftPlace.from_key(key) is None


async def test_the_last_text_stays_until_it_is_sent(ada: StudioUser) -> None:
    drafts = ada.studio.drafts
    assert await drafts.find(ada.id, NEW) == {}
    for name in ("C", "Choir"):
        await drafts.keep(ada.id, NEW, {"name": name, "prompt": "é 😀\n"})
    assert await drafts.find(ada.id, NEW) == {"name": "Choir", "prompt": "é 😀\n"}
    await drafts.discard(ada.id, NEW)
    assert await drafts.find(ada.id, NEW) == {}


async def test_what_another_tab_has_stored_since_is_not_discarded(ada: StudioUser) -> None:
    drafts = ada.studio.drafts
    await drafts.keep(ada.id, NEW, {"name": "newer"})
    await drafts.discard(ada.id, NEW, {"name": "old"})
    assert await drafts.find(ada.id, NEW) == {"name": "newer"}
    await drafts.discard(ada.id, NEW, {"name": "newer"})
    assert await drafts.find(ada.id, NEW) == {}


async def test_a_draft_is_for_its_owner_alone_and_goes_with_the_project(ada: StudioUser) -> None:
    drafts = ada.studio.drafts
    eve = await register_user(ada.studio, "eve")
    project = await ada.create_project()
    place = DraftPlace(DraftForm.REFINE, project.id, "backend")
    await drafts.keep(ada.id, place, {"instructions": "darker"})
    assert await drafts.find(eve.id, place) == {}
    with pytest.raises(NotFound):
        await drafts.keep(eve.id, place, {"instructions": "mine"})
    await ada.studio.projects.delete(ada.id, project.id)
    assert await drafts.find(ada.id, place) == {}
    with pytest.raises(NotFound):
        await drafts.keep(ada.id, place, {"instructions": "late"})


async def test_drafts_go_with_the_account(ada: StudioUser) -> None:
    eve = await register_user(ada.studio, "eve")
    await ada.studio.drafts.keep(eve.id, NEW, {"name": "secret"})
    await ada.studio.accounts.delete(eve.id, "admin")
    assert await ada.studio.drafts.find(eve.id, NEW) == {}
    await ada.studio.drafts.keep(eve.id, NEW, {"name": "late"})
    assert await ada.studio.drafts.find(eve.id, NEW) == {}


@pytest.mark.parametrize("text", ["x" * (MAX_DRAFT_LENGTH + 1), "a\0", "\ud800"])
async def test_what_cannot_be_stored_is_refused_and_leaves_what_was_there(ada: StudioUser, text: str) -> None:
    await ada.studio.drafts.keep(ada.id, NEW, {"name": "Choir"})
    with pytest.raises(InvalidInput):
        await ada.studio.drafts.keep(ada.id, NEW, {"name": text})
    assert await ada.studio.drafts.find(ada.id, NEW) == {"name": "Choir"}
