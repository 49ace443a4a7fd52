"""The small pieces that every page is built of: plain HTML elements and buttons in the product's look."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from nicegui import Client, ui

from core.errors import LivewrightError
from ui.accounts import session

Action = Callable[[], object]
"""What a press does; awaited if it is a coroutine function."""
ElementT = TypeVar("ElementT", bound=ui.element)


def box(classes: str, tag: str = "div") -> ui.element:
    """A plain element. The product's own classes begin with ``lw-``, but for states and parts such as ``selected``."""
    return ui.element(tag).classes(classes)


def text(content: str, classes: str = "", tag: str = "span") -> "PlainText":
    """A plain element that holds text alone."""
    return PlainText(content, tag, classes)


class PlainText(ui.element):
    """Text that changes often: an unchanged text is not sent again."""

    def __init__(self, content: str, tag: str = "span", classes: str = "") -> None:
        super().__init__(tag)
        self._content = ""
        self.classes(classes)
        self.set_text(content)

    def set_text(self, content: str) -> None:
        """Show this text."""
        if content != self._content:
            self._content = content
            self._text = content
            self.update()


def button(label: str, action: Action, variant: str = "") -> ui.button:
    """A button; ``variant`` is any of ``primary``, ``quiet``, ``small`` and ``stop``, or nothing."""
    return (
        ui.button(label, on_click=guard_action(action), color=None)
        .props("no-caps unelevated")
        .classes(f"lw-btn {variant}")
    )


def icon_button(symbol: str, label: str, action: Action | None = None) -> ui.button:
    """A button that shows a symbol alone; ``label`` is its accessible name and tooltip. A menu's needs no action."""
    on_click = guard_action(action) if action else None
    element = ui.button(symbol, on_click=on_click, color=None).props("flat no-caps").classes("lw-icon-btn")
    return set_aria_label(element, label)


def menu_item(label: str, action: Action) -> ui.menu_item:
    """An entry of a menu."""
    return ui.menu_item(label, on_click=guard_action(action)).props("role=menuitem")


def guard_action(action: Action) -> Callable[[], Awaitable[None]]:
    """Run the action only for a signed-in visitor; show a failure as its message; drop presses while it runs."""
    is_running = False

    async def run_guarded(client: Client) -> None:
        nonlocal is_running
        if is_running:
            return
        is_running = True
        # In the page, and not in what was pressed: that may be drawn anew while its action goes on.
        with client.content:
            try:
                if not await session.ensure_signed_in():
                    return
                result = action()
                if isinstance(result, Coroutine):  # not any awaitable: awaiting a closed dialog would open it again
                    await result
            except LivewrightError as error:
                notify_error(str(error))
            finally:
                is_running = False

    # The page is looked up at the press: what was pressed may be gone before its action begins.
    return lambda: run_guarded(ui.context.client)


def ignore_errors(callback: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """For timers: a look-up that fails now is tried again at the next tick."""

    async def run_quietly() -> None:
        with suppress(LivewrightError):
            await callback()

    return run_quietly


def toggle_class(element: ui.element, css_class: str, on: object) -> None:
    """Add the class if ``on`` is true, else remove it."""
    if on:
        element.classes(add=css_class)
    else:
        element.classes(remove=css_class)


def set_visible(element: ui.element, visible: object) -> None:
    """Show an element or hide it."""
    toggle_class(element, "lw-hidden", not visible)


def set_aria_label(element: ElementT, label: str) -> ElementT:
    """Set an element's accessible name and tooltip; an unchanged one is not sent again."""
    if element.props.get("title") != label:
        element.props["aria-label"] = element.props["title"] = label
    return element


def set_selected(element: ui.element, attribute: str, *, selected: bool) -> None:
    """Mark one of several as chosen, for the eye and in ``attribute`` (``aria-selected`` or ``aria-pressed``)."""
    toggle_class(element, "selected", selected)
    set_aria_state(element, attribute, on=selected)


def set_aria_state(element: ui.element, attribute: str, *, on: bool) -> None:
    """Set an ARIA attribute that is ``true`` or ``false``."""
    element.props(f"{attribute}={str(on).lower()}")


def notify_error(message: str) -> None:
    """Show what went wrong, until it is read."""
    ui.notify(
        message, position="top", timeout=8000, close_button="OK", color=None, classes="lw-error-toast", group=False
    )


def on_event(element: ui.element, event: str, action: Callable[..., Any]) -> ui.element:
    """Run a guarded action at an event of a plain element."""
    return element.on(event, guard_action(action), [])
