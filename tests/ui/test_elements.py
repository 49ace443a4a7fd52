"""Presses that are guarded, and elements that send nothing twice."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from nicegui import ui

from core.errors import Conflict
from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui import elements
from ui.accounts import session
from ui.elements import (
    Action,
    PlainText,
    box,
    button,
    guard_action,
    ignore_errors,
    set_aria_label,
    set_selected,
    set_visible,
    toggle_class,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def shown_errors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every error that was shown."""
    errors: list[str] = []
    monkeypatch.setattr(elements, "notify_error", errors.append)
    return errors


@pytest.fixture
def sign_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Says whether the visitor is signed in."""

    def set_signed_in(is_signed_in: bool) -> None:
        async def ensure_signed_in() -> bool:
            return is_signed_in

        monkeypatch.setattr(session, "ensure_signed_in", ensure_signed_in)

    set_signed_in(True)
    return set_signed_in


@pytest_asyncio.fixture(loop_scope="session")
async def page(user: SimulatedUser) -> SimulatedUser:
    await user.open("/login")
    return user


def in_page(page: SimulatedUser, action: Action) -> Callable[[], Awaitable[None]]:
    """The guarded action, as a press runs it."""
    press = guard_action(action)

    async def run() -> None:
        with page.client:
            await press()

    return run


@pytest.mark.usefixtures("sign_in")
async def test_a_press_during_an_action_is_dropped_and_one_after_it_counts(page: SimulatedUser) -> None:
    started: list[int] = []
    released = asyncio.Event()

    async def work() -> None:
        started.append(len(started))
        await released.wait()

    press = in_page(page, work)
    first = asyncio.ensure_future(press())
    await asyncio.sleep(0)
    await press()
    assert started == [0]
    released.set()
    await first
    await press()
    assert started == [0, 1]


@pytest.mark.usefixtures("sign_in")
async def test_a_press_counts_though_its_button_is_gone_before_its_action_begins(page: SimulatedUser) -> None:
    pressed = asyncio.Event()
    with page.client.content:
        row = box("")
    with row:
        slot = button("Go", pressed.set).parent_slot
    await page.press("Go")
    row.delete()
    del row
    gc.collect()
    async with asyncio.timeout(5):
        await pressed.wait()
    assert slot
    with pytest.raises(RuntimeError):
        _ = slot.parent


@pytest.mark.usefixtures("sign_in")
async def test_a_failure_is_shown_and_the_next_press_counts(page: SimulatedUser, shown_errors: list[str]) -> None:
    async def fail() -> None:
        raise Conflict("That side is being written.")

    press = in_page(page, fail)
    await press()
    await press()
    assert shown_errors == ["That side is being written."] * 2


@pytest.mark.usefixtures("sign_in")
async def test_an_error_that_is_no_sentence_for_people_is_not_shown(
    page: SimulatedUser, shown_errors: list[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    press = in_page(page, fail)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await press()
    assert shown_errors == []


async def test_nothing_happens_for_a_visitor_who_is_signed_out(
    page: SimulatedUser, sign_in: Callable[[bool], None]
) -> None:
    done: list[str] = []
    press = in_page(page, lambda: done.append("pressed"))
    sign_in(False)
    await press()
    assert done == []
    sign_in(True)
    await press()
    assert done == ["pressed"]


@pytest.mark.usefixtures("sign_in")
async def test_what_was_pressed_may_be_gone_when_its_action_goes_on(page: SimulatedUser) -> None:
    async def clear() -> None:
        rows.clear()
        await asyncio.sleep(0)
        done.append(ui.context.client)

    done: list[object] = []
    with page.client:
        rows = box("")
        with rows:
            elements.button("Clear the rows", clear)
    await page.press("Clear the rows")
    await wait_until(lambda: done == [page.client])


async def test_a_timer_goes_on_after_an_error_of_the_product_and_after_no_other() -> None:
    async def fail(error: Exception) -> None:
        raise error

    await ignore_errors(lambda: fail(Conflict("not now")))()
    with pytest.raises(ZeroDivisionError):
        await ignore_errors(lambda: fail(ZeroDivisionError()))()


async def test_an_unchanged_text_is_not_sent_again(page: SimulatedUser, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str | None] = []
    with page.client:
        element = PlainText("one")
        monkeypatch.setattr(element, "update", lambda: sent.append(element._text))
        for content in ("one", "two", "two", "one"):
            element.set_text(content)
    assert sent == ["two", "one"]


async def test_an_unchanged_name_is_not_sent_again(page: SimulatedUser) -> None:
    with page.client:
        element = set_aria_label(ui.element("button"), "Theme: dark")
        assert (element.props["aria-label"], element.props["title"]) == ("Theme: dark", "Theme: dark")
        element.props["aria-label"] = "untouched"
        set_aria_label(element, "Theme: dark")
        assert element.props["aria-label"] == "untouched"
        set_aria_label(element, "Theme: light")
        assert (element.props["aria-label"], element.props["title"]) == ("Theme: light", "Theme: light")


async def test_classes_follow_what_they_are_told(page: SimulatedUser) -> None:
    with page.client:
        element = box("lw-dialog")
        for is_visible in (False, True, False):
            set_visible(element, is_visible)
            assert ("lw-hidden" in element.classes) is not is_visible
        toggle_class(element, "live", "any object")
        assert "live" in element.classes


async def test_a_choice_is_marked_for_the_eye_and_for_screen_readers(page: SimulatedUser) -> None:
    with page.client:
        element = box("lw-tab", "button")
        for is_selected in (True, False):
            set_selected(element, "aria-selected", selected=is_selected)
            assert ("selected" in element.classes) is is_selected
            assert element.props["aria-selected"] == str(is_selected).lower()
