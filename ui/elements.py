"""The small pieces that every page is built of: HTML elements by their class, and our buttons and fields."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from nicegui import ui

from core.errors import LivewrightError
from ui import session

Action = Callable[[], object]
"""What a press does; awaited where there is something to await."""
ElementT = TypeVar("ElementT", bound=ui.element)


def box(classes: str, tag: str = "div") -> ui.element:
    """A plain element; a class of ours each begins with ``lw-``."""
    return ui.element(tag).classes(classes)


def text(content: str, classes: str = "", tag: str = "span") -> "PlainText":
    """A plain element with nothing but text in it."""
    return PlainText(content, tag, classes)


class PlainText(ui.element):
    """Text that changes often: it is sent only when it is another one."""

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
    """One of our buttons: ``primary``, ``danger``, ``element``, ``stop``, or plain."""
    return (
        ui.button(label, on_click=guard_action(action), color=None)
        .props("no-caps unelevated")
        .classes(f"lw-btn {variant}")
    )


def icon_button(symbol: str, label: str, action: Action) -> ui.button:
    """A button that shows a sign alone; ``label`` is its name and tooltip."""
    element = ui.button(symbol, on_click=guard_action(action), color=None).props("flat no-caps").classes("lw-icon")
    return set_aria_label(element, label)


def guard_action(action: Action) -> Callable[[], Awaitable[None]]:
    """The action, while its visitor is signed in; a failure shows as its sentence, a second press waits for nothing."""
    is_running = False

    async def run_guarded() -> None:
        nonlocal is_running
        if is_running:
            return
        is_running = True
        try:
            if not await session.ensure_signed_in():
                return
            result = action()
            if isinstance(result, Coroutine):  # not any awaitable: awaiting a dialog that was closed opens it
                await result
        except LivewrightError as error:
            notify_error(str(error))
        finally:
            is_running = False

    return run_guarded


def ignore_errors(callback: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """For timers: what cannot be looked up now is looked up the next time."""

    async def run_quietly() -> None:
        with suppress(LivewrightError):
            await callback()

    return run_quietly


def set_visible(element: ui.element, visible: object) -> None:
    """Show an element or hide it."""
    element.classes(add="" if visible else "lw-hidden", remove="lw-hidden" if visible else "")


def set_aria_label(element: ElementT, label: str) -> ElementT:
    """Give an element a name, which is its tooltip, too; sent only when it is another one."""
    if element.props.get("title") != label:
        element.props["aria-label"] = element.props["title"] = label
    return element


def set_selected(element: ui.element, attribute: str, *, on: bool) -> None:
    """Show and tell (``aria-selected``, ``aria-pressed``) whether this one of several is chosen."""
    element.classes(add="on" if on else "", remove="" if on else "on")
    element.props(f"{attribute}={str(on).lower()}")


def notify_error(message: str) -> None:
    """Show what went wrong, until it is read."""
    ui.notify(message, position="top", timeout=8000, close_button="OK", color=None, classes="lw-complaint", group=False)


def text_field(label: str, value: str = "", **props: Any) -> ui.input:
    """A labelled line to fill in; ``props`` go to the element."""
    text(label, "lw-label", "label")
    element = ui.input(value=value).props("outlined dense hide-bottom-space").classes("lw-field")
    element.props["aria-label"] = label
    element.props.update(props)
    return element


def text_area(label: str, value: str = "", rows: int = 6) -> ui.textarea:
    """A labelled text of several lines."""
    text(label, "lw-label", "label")
    element = ui.textarea(value=value).props(f"outlined dense hide-bottom-space rows={rows}").classes("lw-field")
    element.props["aria-label"] = label
    return element


def select_field(label: str, options: dict[str, str], value: str | None) -> ui.select:
    """A labelled choice."""
    text(label, "lw-label", "label")
    element = ui.select(options, value=value).props("outlined dense options-dense").classes("lw-field")
    element.props["aria-label"] = label
    return element


def on_event(element: ui.element, event: str, action: Callable[..., Any]) -> ui.element:
    """Have a plain element answer an event, a failure shown as its sentence."""
    return element.on(event, guard_action(action), [])
