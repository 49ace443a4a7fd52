"""When the text of a form is stored: soon after it was typed, never at each key, the last text last."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from nicegui import ui

from core.errors import InvalidInput, Unavailable
from core.projects.drafts import DraftContent, DraftForm, DraftPlace
from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui.components.drafts import drafted_form
from ui.components.drafts.drafted_form import DraftedForm

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLACE = DraftPlace(DraftForm.REFINE, 1, "backend")


class Shelf:
    """Takes what is stored, unless it is told to refuse."""

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.told: list[str] = []
        self.refusals: list[Exception] = []

    async def store(self, content: DraftContent) -> None:
        if self.refusals:
            raise self.refusals.pop()
        self.stored.append(content["text"])

    def tell(self, _form: DraftedForm, content: DraftContent | None = None) -> None:
        self.told.append(content["text"] if content else "all")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


MakeForm = Callable[[], Awaitable[tuple[DraftedForm, ui.input]]]


@pytest_asyncio.fixture(loop_scope="session")
async def make_form(user: SimulatedUser, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> MakeForm:
    monkeypatch.setattr(drafted_form, "STORE_DELAY_SECONDS", 0.05)
    monkeypatch.setattr(drafted_form, "STORE_RETRY_SECONDS", 0.05)

    async def make() -> tuple[DraftedForm, ui.input]:
        await user.open("/login")
        with user.client:
            field = ui.input()
        return DraftedForm(PLACE, {"text": field}, shelf.store, {"text": ""}, shelf.tell), field

    return make


async def test_what_is_typed_is_stored_soon_and_not_at_each_key(make_form: MakeForm, shelf: Shelf) -> None:
    _, field = await make_form()
    for length in range(1, 6):
        field.set_value("hello"[:length])
    assert shelf.stored == []
    await wait_until(lambda: shelf.stored)
    assert shelf.stored == shelf.told == ["hello"]


async def test_typing_without_a_pause_is_stored_all_the_same(make_form: MakeForm, shelf: Shelf) -> None:
    _, field = await make_form()
    for number in range(100):
        field.set_value("x" * (number + 1))
        await asyncio.sleep(0.005)
        if shelf.stored:
            break
    assert shelf.stored


async def test_what_is_empty_again_is_stored_at_once(make_form: MakeForm, shelf: Shelf) -> None:
    _, field = await make_form()
    drafted_form.STORE_DELAY_SECONDS = 60  # the fixture puts it back
    field.set_value("hello")
    field.set_value("")
    await wait_until(lambda: shelf.stored == [""])


async def test_a_flush_stores_what_is_left_and_nothing_twice(make_form: MakeForm, shelf: Shelf) -> None:
    form, field = await make_form()
    field.set_value("hello")
    await form.flush()
    await form.flush()
    await asyncio.sleep(0.1)
    assert shelf.stored == ["hello"]


async def test_a_database_that_does_not_answer_is_asked_again(make_form: MakeForm, shelf: Shelf) -> None:
    _, field = await make_form()
    shelf.refusals = [Unavailable("gone"), Unavailable("gone")]
    field.set_value("hello")
    await wait_until(lambda: shelf.stored == ["hello"])


async def test_what_cannot_be_stored_is_not_said_to_be(make_form: MakeForm, shelf: Shelf) -> None:
    form, field = await make_form()
    shelf.refusals = [InvalidInput.for_field("text", "too long")]
    field.set_value("hello")
    await form.flush()
    assert (shelf.stored, shelf.told, shelf.refusals) == ([], [], [])


async def test_what_was_sent_is_discarded_and_stored_no_more(make_form: MakeForm, shelf: Shelf) -> None:
    form, field = await make_form()
    discarded: list[DraftPlace] = []

    async def discard(place: DraftPlace) -> None:
        discarded.append(place)

    field.set_value("hello")
    await form.finish(discard)
    field.set_value("hello again")
    await asyncio.sleep(0.1)
    assert (shelf.stored, shelf.told, discarded) == ([], ["all"], [PLACE])
