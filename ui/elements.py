"""The small pieces that every page is built of: HTML elements by their class, and our buttons and fields."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from nicegui import ui

from core.errors import DatabaseUnavailable, LivewrightError
from ui import session

Action = Callable[[], object]
"""What a press does; awaited where there is something to await."""
Named = TypeVar("Named", bound=ui.element)


def box(classes: str, tag: str = "div") -> ui.element:
    """A plain element; a class of ours each begins with ``lw-``."""
    return ui.element(tag).classes(classes)


def text(content: str, classes: str = "", tag: str = "span") -> "Plain":
    """A plain element with nothing but text in it."""
    return Plain(content, tag, classes)


class Plain(ui.element):
    """Text that changes often: it is sent only when it is another one."""

    def __init__(self, content: str, tag: str = "span", classes: str = "") -> None:
        super().__init__(tag)
        self._content = ""
        self.classes(classes)
        self.say(content)

    def say(self, content: str) -> None:
        """Show this text."""
        if content != self._content:
            self._content = content
            self._text = content
            self.update()


def button(label: str, action: Action, kind: str = "") -> ui.button:
    """One of our buttons: ``primary``, ``danger``, ``small``, ``stop``, or plain."""
    return ui.button(label, on_click=guarded(action), color=None).props("no-caps unelevated").classes(f"lw-btn {kind}")


def icon(sign: str, label: str, action: Action) -> ui.button:
    """A button that shows a sign alone; ``label`` is its name and tooltip."""
    small = ui.button(sign, on_click=guarded(action), color=None).props("flat no-caps").classes("lw-icon")
    return named(small, label)


def guarded(action: Action) -> Callable[[], Awaitable[None]]:
    """The action, while its visitor is signed in; a failure shows as its sentence, a second press waits for nothing."""
    busy = False

    async def run() -> None:
        nonlocal busy
        if busy:
            return
        busy = True
        try:
            if not await session.still_in():
                return
            result = action()
            if isinstance(result, Coroutine):  # not any awaitable: awaiting a dialog that was closed opens it
                await result
        except (LivewrightError, DatabaseUnavailable) as error:
            complain(str(error))
        finally:
            busy = False

    return run


def patient(look: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """For timers: what cannot be looked up now is looked up the next time."""

    async def run() -> None:
        with suppress(LivewrightError, DatabaseUnavailable):
            await look()

    return run


def see(element: ui.element, visible: object) -> None:
    """Show an element or hide it."""
    element.classes(add="" if visible else "lw-hidden", remove="lw-hidden" if visible else "")


def named(element: Named, name: str) -> Named:
    """Give an element a name, which is its tooltip, too; sent only when it is another one."""
    if element.props.get("title") != name:
        element.props["aria-label"] = element.props["title"] = name
    return element


def mark(element: ui.element, attribute: str, *, on: bool) -> None:
    """Show and tell (``aria-selected``, ``aria-pressed``) whether this one of several is chosen."""
    element.classes(add="on" if on else "", remove="" if on else "on")
    element.props(f"{attribute}={str(on).lower()}")


def complain(sentence: str) -> None:
    """Show what went wrong, until it is read."""
    ui.notify(
        sentence, position="top", timeout=8000, close_button="OK", color=None, classes="lw-complaint", group=False
    )


def field(label: str, value: str = "", **props: Any) -> ui.input:
    """A labelled line to fill in; ``props`` go to the element."""
    text(label, "lw-label", "label")
    line = ui.input(value=value).props("outlined dense hide-bottom-space").classes("lw-field")
    line.props["aria-label"] = label
    line.props.update(props)
    return line


def area(label: str, value: str = "", rows: int = 6) -> ui.textarea:
    """A labelled text of several lines."""
    text(label, "lw-label", "label")
    lines = ui.textarea(value=value).props(f"outlined dense hide-bottom-space rows={rows}").classes("lw-field")
    lines.props["aria-label"] = label
    return lines


def choice(label: str, options: dict[str, str], value: str | None) -> ui.select:
    """A labelled choice."""
    text(label, "lw-label", "label")
    select = ui.select(options, value=value).props("outlined dense options-dense").classes("lw-field")
    select.props["aria-label"] = label
    return select


def listen(element: ui.element, event: str, action: Callable[..., Any]) -> ui.element:
    """Have a plain element answer an event, a failure shown as its sentence."""
    return element.on(event, guarded(action), [])
